/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The numbers of a page, as reports/html_json.h describes them, back to rows. What is not known is null. Times in ns.
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

const residency_names = {end_to_end: 'end to end', resident: 'resident'};
const usual_cache = {end_to_end: 'cold', resident: 'hot'};

/* The cache is named where it is not the one that goes with the residency. */
function data_text(row) {
    const name = residency_names[row.residency] || row.residency;
    return row.cache === usual_cache[row.residency] || !row.cache ? name : `${name}, cache ${row.cache}`;
}

const distinct = list => [...new Set(list)];

/* Operation, parameters, pixel type, content and what a device reads from: what one curve over sizes is of. */
function describe(row) {
    row.pixels = row.width * row.height * row.depth;
    row.shape = shape_text(row);
    row.data = data_text(row);
    row.image = row.variant === 'image';
    const tiled = typeof row.margin_px === 'number';
    row.tile = tiled ? [row.tile_width, row.tile_height, ...(row.dimensions === 3 ? [row.tile_depth] : [])].join('x') : '';
    row.subject = [row.operation, row.parameters, row.dimensions, row.type, row.content, row.image, row.tile, tiled ? row.margin_px : ''].join('\n');
    row.detail = [row.parameters, row.type, row.content, row.image ? 'from an OpenCL image' : '',
        tiled ? `tile ${row.tile}, margin ${row.margin_px} px` : ''].filter(x => x).join(', ');
    row.title = `${row.operation} ${row.detail}`;
    return row;
}

const operation_title = row => `${row.title}, ${row.dimensions}D`;
