/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The tables of a comparison. Speedups are buttons, so that keys reach them; hovering or focusing one shows the times
 * behind it.
 */
'use strict';

function make_machines() {
    const section = part('machines', 'Machines and devices');
    const table = make_table('Every device of every machine', [
        {title: 'Name', text: device => device.name, name: true}, {title: 'Device', text: device => device.device || '-', name: true},
        {title: 'Kind', text: device => device.kind},
        {title: 'Baseline', text: device => device === raw.columns[raw.baseline] ? 'yes' : '-'},
        {title: 'Results of the machine', value: device => raw.machines[device.machine].results,
         text: device => String(raw.machines[device.machine].results)},
        {title: 'From', wide: true, text: device => raw.machines[device.machine].source}]);
    section.append(table.element);
    table.show(raw.columns);
}

function make_differences() {
    if (raw.machines.length < 2)
        return;
    const section = part('differences', 'In what the machines differ');
    if (!raw.differences.length) {
        section.append(note(`${raw.no_difference}.`));
        return;
    }
    const table = make_table('What a time depends on beside the device, where it is not the same everywhere', [
        {title: 'Fact', text: row => plain(row[0])},
        ...raw.machines.map((machine, m) => ({title: machine.name, wide: true, text: row => row[m + 1]}))]);
    section.append(table.element);
    table.show(raw.differences);
}

function make_left_out() {
    part('left_out', 'What is compared, and what is left out',
        note('Two cases are equal when operation, parameters, image size, pixel type, content and residency are.'),
        make('ul', {}, ...raw.left_out.map(text => make('li', {}, text))));
}

/* What stands behind a speedup; `base` is the cell that it is over. */
function speedup_lines(cell, base, ratio) {
    const texts = [`${cell.title}, ${cell.shape}, ${cell.data}`];
    for (const one of base && base !== cell ? [cell, base] : [cell])
        texts.push(`${one.where}${known(one.threads) ? `, ${one.threads} threads` : ''}: ${time_interval_text(one)}`);
    if (known(ratio.speedup))
        texts.push(`speedup ${speedup_text(ratio.speedup)}, 95 %: ${interval_text(ratio.speedup, ratio.low, ratio.high)}`);
    return [...texts, ...remarks(cell), ...(base && base !== cell ? remarks(base).map(text => `${base.where}: ${text}`) : [])];
}

function speedup_cell(cell, base, over) {
    if (!cell)
        return make('td', {class: 'number'}, '-');
    const ratio = cell[over], marks = cell.ok ? [cell.flags, base ? base.flags : ''].filter(x => x).join(' ') : '';
    return make('td', {class: `speedup ${cell.ok ? heat_class(ratio.speedup) || '' : 'failed'}`},
        hint_button(cell.ok ? speedup_text(ratio.speedup) : cell.status, marks, () => speedup_lines(cell, base, ratio), {'data-cell': cell.number}));
}

/* A table of the devices that `shown` lets through; base(line, c) is the cell that a speedup is over. */
function make_speedups(id, title, text, over, shown, base) {
    const section = part(id, title, note(text), make_legend());
    const chosen = devices.map((name, c) => c).filter(shown);
    if (!chosen.length) {
        section.append(note('There is no device to compare.'));
        return;
    }
    const columns = chosen.map(c => ({title: devices[c],
        value: line => line.cells[c] ? line.cells[c][over].speedup : null, text: () => '-',
        cell: line => speedup_cell(line.cells[c], base(line, c), over)}));
    const table = make_table(title, [{title: 'Operation', text: line => `${line.operation} ${line.detail}`, name: true},
        {title: 'Size', text: line => line.shape}, {title: 'Data', text: line => line.data}, ...columns]);
    table.element.classList.add('wrapped');
    section.append(table.element);
    on_change(() => {
        by_id('hint').hidden = true;
        table.show(filtered_lines());
    });
}

const speedup_note = 'Ratios of median times; above 1 the column is faster. End to end: with push to the device and pull back. ' +
    'Resident: the image stays on the device. Point at a number, or move to it with the Tab key, for its interval and times. ' +
    '"!": one of the two times is doubtful. "-": not measured.';

function make_over_baseline() {
    const name = devices[raw.baseline];
    make_speedups('over_baseline', `Speedup over ${name}`, speedup_note, 'baseline', c => c !== raw.baseline, line => line.cells[raw.baseline]);
}

function make_over_own_cpu() {
    make_speedups('over_own_cpu', 'Speedup of each device over its own machine\u2019s CPU',
        'A speedup over another machine\u2019s CPU mixes two generations of CPUs; this one does not.', 'own',
        c => raw.columns[c].own_cpu >= 0 && raw.columns[c].own_cpu !== c, own_cpu);
}

function reference_cell(cell, label, head) {
    const [speedup, low, high, published, flagged, instead] = cell;
    if (!known(speedup))
        return make('td', {class: instead ? 'number failed' : 'number'}, instead || '-');
    const text = published ? `${speedup}x` : speedup_text(speedup);
    return make('td', {class: `speedup ${heat_class(speedup)}`}, hint_button(text, flagged ? 'marked' : '', () => [`${label}, ${head}: ${text}`,
        published ? 'as published' : known(low) ? `95 %: ${interval_text(speedup, low, high)}` : 'no interval is known'], {}));
}

function make_reference() {
    const reference = raw.reference;
    if (!reference)
        return;
    const section = part('reference', 'Beside the lecture\u2019s table', note('Resident images. UHD620, P6000: as published, over the laptop\u2019s ' +
        'i7-8650U. P6000own: over the Xeon Silver 4110 beside it, from the published times. Then the devices above, each over its own machine\u2019s CPU.'));
    const table = make_table('28 operations of the lecture; the numbers in brackets are footnotes', [{title: 'Case', text: row => row.label},
        ...reference.heads.map((head, i) => ({title: head, value: row => row.cells[i][0], text: () => '-',
            cell: row => reference_cell(row.cells[i], row.label, head)}))]);
    table.element.classList.add('wrapped');
    section.append(table.element, make('ol', {}, ...reference.footnotes.map(text => make('li', {}, text))));
    table.show(reference.rows);
}

function make_times() {
    const section = part('cases', 'All times');
    const table = make_table('Every case that the filters let through, on every device', [...name_columns, time_column('Time', 'median_ns'),
        time_column('95 % from', 'ci_low_ns'), time_column('95 % to', 'ci_high_ns'),
        {title: 'Threads', value: cell => cell.threads, text: cell => known(cell.threads) ? String(cell.threads) : '-'},
        {title: 'Over the baseline', value: cell => cell.baseline.speedup, text: cell => speedup_text(cell.baseline.speedup)},
        {title: 'Over its own CPU', value: cell => cell.own.speedup, text: cell => speedup_text(cell.own.speedup)},
        {title: 'Remarks', wide: true, text: cell => remarks(cell).join('; ') || '-'}]);
    section.append(table.element);
    on_change(() => table.show(filtered()));
}
