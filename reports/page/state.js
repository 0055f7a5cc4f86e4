/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What the reader of a report chose.
 */
'use strict';

const state = {operation: '', size: '', type: '', content: '', device: '', baseline: openmp[0] || devices[0] || ''};

const size_key = row => `${row.dimensions}D ${row.shape}`;

function matches(row, except) {
    return (!state.operation || row.operation === state.operation) &&
           (!state.size || except === 'size' || size_key(row) === state.size) &&
           (!state.type || row.type === state.type) && (!state.content || row.content === state.content) &&
           (!state.device || except === 'device' || row.where === state.device);
}

const filtered = except => cases.filter(row => matches(row, except));

const filtered_text = () => `${filtered().length} of ${cases.length} cases`;

const everything = {...state};

function make_filters() {
    const form = by_id('filters');
    const sizes = distinct([...cases].sort((a, b) => a.dimensions - b.dimensions || a.pixels - b.pixels).map(size_key));
    const names = field => distinct(cases.map(row => row[field])).sort();
    const options = list => list.map(text => [text, text || 'not known']);
    const selects = {};
    const add = (label, name, all, list) => {
        const field = choice(label, [...(all ? [['', all]] : []), ...options(list)], state[name],
            value => { state[name] = value; changed(); });
        selects[name] = field.querySelector('select');
        form.append(field);
    };
    add('Operation', 'operation', 'all operations', names('operation'));
    add('Image size', 'size', 'all sizes', sizes);
    add('Pixel type', 'type', 'all types', names('type'));
    add('Content', 'content', 'all contents', names('content'));
    add('Device', 'device', 'all devices', devices);
    add('Speedup against', 'baseline', '', devices);
    form.append(make('button', {type: 'reset'}, 'Show everything'));
    form.addEventListener('submit', event => event.preventDefault());
    form.addEventListener('reset', event => {
        event.preventDefault();
        Object.assign(state, everything);
        for (const [name, select] of Object.entries(selects))
            select.value = state[name];
        changed();
    });
}
