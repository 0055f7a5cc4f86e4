/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The frame of a figure: its choices, the canvas, saving as PNG, and its numbers as a table for those who do not see the
 * canvas. A figure is made by
 *   make_figure(parent, title, choices, draw)
 * where draw(chosen) returns {config, caption, label, columns, rows}, or a text that says why there is nothing to draw.
 * Without Chart.js the tables remain, and are open.
 */
'use strict';

const has_chart = typeof Chart !== 'undefined';

const no_chart_text = 'This breakeven was built without Chart.js, so the figures are missing and their numbers stand as tables. ' +
    'With it (Debian, Ubuntu: libjs-chart.js) the same store gives the whole page.';

const colour = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/* One colour and one mark per device, the same in every figure. */
const marks = ['circle', 'rect', 'triangle', 'rectRot', 'crossRot', 'star', 'rectRounded', 'cross'];
const device_colour = name => colour(`s${devices.indexOf(name) % 8 + 1}`);
const device_mark = name => marks[Math.max(0, devices.indexOf(name)) % marks.length];

function faint(hex) {
    return /^#[0-9a-f]{6}$/i.test(hex) ? `${hex}33` : hex;
}

/* Names of devices can be long; the whole one is in the tables. */
const short = (text, most) => text.length > most ? `${text.slice(0, most - 1)}\u2026` : text;

/* Vertical lines with a label; options.plugins.uprights.lines is a list of {x, label}. */
const uprights = {
    id: 'uprights',
    afterDatasetsDraw(chart, unused, options) {
        const {ctx, chartArea: area, scales: {x}} = chart;
        let level = 0;
        for (const line of options.lines || []) {
            const at = x.getPixelForValue(line.x);
            if (!(at >= area.left && at <= area.right))
                continue;
            ctx.save();
            ctx.strokeStyle = ctx.fillStyle = colour('soft');
            ctx.setLineDash(line.dash || [2, 3]);
            ctx.beginPath();
            ctx.moveTo(at, area.top);
            ctx.lineTo(at, area.bottom);
            ctx.stroke();
            ctx.font = '11px system-ui, "DejaVu Sans", sans-serif';
            const left = at + 4 + ctx.measureText(line.label).width > area.right;
            ctx.textAlign = left ? 'right' : 'left';
            ctx.fillText(line.label, left ? at - 4 : at + 4, area.bottom - 6 - 13 * (level++ % 4));
            ctx.restore();
        }
    },
};

/* A saved picture has the ground of the theme, not a hole. */
const ground = {
    id: 'ground',
    beforeDraw(chart) {
        chart.ctx.save();
        chart.ctx.fillStyle = colour('card');
        chart.ctx.fillRect(0, 0, chart.width, chart.height);
        chart.ctx.restore();
    },
};

function axis(title, type, text, extra) {
    return {
        type, title: {display: true, text: title, color: colour('ink')}, grid: {color: colour('grid')}, ...extra,
        ticks: {color: colour('soft'), callback: text, maxTicksLimit: 9, maxRotation: 40, ...(extra && extra.ticks)},
    };
}

/* On a logarithmic axis labels at 1, 2 and 5 of each decade are enough. */
function log_ticks(text) {
    return function (value) {
        const first = Number(value.toExponential().split('e')[0]);
        return [1, 2, 5].includes(Math.round(first * 1e6) / 1e6) ? text(value).replace(/\.0+(?= )/, '') : '';
    };
}

/* The labels of confidence bands and limits begin with a dot: they are drawn but not listed. */
function common_options(extra) {
    return {
        responsive: true, maintainAspectRatio: false, animation: false, ...extra,
        plugins: {
            legend: {labels: {color: colour('ink'), usePointStyle: true, boxHeight: 7, filter: item => !item.text.startsWith('.'),
                generateLabels: chart => Chart.defaults.plugins.legend.labels.generateLabels(chart)
                    .map(item => ({...item, text: short(item.text, chart.width < 450 ? 36 : 60)}))}},
            ...(extra && extra.plugins),
        },
    };
}

function save_picture(canvas, title) {
    const link = make('a', {href: canvas.toDataURL('image/png'), download: `breakeven ${title}.png`.replace(/[^\w.-]+/g, '_')});
    document.body.append(link);
    link.click();
    link.remove();
    say('picture saved');
}

/* choices: [{label, options(chosen) -> [[value, text], ...]}]; a later one may depend on the earlier. */
function make_figure(parent, title, choices, draw) {
    let chart = null;
    const canvas = make('canvas', {role: 'img'}), frame = make('div', {class: 'canvas'}, canvas);
    const caption = make('figcaption'), why = note(''), numbers = make('div');
    /* What the reader wished stays, also while the filters do not offer it. */
    const wished = choices.map(() => ''), chosen = choices.map(() => '');
    const fields = choices.map((one, i) => choice(one.label, [], '', value => { wished[i] = value; redraw(); }));
    const save = make('button', {type: 'button', onclick: () => save_picture(canvas, title)}, 'Save as PNG');
    const details = make('details', {open: !has_chart}, make('summary', {}, 'Numbers of this figure'), numbers);
    const figure = make('figure', {'aria-label': title}, make('h3', {}, title), make('div', {class: 'controls'}, ...fields),
        why, frame, caption, make('div', {class: 'actions'}, save), details);
    parent.append(figure);

    function redraw() {
        choices.forEach((one, i) => {
            const options = one.options(chosen);
            chosen[i] = fill_choice(fields[i].querySelector('select'), options, wished[i]);
            fields[i].hidden = options.length < 2 && !chosen[i];
        });
        const made = draw(chosen), nothing = typeof made === 'string';
        if (chart)
            chart.destroy();
        chart = null;
        why.hidden = !nothing;
        why.textContent = nothing ? made : '';
        frame.hidden = save.hidden = nothing || !has_chart;
        caption.hidden = details.hidden = nothing;
        if (nothing)
            return;
        caption.textContent = made.caption;
        canvas.setAttribute('aria-label', `${made.label}. The numbers are in the table below the figure.`);
        /* A saved or printed figure stands alone, so it says itself what it shows. */
        made.config.options.plugins.title = {display: true, color: colour('ink'), font: {size: 13, weight: 'normal'},
            text: short(made.label, Math.max(30, Math.floor(frame.clientWidth / 7)))};
        if (has_chart)
            chart = new Chart(canvas, {...made.config, plugins: [ground, uprights]});
        const table = make_table(made.label, made.columns);
        table.show(made.rows);
        numbers.replaceChildren(table.element);
    }

    on_change(redraw);
}
