/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Tables that sort by a click or key on a column's title and copy into a spreadsheet. A column is
 *   {title, text(row), value(row), unit, wide, name}
 * where value, if given, is the number that is sorted by and copied, in `unit`; without it the text is. wide has sentences,
 * name long names. cell(row), if given, makes the whole <td>.
 * Long tables show their first rows and say so; copying takes all.
 */
'use strict';

const SHOWN_AT_FIRST = 50;

/* A text that a spreadsheet would take for a formula is other people's command to it. */
const safe_cell = text => (/^[=+\-@]/.test(text) ? `'${text}` : text).replace(/[\t\r\n]/g, ' ');

function copied_cell(column, row) {
    if (!column.value)
        return column.text(row) === '-' ? '' : safe_cell(column.text(row));
    const value = column.value(row);
    return known(value) ? String(value) : '';
}

const copied_title = column => column.title + (column.unit ? ` (${column.unit})` : '');

async function copy_table(columns, rows) {
    const text = [columns.map(copied_title).join('\t'),
        ...rows.map(row => columns.map(column => copied_cell(column, row)).join('\t'))].join('\n');
    try {
        await navigator.clipboard.writeText(text);
    } catch {
        const area = make('textarea', {class: 'unseen', 'aria-hidden': 'true'}, text);
        document.body.append(area);
        area.select();
        document.execCommand('copy');
        area.remove();
    }
    say(`${rows.length} rows copied`);
}

/* Unknown values come last, whichever way it is sorted. */
function sorted(rows, column, down) {
    const key = row => column.value ? column.value(row) : column.text(row);
    const unknown = value => column.value ? !known(value) : value === '-' || value === '';
    const compare = (a, b) => column.value ? a - b : a.localeCompare(b, 'en', {numeric: true});
    return rows.map(row => [key(row), row]).sort(([a], [b]) => unknown(a) || unknown(b)
        ? unknown(a) - unknown(b) : down ? compare(b, a) : compare(a, b)).map(pair => pair[1]);
}

function table_row(columns, row) {
    return make('tr', {}, ...columns.map((column, i) => column.cell ? column.cell(row) : make(i === 0 ? 'th' : 'td',
        {scope: i === 0 ? 'row' : null, class: column.value ? 'number' : column.wide ? 'wide' : column.name ? 'name' : null}, column.text(row))));
}

/* Returns {element, show(rows)}. */
function make_table(caption, columns) {
    let rows = [], by = -1, down = false, all = false;
    const body = make('tbody');
    const heads = columns.map((column, i) => make('th', {scope: 'col', class: column.value ? 'number' : null},
        make('button', {type: 'button', onclick: () => sort(i)}, column.title)));
    const count = make('span');
    const more = make('button', {type: 'button', onclick: () => { all = true; draw(); }}, 'Show all');
    const copy = make('button', {type: 'button', onclick: () => copy_table(columns, in_order())}, 'Copy table');
    const element = make('div', {}, make('div', {class: 'actions'}, copy, count, more),
        make('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption},
            make('table', {}, make('caption', {}, caption), make('thead', {}, make('tr', {}, ...heads)), body)));

    const in_order = () => by < 0 ? rows : sorted(rows, columns[by], down);

    function draw() {
        const list = in_order(), shown = all ? list.length : Math.min(list.length, SHOWN_AT_FIRST);
        body.replaceChildren(...list.slice(0, shown).map(row => table_row(columns, row)));
        count.textContent = shown < list.length ? `the first ${shown} of ${list.length} rows` : `${list.length} rows`;
        more.hidden = shown === list.length;
    }

    function sort(i) {
        down = by === i ? !down : false;
        by = i;
        heads.forEach((head, k) => k === i ? head.setAttribute('aria-sort', down ? 'descending' : 'ascending')
            : head.removeAttribute('aria-sort'));
        draw();
        say(`sorted by ${columns[i].title}, ${down ? 'descending' : 'ascending'}`);
    }

    return {element, show(list) { rows = list; all = false; draw(); }};
}

/* What says which case it is, and a time of it; rows as described in columns.js, with the device's name as `where`. */
const name_columns = [
    {title: 'Operation', text: row => row.operation},
    {title: 'Parameters', text: row => row.parameters || '-'},
    {title: 'Size', text: row => row.shape},
    {title: 'Type', text: row => row.type},
    {title: 'Content', text: row => row.content || '-'},
    {title: 'Device', text: row => row.where, name: true},
    {title: 'Data', text: row => row.data},
];

const time_column = (title, field) => ({title, unit: 'ns', value: row => row[field], text: row => time_text(row[field])});
