/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The table of speedups: operations down, devices across, 2D and 3D apart. Every cell is a button, so that keys reach it;
 * hovering or focusing it shows what stands behind the number.
 */
'use strict';

function hint_lines(row, ratio) {
    const lines = [`${row.title}, ${row.shape}, ${row.data}`, `${row.where}: ${time_interval_text(row)}`];
    if (ratio.other)
        lines.push(`${ratio.other.where}${known(ratio.other.threads) ? `, ${ratio.other.threads} threads` : ''}: ${time_interval_text(ratio.other)}`);
    if (known(ratio.value))
        lines.push(`speedup ${speedup_text(ratio.value)}, 95 %: ${interval_text(ratio.value, ratio.low, ratio.high)}` +
            (ratio.verdict ? `; faster: ${verdict_text(row)}` : ''));
    if (row.residency === 'end_to_end' && row.backend === 'opencl' && known(row.push_ns))
        lines.push(`push ${time_text(row.push_ns)}, compute ${time_text(row.compute_ns)}, pull ${time_text(row.pull_ns)}`);
    if (known(row.limit_percent))
        lines.push(`${percent_text(row.limit_percent)} of what this machine can do, bound by ${row.bound}`);
    return [...lines, ...remarks(row), ...(ratio.other ? remarks(ratio.other).map(text => `${ratio.other.where}: ${text}`) : [])];
}

function heat_cell(row) {
    if (!row)
        return make('td', {class: 'empty'}, '-');
    const ratio = speedup_of(row, state.baseline), marked = row.ok && [row.flags, ratio.other ? ratio.other.flags : ''].filter(x => x).join(' ');
    return make('td', {class: row.ok ? heat_class(ratio.value) : 'failed'},
        hint_button(row.ok ? speedup_text(ratio.value) : 'failed', marked, () => hint_lines(row, ratio), {'data-case': row.index}));
}

/* One line per subject, at the largest size that is there. */
function heat_lines(rows) {
    const lines = new Map();
    for (const row of rows) {
        const line = lines.get(row.subject);
        if (!line || row.pixels > line.pixels)
            lines.set(row.subject, {row, pixels: row.pixels, shape: row.shape, cells: new Map()});
    }
    for (const row of rows) {
        const line = lines.get(row.subject), key = `${row.where}\n${row.data}`;
        if (row.shape === line.shape && !line.cells.has(key))
            line.cells.set(key, row);
    }
    return [...lines.values()].sort((a, b) => a.row.operation.localeCompare(b.row.operation) ||
        a.row.detail.localeCompare(b.row.detail, 'en', {numeric: true}));
}

function heat_table(dimensions) {
    const rows = filtered().filter(row => row.dimensions === dimensions && row.where !== state.baseline);
    if (!rows.length)
        return null;
    const names = distinct(rows.map(row => row.where));
    const columns = names.flatMap(name => distinct(rows.filter(row => row.where === name).map(row => row.data))
        .map(data => [name, data]));
    const title = `${dimensions}D ${dimensions === 3 ? 'stacks' : 'images'}: times faster than ${state.baseline}`;
    const lines = heat_lines(rows);
    const cells = line => columns.map(([where, data]) => line.cells.get(`${where}\n${data}`));
    const copied = [{title: 'Operation', text: line => line.row.operation}, {title: 'Details', text: line => line.row.detail},
        {title: 'Size', text: line => line.shape}, ...columns.map(([where, data], i) => ({title: `${where}, ${data}`,
            text: () => '', value: line => cells(line)[i] ? speedup_of(cells(line)[i], state.baseline).value : null}))];
    const head = [make('tr', {}, make('th', {rowspan: 2, scope: 'col'}, 'Operation'), make('th', {rowspan: 2, scope: 'col'}, 'Size'),
        ...names.map(name => make('th', {scope: 'colgroup', colspan: columns.filter(([where]) => where === name).length}, name))),
        make('tr', {}, ...columns.map(([, data]) => make('th', {scope: 'col', class: 'number'}, data)))];
    return make('div', {}, make('div', {class: 'actions'},
        make('button', {type: 'button', onclick: () => copy_table(copied, lines)}, 'Copy table')),
        make('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': title}, make('table', {class: 'heat'},
            make('caption', {}, title), make('thead', {}, ...head), make('tbody', {}, ...lines.map(line =>
                make('tr', {}, make('th', {scope: 'row'}, make('b', {}, line.row.operation), ` ${line.row.detail}`),
                    make('td', {class: 'empty'}, line.shape), ...cells(line).map(heat_cell)))))));
}

function make_heat() {
    const tables = make('div');
    part('speedups', 'Speedups', note('End to end: the image is pushed to the device, the operation computed and the result pulled back. ' +
        'Resident: the image is on the device already and stays there. Without a size in the filters each line is the largest size that was measured. ' +
        'Point at a number, or move to it with the Tab key, for its interval, times and marks. "!": it or its baseline is a doubtful case. ' +
        'Against OpenMP the interval is that of the run; against another baseline it is made from the intervals of both times.'),
        make_legend(), tables);
    on_change(() => {
        by_id('hint').hidden = true;
        const made = [2, 3].map(heat_table).filter(x => x);
        tables.replaceChildren(...(made.length ? made : [note('The filters leave no case to compare with the baseline.')]));
    });
    make_hints_close();
}
