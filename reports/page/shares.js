/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Where the time goes (push, compute, pull), how near operations come to the roofs of a device, and whether it keeps its
 * rate under load.
 */
'use strict';

const device_choice = (label, rows) => ({label, options: () => distinct(rows().map(row => row.where)).map(name => [name, name])});

/* Of each subject the row at the largest size. */
function largest(rows) {
    const found = new Map();
    for (const row of rows)
        if (!found.has(row.subject) || row.pixels > found.get(row.subject).pixels)
            found.set(row.subject, row);
    return [...found.values()];
}

const parts = [['push', 'push_ns'], ['compute', 'compute_ns'], ['pull', 'pull_ns']];
const moved_rows = () => good(filtered()).filter(row => row.residency === 'end_to_end' && row.backend === 'opencl' &&
    parts.every(([, field]) => known(row[field])));

const MOST_BARS = 24;

function draw_parts(name, unit) {
    const all = largest(moved_rows().filter(row => row.where === name));
    if (!all.length)
        return 'The filters leave no case of a device with its transfer times.';
    const rows = all.slice(0, MOST_BARS), share = unit === 'share';
    const sum = row => parts.reduce((total, [, field]) => total + row[field], 0);
    const several = field => distinct(rows.map(row => row[field])).length > 1;
    const bar_name = row => [row.operation, row.parameters, row.shape, several('type') ? row.type : '', several('content') ? row.content : '',
        row.image ? 'image' : ''].filter(x => x).join(' ');
    const datasets = parts.map(([label, field]) => ({label, backgroundColor: colour(label), field,
        data: rows.map(row => share ? 100 * row[field] / sum(row) : row[field])}));
    return {
        config: {type: 'bar', data: {labels: rows.map(bar_name), datasets}, options: common_options({
            indexAxis: 'y', scales: {
                x: {...axis(share ? 'share of the time (%)' : 'time', 'linear', share ? value => `${value}` : time_text), stacked: true,
                    max: share ? 100 : undefined},
                y: {stacked: true, grid: {display: false}, ticks: {color: colour('soft'), autoSkip: false, font: {size: 11},
                    callback(value) { return short(this.getLabelForValue(value), this.chart.width < 450 ? 22 : 40); }}},
            },
            plugins: {tooltip: {callbacks: {label: item => {
                const row = rows[item.dataIndex], ns = row[item.dataset.field];
                return `${item.dataset.label}: ${time_text(ns)}, ${percent_text(100 * ns / sum(row))}`;
            }}}},
        })},
        label: `Push, compute and pull on ${name}`,
        caption: 'Each operation at its largest size. Medians of the three parts; their sum may differ a little from the median of the whole call.' +
            (all.length > rows.length ? ` The first ${rows.length} of ${all.length} are drawn; choose an operation or a size in the filters for others.` : ''),
        columns: [...name_columns, time_column('Push', 'push_ns'), time_column('Compute', 'compute_ns'),
            time_column('Pull', 'pull_ns'), time_column('Whole call', 'median_ns')], rows: all,
    };
}

const limits_of = (name, stage) => limits.filter(row => row.where === name && row.stage === stage && row.value > 0);

const streamed = ['read', 'write', 'copy', 'triad'];

/* Bytes per second from memory (the largest working set) and the best at any size; the highest arithmetic rate. */
function roofs(name) {
    const streams = limits_of(name, 'bandwidth').filter(row => row.bytes > 0 && streamed.includes(row.name));
    const most = Math.max(...streams.map(row => row.bytes));
    const best = list => list.length ? Math.max(...list.map(row => row.value)) : null;
    return {memory: best(streams.filter(row => row.bytes === most)), cache: best(streams),
        peak: best(limits_of(name, 'peak').filter(row => row.name === 'float32_fma'))};
}

/* A roof rises with the slope of the bandwidth to the peak. */
function roof_line(label, bandwidth, peak, from, to, style) {
    const knee = peak / bandwidth;
    const xs = [from, ...(knee > from && knee < to ? [knee] : []), to];
    return {label, data: xs.map(x => ({x, y: Math.min(peak, bandwidth * x)})), showLine: true, pointRadius: 0, borderWidth: 2,
        pointStyle: 'line', borderColor: colour('soft'), backgroundColor: 'transparent', ...style};
}

const intensity = row => row.flops / row.bytes_min;
const rate = row => row.flops / (row.median_ns * 1e-9);
const roof_rows = () => good(filtered()).filter(row => row.flops > 0 && row.bytes_min > 0);

