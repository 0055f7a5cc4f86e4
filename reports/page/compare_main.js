/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Puts the page of a comparison together: in what the machines differ before any ratio.
 */
'use strict';

function draw_machines(subject, data) {
    const rows = good(filtered('size')).filter(row => row.subject === subject && row.data === data).sort((a, b) => a.pixels - b.pixels);
    if (!rows.length)
        return 'The filters leave no case with a time.';
    const datasets = [...per_device(rows)].flatMap(([name, list]) => curve(name, list, row => row.pixels));
    return {
        config: {type: 'line', data: {datasets}, options: time_options(rows, size_axis(rows), [])},
        label: `Time against image size, ${operation_title(rows[0])}, ${data}`, caption: 'Bands: 95 % interval of the median.',
        columns: [...name_columns, time_column('Time', 'median_ns'), time_column('95 % from', 'ci_low_ns'), time_column('95 % to', 'ci_high_ns')],
        rows,
    };
}

function make_machine_figure() {
    const section = part('figures', 'Time against image size');
    if (!has_chart)
        section.append(make('p', {class: 'notice'}, no_chart_text));
    if (cells.length)
        make_figure(section, 'All devices of all machines', [{label: 'Operation', options: subject_options}, data_choice],
            ([subject, data]) => draw_machines(subject, data));
}

function main() {
    by_id('about').textContent = `${raw.machines.length} machines · ${devices.length} devices · ${lines.length} equal cases`;
    by_id('contents').append(make('ul'));
    make_theme_switch();
    make_filters();
    make_differences();
    make_machines();
    make_left_out();
    if (lines.length) {
        make_over_baseline();
        make_over_own_cpu();
        make_machine_figure();
    }
    make_reference();
    make_times();
    make_hints_close();
    redraws.forEach(redraw => redraw());
}

main();
