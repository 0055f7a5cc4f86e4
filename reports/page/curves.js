/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Curves of times with their bands, and the axes for them. Rows have `where`, the device, and what describe() says
 * of them; each page has a filtered(except), which gives those that its filters let through.
 */
'use strict';

const good = rows => rows.filter(row => row.ok && row.median_ns > 0);

const per_device = rows => new Map(distinct(rows.map(row => row.where)).map(name => [name, rows.filter(row => row.where === name)]));

const data_choice = {
    label: 'Data',
    options: chosen => distinct(filtered('size').filter(row => !chosen[0] || row.subject === chosen[0]).map(row => row.data))
        .sort((a, b) => (b === residency_names.end_to_end) - (a === residency_names.end_to_end)).map(text => [text, text]),
};

/* What to choose curves from: the subjects with the most sizes first, so that the first one shown says something. */
function subject_options() {
    const found = new Map();
    for (const row of filtered('size')) {
        if (!found.has(row.subject))
            found.set(row.subject, [row.subject, operation_title(row), new Set()]);
        found.get(row.subject)[2].add(row.pixels);
    }
    return [...found.values()].sort((a, b) => b[2].size - a[2].size || a[1].localeCompare(b[1], 'en', {numeric: true}));
}

/* A curve with its band: the low end first, which the high end is filled down to. */
function curve(name, rows, x) {
    const line = device_colour(name);
    const band = (field, fill) => ({label: '.band', data: rows.map(row => ({x: x(row), y: row[field]}))
        .filter(point => known(point.y)), borderWidth: 0, pointRadius: 0, pointHitRadius: 0, fill, backgroundColor: faint(line)});
    return [{label: name, data: rows.map(row => ({x: x(row), y: row.median_ns, row})), borderColor: line, backgroundColor: line,
        pointStyle: device_mark(name), pointRadius: 5, borderWidth: 2, fill: false},
        band('ci_low_ns', false), band('ci_high_ns', '-1')];
}

function size_axis(rows) {
    const shapes = new Map(rows.map(row => [row.pixels, row.shape]));
    const values = [...shapes.keys()].sort((a, b) => a - b);
    return axis(`image size (${rows[0].dimensions === 3 ? 'voxels' : 'pixels'})`, 'logarithmic',
        value => shapes.get(value) || '', {
            min: values[0] / 1.3, max: values[values.length - 1] * 1.3,
            afterBuildTicks: scale => { scale.ticks = values.map(value => ({value})); },
        });
}

/* A limit far below every time would press the curves together, so the axis ends a little below them. */
function time_options(rows, x_axis, lines) {
    return common_options({
        interaction: {mode: 'nearest', intersect: false},
        scales: {x: x_axis, y: axis('time of one call', 'logarithmic', log_ticks(time_text),
            {min: Math.min(...rows.map(row => row.median_ns)) / 20, max: Math.max(...rows.map(row => row.median_ns)) * 2,
                ticks: {maxTicksLimit: 40}})},
        plugins: {uprights: {lines}, tooltip: {filter: item => item.dataset.label !== '.band', callbacks: {
            title: () => '', label: time_tooltip}}},
    });
}

function time_tooltip(item) {
    const {row, text} = item.raw;
    if (text)
        return ['break-even', text];
    return row ? [item.dataset.label, row.shape, row.parameters, `${time_text(row.median_ns)}, 95 %: ${time_text(row.ci_low_ns)} to ${time_text(row.ci_high_ns)}`,
        ...remarks(row)].filter(x => x) : `${item.dataset.label.replace(/^\./, '')}: ${time_text(item.parsed.y)}`;
}
