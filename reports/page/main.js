/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Puts the page together, in the order in which it is read.
 */
'use strict';

function about_text() {
    const environment = raw.environment || {}, cpu = environment.cpu || {}, tool = environment.tool || {};
    const cores = known(cpu.cores) ? `, ${cpu.cores} cores` : '';
    return [`Run ${raw.run.id}${raw.run.name ? ` "${raw.run.name}"` : ''}, begun ${date_text(raw.run.started_unix_s)}`,
        known(raw.run.finished_unix_s) ? '' : 'not finished', cpu.model ? `${cpu.model}${cores}` : '',
        `${cases.length} cases`, tool.version ? `breakeven ${tool.version}` : ''].filter(x => x).join(' · ');
}

function make_figures() {
    const section = part('figures', 'Figures');
    if (!has_chart)
        section.append(make('p', {class: 'notice'}, no_chart_text));
    const figures = make('div', {class: 'figures'});
    section.append(figures);
    make_time_figures(figures);
    make_share_figures(figures);
}

function main() {
    by_id('about').textContent = about_text();
    by_id('contents').append(make('ul'));
    make_theme_switch();
    make_filters();
    make_heat();
    make_figures();
    make_tiles();
    make_break_even_table();
    make_remark_table();
    make_case_table();
    make_limit_table();
    make_environment_table();
    redraws.forEach(redraw => redraw());
}

main();
