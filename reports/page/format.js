/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Numbers as the terminal shows them (reports/format.c), to the same digits. What is not known is "-", never a number.
 */
'use strict';

const known = value => typeof value === 'number' && Number.isFinite(value);

/* toFixed() but with exact halves rounded to even, as C does. */
function fixed(value, decimals) {
    const scaled = Math.abs(value) * 10 ** decimals;
    if (Number.isInteger(value * 2 ** (decimals + 1)) && scaled % 1 === 0.5 && Math.floor(scaled) % 2 === 0)
        return (Math.sign(value) * Math.floor(scaled) / 10 ** decimals).toFixed(decimals);
    return value.toFixed(decimals);
}

const decimals_of = value => Math.abs(value) < 9.995 ? 2 : Math.abs(value) < 99.95 ? 1 : 0;

function time_text(ns) {
    const units = [['ns', 1], ['µs', 1e3], ['ms', 1e6], ['s', 1e9]];
    if (!known(ns))
        return '-';
    let unit = 0;
    while (unit + 1 < units.length && ns >= 999.5 * units[unit][1])
        unit++;
    const value = ns / units[unit][1];
    return `${fixed(value, decimals_of(value))} ${units[unit][0]}`;
}

const speedup_decimals = value => value >= 9.95 ? 0 : value >= 1.995 ? 1 : value >= 0.0095 || !(value > 0) ? 2 : 4;

const speedup_text = value => known(value) ? `${fixed(value, speedup_decimals(value))}x` : '-';

function interval_text(value, low, high) {
    const decimals = speedup_decimals(value);
    return known(value) && known(low) && known(high) ? `${fixed(low, decimals)} to ${fixed(high, decimals)}` : '-';
}

function quantity_text(value, unit) {
    if (!known(value))
        return '-';
    if (unit === 'ns')
        return time_text(value);
    if (unit === 'bytes')
        return bytes_text(value);
    if (unit === '1' || !unit)
        return String(Number(value.toPrecision(3)));
    const prefixes = ['', 'k', 'M', 'G', 'T', 'P'];
    let p = 0;
    for (; p + 1 < prefixes.length && Math.abs(value) >= 999.5; p++)
        value /= 1000;
    return `${fixed(value, decimals_of(value))} ${prefixes[p]}${unit}`;
}

function bytes_text(bytes) {
    const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
    if (!known(bytes))
        return '-';
    let u = 0;
    for (; u + 1 < names.length && bytes >= (u ? 1023.5 : 1024); u++)
        bytes /= 1024;
    return `${fixed(bytes, Number.isInteger(bytes) ? 0 : decimals_of(bytes))} ${names[u]}`;
}

const percent_text = value => known(value) ? `${fixed(value, Math.abs(value) < 9.95 ? 1 : 0)} %` : '-';
const plain = text => text.replaceAll('_', ' ');

function date_text(unix_s) {
    return known(unix_s) && unix_s < 1e11 ? new Date(unix_s * 1000).toISOString().replace('T', ' ').slice(0, 16) + ' UTC' : 'not known';
}

/* Who wins, as format_verdict() has it. */
function verdict_text(row) {
    if (row.backend !== 'opencl' || !row.verdict)
        return '-';
    const on_cpu = row.device_type === 'cpu';
    if (row.verdict === 'GPU')
        return on_cpu ? 'OpenCL' : row.device_type === 'gpu' ? 'GPU' : 'accelerator';
    return row.verdict === 'CPU' && on_cpu ? 'OpenMP' : row.verdict;
}

const flag_words = {
    noisy: 'more than 8 % of the samples are far outliers: something else used the machine',
    drift: 'the times rose or fell while it was measured, so they depend on the order of the samples',
    throttled: 'a fixed test load ran more than 10 % off its usual time: the machine was slowed, by heat, power or other work',
    timeout: 'the time for one case was used up before the interval was as narrow as wanted',
    noise_floor: 'the interval stopped narrowing before it was as narrow as wanted',
};

const status_words = {
    oom: 'the memory of the device is not enough', memory: 'the memory of the computer is not enough',
    wrong: 'the result differs from the reference, so its time does not count', crash: 'the process that measured it died',
    hang: 'it made no progress and was ended', device: 'an OpenCL call failed', unsupported: 'this device cannot do it',
    io: 'writing failed', input: 'a file could not be read', usage: 'not a valid request', store: 'the store failed',
};

/* A sentence for every flag and for a failure; "" for a case without either. */
function remarks(row) {
    const list = row.ok ? [] : [`failed: ${status_words[row.status] || row.status}${row.reason ? ` (${row.reason})` : ''}`];
    for (const flag of row.flags.split(' ').filter(x => x))
        list.push(`${flag}: ${flag_words[flag] || 'no explanation is known for this mark'}`);
    if (row.ok && row.reason)
        list.push(row.reason);
    return list;
}
