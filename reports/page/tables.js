/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Tables that sort by a click or key on a column's title and copy into a spreadsheet. A column is
 *   {title, text(row), value(row), unit, wide, name}
 * where value, if given, is the number that is sorted by and copied, in `unit`; without it the text is. wide has sentences,
 * name long names.
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
    return make('tr', {}, ...columns.map((column, i) => make(i === 0 ? 'th' : 'td',
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

function case_columns() {
    const ratio = row => speedup_of(row, state.baseline);
    return [...name_columns, time_column('Time', 'median_ns'), time_column('95 % from', 'ci_low_ns'),
        time_column('95 % to', 'ci_high_ns'), time_column('Best', 'min_ns'), time_column('Push', 'push_ns'),
        time_column('Compute', 'compute_ns'), time_column('Pull', 'pull_ns'),
        {title: 'Speedup', value: row => ratio(row).value, text: row => speedup_text(ratio(row).value)},
        {title: 'Faster', text: row => openmp.includes(state.baseline) ? verdict_text(row) : '-'},
        {title: 'Repaid after', unit: 'operations', value: row => row.chain || null,
         text: row => row.chain === 0 ? 'never' : row.chain ? `${row.chain} in a row` : '-'},
        {title: 'Of the limit', unit: '%', value: row => row.limit_percent, text: row => percent_text(row.limit_percent)},
        {title: 'Bound by', text: row => row.bound || '-'},
        {title: 'Energy', unit: 'J', value: row => row.energy_j, text: row => quantity_text(row.energy_j, 'J')},
        time_column('Build', 'build_ns'), time_column('First call', 'first_call_ns'),
        {title: 'Samples', value: row => row.samples, text: row => known(row.samples) ? String(row.samples) : '-'},
        {title: 'Remarks', text: row => [row.ok ? '' : row.status, row.flags].filter(x => x).join(' ') || '-'}];
}

function make_case_table() {
    const section = part('cases', 'All cases',
        note('"Repaid after": so many operations in a row on the device take no longer, one push and one pull of the image included, than the same on the CPU.'));
    const table = make_table('Every case that the filters let through', case_columns());
    section.append(table.element);
    on_change(() => table.show(filtered()));
}

function make_break_even_table() {
    const section = part('break_even', 'From which image size on');
    const table = make_table('Sizes from which a device is faster than OpenMP on the CPU',
        [...name_columns.filter(column => column.title !== 'Size'),
         {title: 'Images', text: row => `${row.dimensions}D`},
         {title: 'Crossing', unit: 'pixels', value: row => row.crossing.pixels, text: row => known(row.crossing.pixels)
             ? Math.round(row.crossing.pixels).toLocaleString('en') : '-'},
         {title: 'Faster', wide: true, text: row => row.crossing.text}]);
    section.append(table.element);
    on_change(() => table.show(break_even.filter(b => matches(b.row, 'size')).map(b => ({...b.row, crossing: b}))));
}

function make_remark_table() {
    const section = part('remarks', 'Doubtful and failed cases');
    const flagged = cases.filter(row => remarks(row).length);
    if (!flagged.length) {
        section.append(note('None: no case failed, and none has a mark.'));
        return;
    }
    const table = make_table('Every case with a mark, and why',
        [...name_columns, time_column('Time', 'median_ns'), {title: 'Why', wide: true, text: row => remarks(row).join('; ')}]);
    section.append(table.element);
    on_change(() => table.show(flagged.filter(row => matches(row))));
}

function make_limit_table() {
    const section = part('limits', 'What this machine can do');
    if (!limits.length) {
        section.append(note('Not measured: "breakeven profile" with the same store measures bandwidths, peaks and transfers of this machine.'));
        return;
    }
    const table = make_table('Measured limits, from the newest profile of this machine', [
        {title: 'Device', text: row => row.where, name: true}, {title: 'Stage', text: row => plain(row.stage)},
        {title: 'Figure', text: row => plain(row.name)},
        {title: 'Threads', value: row => row.threads, text: row => known(row.threads) ? String(row.threads) : '-'},
        {title: 'Size', unit: 'bytes', value: row => row.bytes, text: row => bytes_text(row.bytes)},
        {title: 'Value', value: row => row.value, text: row => quantity_text(row.value, row.unit)},
        {title: 'Quartiles', text: row => known(row.low) ? `${quantity_text(row.low, row.unit)} to ${quantity_text(row.high, row.unit)}` : '-'},
        {title: 'Unit', text: row => row.unit}, {title: 'Remark', wide: true, text: row => row.reason || '-'}]);
    section.append(table.element);
    on_change(() => table.show(limits.filter(row => !state.device || row.where === state.device)));
}

/* "cpu.cores", 8: every leaf of the environment. */
function leaves(value, name) {
    if (value !== null && typeof value === 'object')
        return Object.entries(value).flatMap(([key, inner]) => leaves(inner, name ? `${name}.${key}` : key));
    return [{name, value}];
}

function environment_text(leaf) {
    if (leaf.value === null || leaf.value === undefined)
        return '-';
    if (leaf.name.endsWith('_bytes') && known(leaf.value))
        return `${bytes_text(leaf.value)} (${leaf.value})`;
    return String(leaf.value);
}

function make_environment_table() {
    const table = make_table('What a time depends on beside its own case; "-" is not known',
        [{title: 'Fact', text: leaf => plain(leaf.name)}, {title: 'Value', wide: true, text: environment_text}]);
    part('environment', 'Where it was measured').append(table.element);
    table.show(leaves(raw.environment, '').filter(leaf => leaf.name));
}
