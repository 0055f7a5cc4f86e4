/* SPDX-License-Identifier: BSD-3-Clause
 *
 * A comparison: lines are cases, each with a cell for every device of every machine that has it, null elsewhere. The
 * speedups of a cell over the baseline and over its own machine's CPU are those that `compare --csv` writes.
 */
'use strict';

const lines = rows_of(raw.lines).map(describe);
const devices = raw.columns.map(column => column.name);
const cells = [];

for (const line of lines)
    line.cells = devices.map(() => null);
raw.columns.forEach((column, c) => {
    const over = {baseline: rows_of(column.over_baseline), own: rows_of(column.over_own_cpu)};
    rows_of(column.cells).forEach((cell, i) => {
        const line = lines[column.lines[i]];
        /* What failed may have a time all the same, which means nothing. */
        const no_times = cell.status === 'ok' ? {} : {median_ns: null, ci_low_ns: null, ci_high_ns: null};
        line.cells[c] = Object.assign(Object.create(line), cell, no_times,
            {number: cells.length, where: column.name, ok: cell.status === 'ok', baseline: over.baseline[i], own: over.own[i]});
        cells.push(line.cells[c]);
    });
});

/* The CPU that the device's own machine has; null: it was not measured. */
const own_cpu = (line, c) => raw.columns[c].own_cpu < 0 ? null : line.cells[raw.columns[c].own_cpu];

const state = {operation: '', size: '', type: '', data: ''};
const everything = {...state};
const size_key = line => `${line.dimensions}D ${line.shape}`;

function matches(line, except) {
    return (!state.operation || line.operation === state.operation) &&
           (!state.size || except === 'size' || size_key(line) === state.size) &&
           (!state.type || line.type === state.type) && (!state.data || line.data === state.data);
}

const filtered = except => cells.filter(cell => matches(cell, except));
const filtered_lines = () => lines.filter(line => matches(line));
const filtered_text = () => `${filtered_lines().length} of ${lines.length} cases`;

function make_filters() {
    const selects = {}, form = by_id('filters');
    const add = (label, name, all, list) => {
        const field = choice(label, [['', all], ...list.map(text => [text, text || 'not known'])], '',
            value => { state[name] = value; changed(); });
        selects[name] = field.querySelector('select');
        form.append(field);
    };
    add('Operation', 'operation', 'all operations', distinct(lines.map(line => line.operation)).sort());
    add('Image size', 'size', 'all sizes', distinct([...lines].sort((a, b) => a.dimensions - b.dimensions || a.pixels - b.pixels).map(size_key)));
    add('Pixel type', 'type', 'all types', distinct(lines.map(line => line.type)).sort());
    add('Data', 'data', 'end to end and resident', distinct(lines.map(line => line.data)).sort());
    form.append(make('button', {type: 'reset'}, 'Show everything'));
    form.addEventListener('submit', event => event.preventDefault());
    form.addEventListener('reset', event => {
        event.preventDefault();
        Object.assign(state, everything);
        Object.values(selects).forEach(select => { select.value = ''; });
        changed();
    });
}
