/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The numbers of the page, as reports/html_json.h describes them, back to rows. What is not known is null. Times in ns.
 */
'use strict';

const raw = JSON.parse(document.getElementById('data').textContent);

/* A [n] among the values stands for n more of the one before it. */
function column_values(column) {
    const values = [];
    for (const value of column.v) {
        if (Array.isArray(value)) {
            const last = values[values.length - 1];
            for (let i = 0; i < value[0]; i++)
                values.push(last);
        } else {
            values.push(value);
        }
    }
    return column.t ? values.map(i => column.t[i]) : values;
}

function rows_of(columns) {
    const names = Object.keys(columns);
    const lists = names.map(name => column_values(columns[name]));
    return (lists[0] || []).map((unused, i) => {
        const row = {index: i};
        names.forEach((name, k) => { row[name] = lists[k][i]; });
        return row;
    });
}

const shape_text = row => row.dimensions === 3 ? `${row.width}x${row.height}x${row.depth}` : `${row.width}x${row.height}`;

/* OpenMP and the plain reference run on the same CPU, so the backend belongs to the name. */
function device_name(row) {
    if (row.backend === 'opencl')
        return row.device_type === 'cpu' ? `${row.device} (OpenCL on the CPU)` : row.device;
    return row.backend === 'openmp' ? `${row.device || 'CPU'} (OpenMP)` : `${row.device || 'CPU'} (one plain thread)`;
}

const residency_names = {end_to_end: 'end to end', resident: 'resident'};
const usual_cache = {end_to_end: 'cold', resident: 'hot'};

/* The cache is named where it is not the one that goes with the residency. */
function data_text(row) {
    const name = residency_names[row.residency] || row.residency;
    return row.cache === usual_cache[row.residency] || !row.cache ? name : `${name}, cache ${row.cache}`;
}

/* Operation, parameters, pixel type, content and what a device reads from: what one curve over sizes is of. */
function describe(row) {
    row.pixels = row.width * row.height * row.depth;
    row.shape = shape_text(row);
    row.where = device_name(row);
    row.data = data_text(row);
    row.image = row.variant === 'image';
    row.ok = row.status === 'ok';
    row.subject = [row.operation, row.parameters, row.dimensions, row.type, row.content, row.image].join('\n');
    row.work = [row.subject, row.width, row.height, row.depth, row.residency, row.cache].join('\n');
    row.detail = [row.parameters, row.type, row.content, row.image ? 'from an OpenCL image' : ''].filter(x => x).join(', ');
    row.title = `${row.operation} ${row.detail}`;
    return row;
}

const cases = rows_of(raw.cases).map(describe);
const limits = rows_of(raw.limits);
const series = rows_of(raw.series);
for (const row of [...limits, ...series])
    row.where = device_name(row);
for (const [index, length] of raw.chains)
    cases[index].chain = length;

/* Per device the fastest good case of each piece of work, to compare with. */
const partners = new Map();
for (const row of cases) {
    if (!row.ok || !(row.median_ns > 0))
        continue;
    if (!partners.has(row.where))
        partners.set(row.where, new Map());
    const known = partners.get(row.where).get(row.work);
    if (!known || row.median_ns < known.median_ns)
        partners.get(row.where).set(row.work, row);
}

const distinct = list => [...new Set(list)];
const devices = distinct(cases.map(row => row.where));
const openmp = devices.filter(name => cases.some(row => row.where === name && row.backend === 'openmp'));

/* {value, low, high, verdict, other}: how many times faster than the same work on the baseline, other. Against OpenMP it is
 * the stored one with its bootstrap interval; against others the quotient of the medians, its interval from theirs. */
function speedup_of(row, baseline) {
    const other = partners.has(baseline) ? partners.get(baseline).get(row.work) : undefined;
    if (row.where === baseline)
        return {value: null, low: null, high: null, verdict: '', other: undefined};
    if (openmp.includes(baseline) && row.backend === 'opencl')
        return {value: row.speedup, low: row.speedup_low, high: row.speedup_high, verdict: row.verdict, other};
    if (!other || !row.ok || !(row.median_ns > 0))
        return {value: null, low: null, high: null, verdict: '', other};
    const known = row.ci_low_ns > 0 && row.ci_high_ns > 0 && other.ci_low_ns > 0 && other.ci_high_ns > 0;
    return {value: other.median_ns / row.median_ns, low: known ? other.ci_low_ns / row.ci_high_ns : null,
            high: known ? other.ci_high_ns / row.ci_low_ns : null, verdict: '', other};
}

const break_even = raw.break_even.map(([index, pixels, low, high, text]) => ({row: cases[index], pixels, low, high, text}));
