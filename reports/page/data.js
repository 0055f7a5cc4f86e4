/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The cases of a report, each with what is said of it at many places, and what they are compared with.
 */
'use strict';

/* OpenMP and the plain reference run on the same CPU, so the backend belongs to the name. */
function device_name(row) {
    if (row.backend === 'opencl')
        return row.device_type === 'cpu' ? `${row.device} (OpenCL on the CPU)` : row.device;
    return row.backend === 'openmp' ? `${row.device || 'CPU'} (OpenMP)` : `${row.device || 'CPU'} (one plain thread)`;
}

const cases = rows_of(raw.cases).map(describe);
for (const row of cases) {
    row.where = device_name(row);
    row.ok = row.status === 'ok';
    row.work = [row.subject, row.width, row.height, row.depth, row.residency, row.cache].join('\n');
}
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
