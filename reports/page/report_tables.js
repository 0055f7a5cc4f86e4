/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The tables of a report beside its speedups.
 */
'use strict';

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
