/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Time against image size and against a parameter.
 */
'use strict';

const good = rows => rows.filter(row => row.ok && row.median_ns > 0);
const data_choice = {
    label: 'Data',
    options: chosen => distinct(filtered('size').filter(row => !chosen[0] || row.subject === chosen[0]).map(row => row.data))
        .sort((a, b) => (b === residency_names.end_to_end) - (a === residency_names.end_to_end)).map(text => [text, text]),
};

const operation_title = row => `${row.title}, ${row.dimensions}D`;

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

/* The least time that the measured limits of the machine allow; speed above that is a mistake somewhere. */
function limit_line(name, rows, x) {
    const points = rows.filter(row => known(row.limit_percent)).map(row => ({x: x(row), y: least_ns(row)}));
    return points.length ? [{label: `.limit of ${name}`, data: points, borderColor: device_colour(name), borderDash: [2, 4],
        backgroundColor: 'transparent', borderWidth: 1.5, pointRadius: 0, pointStyle: 'line', fill: false}] : [];
}

const least_ns = row => known(row.limit_percent) ? row.median_ns * row.limit_percent / 100 : null;

/* Caches, as the number of pixels whose images fill them. */
function cache_lines(rows) {
    const one = rows.find(row => row.bytes_images > 0);
    const cpu = raw.environment && raw.environment.cpu || {}, lines = [];
    const add = (bytes, label) => {
        if (one && bytes > 0)
            lines.push({x: bytes / (one.bytes_images / one.pixels), label: `${label} ${bytes_text(bytes)}`});
    };
    for (const level of ['l1d', 'l2', 'l3'])
        add(cpu[`${level}_cache_bytes`] * (cpu[`${level}_caches`] || 1), `CPU ${level.slice(0, 2).toUpperCase()}`);
    for (const device of raw.environment && raw.environment.opencl_devices || [])
        if (device.type !== 'cpu' && rows.some(row => row.device === device.name))
            add(device.cache_bytes, `${short(device.name, 16)} cache`);
    return lines;
}

/* On the device's curve, straight between its neighbours in the logarithms as break-even sizes are found. */
function crossing_point(rows, pixels) {
    const i = rows.findIndex(row => row.pixels >= pixels);
    if (i < 1)
        return null;
    const a = rows[i - 1], b = rows[i], share = Math.log(pixels / a.pixels) / Math.log(b.pixels / a.pixels);
    return a.median_ns * (b.median_ns / a.median_ns) ** share;
}

