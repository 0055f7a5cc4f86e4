/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Time against image size and against a parameter.
 */
'use strict';

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

const time_columns = [...name_columns, time_column('Time', 'median_ns'), time_column('95 % from', 'ci_low_ns'),
    time_column('95 % to', 'ci_high_ns'), {title: 'Limit', unit: 'ns', value: least_ns, text: row => time_text(least_ns(row))}];

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