function draw_roofline(name) {
    const mine = roof_rows().filter(row => row.where === name);
    const resident = mine.filter(row => row.residency === 'resident');
    const rows = largest(resident.length ? resident : mine);
    if (!rows.length)
        return 'The filters leave no case with arithmetic.';
    const {memory, cache, peak} = roofs(name);
    const from = Math.min(...rows.map(intensity)) / 2, to = Math.max(...rows.map(intensity), peak && memory ? 2 * peak / memory : 0) * 2;
    const datasets = [{label: 'operations', data: rows.map(row => ({x: intensity(row), y: rate(row), row})), pointRadius: 6,
        pointStyle: device_mark(name), borderColor: device_colour(name), backgroundColor: faint(device_colour(name)), borderWidth: 2}];
    if (peak && memory)
        datasets.push(roof_line('roof: memory and peak', memory, peak, from, to, {}));
    if (peak && cache > memory)
        datasets.push(roof_line('roof: cache', cache, peak, from, to, {borderDash: [4, 4]}));
    return {
        config: {type: 'scatter', data: {datasets}, options: common_options({
            scales: {x: axis('operations per byte moved', 'logarithmic', log_ticks(value => quantity_text(value, '1')), {ticks: {maxTicksLimit: 40}}),
                y: axis('operations per second', 'logarithmic', log_ticks(value => quantity_text(value, 'op/s')), {suggestedMax: peak ? 2 * peak : undefined, ticks: {maxTicksLimit: 40}})},
            plugins: {tooltip: {filter: item => Boolean(item.raw.row), callbacks: {title: () => '', label: item => [operation_title(item.raw.row),
                item.raw.row.shape, `${quantity_text(item.raw.y, 'op/s')} at ${quantity_text(item.raw.x, '1')} per byte`,
                `${percent_text(item.raw.row.limit_percent)} of the limit, bound by ${item.raw.row.bound || 'unknown'}`]}}},
        })},
        label: `Roofline of ${name}`,
        caption: (peak && memory ? `Roofs as measured: peak ${quantity_text(peak, 'op/s')} (float32, fused multiply-add), memory ${quantity_text(memory, 'B/s')}` +
            (cache > memory ? `, best at any size ${quantity_text(cache, 'B/s')}.` : '.') : 'No roofs are drawn: this device was not profiled.') +
            ` Each operation at its largest size, ${rows[0].data}; bytes are the least that it must move. Integer pixels may pass the float32 peak. Operations without arithmetic have no place here.`,
        columns: [...name_columns, {title: 'Per byte', unit: 'op/byte', value: intensity, text: row => quantity_text(intensity(row), '1')},
            {title: 'Rate', unit: 'op/s', value: rate, text: row => quantity_text(rate(row), 'op/s')},
            {title: 'Of the limit', unit: '%', value: row => row.limit_percent, text: row => percent_text(row.limit_percent)},
            {title: 'Bound by', text: row => row.bound || '-'}], rows,
    };
}

const load_key = row => `${row.where}\n${row.load}`;
const load_title = row => `${row.where}, ${row.load} load`;
const load_unit = row => row.load === 'memory' ? 'B/s' : 'op/s';

function draw_series(key) {
    const rows = series.filter(row => load_key(row) === key);
    const highest = field => Math.max(...rows.map(row => row[field]).filter(known));
    const line = (label, field, tone, relative, yAxisID, dash) => {
        const points = rows.filter(row => known(row[field])).map(row => ({x: row.time_s, y: relative ? 100 * row[field] / highest(field) : row[field], row}));
        return points.length ? [{label, data: points, borderColor: colour(tone), backgroundColor: colour(tone), borderDash: dash,
            pointRadius: 1.5, borderWidth: 2, yAxisID}] : [];
    };
    const right = [...line('temperature (°C)', 'temperature_c', 's2', false, 'right', [6, 3]), ...line('power (W)', 'power_w', 's4', false, 'right', [2, 3])];
    const scales = {x: axis('seconds under load', 'linear', value => `${value}`), y: axis('% of the highest', 'linear', value => `${value}`, {min: 0, suggestedMax: 105})};
    if (right.length)
        scales.right = axis('°C, W', 'linear', value => `${value}`, {position: 'right', grid: {display: false}, min: 0});
    return {
        config: {type: 'line', data: {datasets: [...line('rate', 'rate', 's1', true, 'y', []), ...line('clock', 'clock_mhz', 's3', true, 'y', [8, 3]), ...right]},
            options: common_options({scales, interaction: {mode: 'nearest', intersect: false}})},
        label: `Rate under sustained load, ${load_title(rows[0])}`,
        caption: `100 % is ${quantity_text(highest('rate'), load_unit(rows[0]))}. A rate that falls and stays low is a machine that slows itself down.`,
        columns: [{title: 'Time', unit: 's', value: row => row.time_s, text: row => `${fixed(row.time_s, 1)} s`},
            {title: 'Rate', unit: load_unit(rows[0]), value: row => row.rate, text: row => quantity_text(row.rate, load_unit(row))},
            {title: 'Clock', unit: 'MHz', value: row => row.clock_mhz, text: row => quantity_text(row.clock_mhz, '1')},
            {title: 'Memory clock', unit: 'MHz', value: row => row.memory_clock_mhz, text: row => quantity_text(row.memory_clock_mhz, '1')},
            {title: 'Temperature', unit: '°C', value: row => row.temperature_c, text: row => quantity_text(row.temperature_c, '1')},
            {title: 'Power', unit: 'W', value: row => row.power_w, text: row => quantity_text(row.power_w, 'W')}], rows,
    };
}

function make_share_figures(parent) {
    make_figure(parent, 'Where the time goes', [device_choice('Device', moved_rows),
        {label: 'Bars', options: () => [['share', 'share of the call'], ['time', 'time']]}], ([name, unit]) => draw_parts(name, unit));
    make_figure(parent, 'How near to the limits: roofline', [device_choice('Device', roof_rows)], ([name]) => draw_roofline(name));
    if (series.length)
        make_figure(parent, 'Under sustained load', [{label: 'Load', options: () => distinct(series.map(load_key))
            .map(key => [key, load_title(series.find(row => load_key(row) === key))])}], ([key]) => draw_series(key));
}