function crossings(subject, data, by_device) {
    return break_even.filter(b => b.row.subject === subject && b.row.data === data && b.pixels > 0 && by_device.has(b.row.where))
        .map(b => ({x: b.pixels, y: crossing_point(by_device.get(b.row.where), b.pixels), text: b.text, where: b.row.where}))
        .filter(point => known(point.y));
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

const time_columns = [...name_columns, time_column('Time', 'median_ns'), time_column('95 % from', 'ci_low_ns'),
    time_column('95 % to', 'ci_high_ns'), {title: 'Limit', unit: 'ns', value: least_ns, text: row => time_text(least_ns(row))}];

const per_device = rows => new Map(distinct(rows.map(row => row.where)).map(name => [name, rows.filter(row => row.where === name)]));

function draw_size(subject, data) {
    const rows = good(filtered('size')).filter(row => row.subject === subject && row.data === data)
        .sort((a, b) => a.pixels - b.pixels);
    if (!rows.length)
        return 'The filters leave no case with a time.';
    const by_device = per_device(rows), points = crossings(subject, data, by_device), x = row => row.pixels;
    const datasets = [...by_device].flatMap(([name, list]) => [...curve(name, list, x), ...limit_line(name, list, x)]);
    if (points.length)
        datasets.push({label: 'break-even', data: points, showLine: false, pointStyle: 'star', pointRadius: 11, borderWidth: 3,
            borderColor: colour('focus'), backgroundColor: colour('focus')});
    const lines = cache_lines(rows);
    return {
        config: {type: 'line', data: {datasets}, options: time_options(rows, size_axis(rows), lines)},
        label: `Time against image size, ${operation_title(rows[0])}, ${data}`,
        caption: [points.map(point => `Break-even of ${point.where}: ${point.text}.`).join(' '),
            'Bands: 95 % interval of the median.',
            datasets.some(set => set.label.startsWith('.limit')) ? 'Dotted: the least time that the measured limits allow.'
                : 'No limit is drawn: this machine was not profiled.',
            lines.length ? 'Vertical lines: sizes at which the images fill a cache (all of one level together).' : ''].join(' '),
        columns: time_columns, rows,
    };
}

const pairs_of = text => text.split(/[ ,]+/).filter(pair => pair.includes('='));

/* "radius=2,shape=box" as [["radius", 2, "shape=box"]]: each number with its name and what else is set. */
const numbers_of = remembered(text => {
    const pairs = pairs_of(text);
    return pairs.map(pair => pair.split('=')).filter(([, value]) => value !== '' && Number.isFinite(Number(value)))
        .map(([name, value]) => [name, Number(value), pairs.filter(pair => !pair.startsWith(`${name}=`)).join(',')]);
});

/* The answer for each text is worked out once. */
function remembered(work) {
    const answers = new Map();
    return text => {
        if (!answers.has(text))
            answers.set(text, work(text));
        return answers.get(text);
    };
}

/* Groups of cases that differ in one numeric parameter alone. */
function find_parameter_groups() {
    const groups = new Map();
    for (const row of good(filtered()))
        for (const [name, , rest] of numbers_of(row.parameters)) {
            const key = [row.operation, name, rest, row.dimensions, row.shape, row.type, row.content, row.image].join('\n');
            if (!groups.has(key))
                groups.set(key, {key, name, rows: [], title: [`${row.operation} against ${name}`, rest,
                    row.shape, row.type, row.content, row.image ? 'from an OpenCL image' : ''].filter(x => x).join(', ')});
            groups.get(key).rows.push(row);
        }
    return [...groups.values()].filter(group => group.rows.some(row => row.parameters !== group.rows[0].parameters))
        .sort((a, b) => (a.rows[0].operation < b.rows[0].operation ? -1 : a.rows[0].operation > b.rows[0].operation ? 1
            : b.rows[0].pixels - a.rows[0].pixels));
}

/* As long as the filters stay, so do the groups. */
let groups_made = {of: '', list: []};

function parameter_groups() {
    const of = JSON.stringify(state);
    if (groups_made.of !== of)
        groups_made = {of, list: find_parameter_groups()};
    return groups_made.list;
}

function draw_parameter(key, data) {
    const group = parameter_groups().find(one => one.key === key);
    const x = row => numbers_of(row.parameters).find(([name]) => name === group.name)[1];
    const rows = group ? group.rows.filter(row => row.data === data).sort((a, b) => x(a) - x(b)) : [];
    if (!rows.length)
        return 'No operation that the filters let through was measured with several values of a parameter.';
    const datasets = [...per_device(rows)].flatMap(([name, list]) => [...curve(name, list, x), ...limit_line(name, list, x)]);
    return {
        config: {type: 'line', data: {datasets}, options: time_options(rows, axis(group.name, 'linear', value => quantity_text(value, '1')), [])},
        label: `Time of ${group.title}, ${data}`, caption: `Bands: 95 % interval of the median.${datasets.some(set => set.label.startsWith('.limit'))
            ? ' Dotted: the least time that the measured limits allow.' : ''}`,
        columns: time_columns, rows,
    };
}

function make_time_figures(parent) {
    make_figure(parent, 'Time against image size', [{label: 'Operation', options: subject_options}, data_choice],
        ([subject, data]) => draw_size(subject, data));
    make_figure(parent, 'Time against a parameter', [
        {label: 'Operation', options: () => parameter_groups().map(group => [group.key, group.title])},
        {label: 'Data', options: ([key]) => {
            const group = parameter_groups().find(one => one.key === key);
            return group ? distinct(group.rows.map(row => row.data)).map(text => [text, text]) : [];
        }}], ([key, data]) => draw_parameter(key, data));
}
