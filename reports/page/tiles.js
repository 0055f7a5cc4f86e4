/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Operations that ran tile by tile: what the tiles and their margins cost, and how far the result is from that of the whole
 * image. Such rows have a margin_px; a run without them has no such part.
 */
'use strict';

const is_tiled = row => known(row.margin_px);
const tiled = cases.filter(is_tiled);

/* What one table is of: everything but tile and margin. */
const tile_case = row => [row.operation, row.parameters, row.shape, row.type, row.content, row.where, row.data].filter(x => x).join(', ');
const tile_cases = () => distinct(filtered().filter(is_tiled).map(tile_case)).map(text => [text, text]);
const errors = [['largest error', 'error_max'], ['99 % of the pixels err less than', 'error_p99'], ['largest error at seams', 'seam_error_max']];

/* Darker is slower, in times of the fastest of the table. */
function tile_class(row, fastest) {
    return row.ok && known(row.median_ns) ? `d${[1.05, 1.2, 1.5, 2, 4].filter(edge => row.median_ns >= edge * fastest).length}`.replace('d0', 'c0') : 'failed';
}

function tile_lines(row) {
    const texts = [`${tile_case(row)}`, `tile ${row.tile}, margin ${row.margin_px} px: ${time_interval_text(row)}`];
    if (known(row.work_factor))
        texts.push(`${quantity_text(row.work_factor, '1')} times the work of the whole image`);
    for (const [label, field] of errors)
        if (known(row[field]))
            texts.push(`${label}: ${quantity_text(row[field], '1')}`);
    if (known(row.wrong_px))
        texts.push(`pixels that differ: ${row.wrong_px}`);
    return [...texts, ...remarks(row)];
}

function tile_cell(row, fastest) {
    if (!row)
        return make('td', {class: 'empty'}, '-');
    const wrong = row.wrong_px > 0 || row.error_max > 0;
    return make('td', {class: tile_class(row, fastest)}, hint_button(row.ok ? time_text(row.median_ns) : 'failed',
        wrong ? 'differs from the whole image' : row.flags, () => tile_lines(row), {}));
}

function tile_table(name) {
    const rows = filtered().filter(row => is_tiled(row) && tile_case(row) === name);
    const volume = row => row.tile_width * row.tile_height * (row.tile_depth || 1);
    const tiles = distinct([...rows].sort((a, b) => volume(a) - volume(b)).map(row => row.tile));
    const margins = distinct(rows.map(row => row.margin_px)).sort((a, b) => a - b);
    const fastest = Math.min(...good(rows).map(row => row.median_ns));
    const cell = (tile, margin) => tile_cell(rows.find(row => row.tile === tile && row.margin_px === margin), fastest);
    return make('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': name}, make('table', {class: 'heat'},
        make('caption', {}, name),
        make('thead', {}, make('tr', {}, make('th', {scope: 'col'}, 'Tile'),
            ...margins.map(margin => make('th', {scope: 'col', class: 'number'}, `margin ${margin} px`)))),
        make('tbody', {}, ...tiles.map(tile => make('tr', {}, make('th', {scope: 'row'}, tile), ...margins.map(margin => cell(tile, margin)))))));
}

/* A logarithmic axis has no place for 0, so the caption names those margins. */
function draw_errors(name, field) {
    const rows = filtered().filter(row => is_tiled(row) && tile_case(row) === name && known(row[field])).sort((a, b) => a.margin_px - b.margin_px);
    if (!rows.length)
        return 'The filters leave no tiled case with an error.';
    const title = errors.find(([, one]) => one === field)[0], tiles = distinct(rows.map(row => row.tile));
    const datasets = tiles.map((tile, i) => ({label: `tile ${tile}`, borderColor: colour(`s${i % 8 + 1}`), backgroundColor: colour(`s${i % 8 + 1}`),
        pointStyle: marks[i % marks.length], pointRadius: 5, borderWidth: 2,
        data: rows.filter(row => row.tile === tile && row[field] > 0).map(row => ({x: row.margin_px, y: row[field]}))}));
    const exact = tiles.map(tile => [tile, rows.filter(row => row.tile === tile && row[field] === 0).map(row => row.margin_px)])
        .filter(([, margins]) => margins.length).map(([tile, margins]) => `tile ${tile} at ${margins.join(', ')} px`);
    return {
        config: {type: 'line', data: {datasets}, options: common_options({scales: {x: axis('margin (px)', 'linear', value => `${value}`),
            y: axis(title, 'logarithmic', log_ticks(value => quantity_text(value, '1')), {ticks: {maxTicksLimit: 40}})}})},
        label: `${title} against margin, ${name}`,
        caption: `In the unit of the pixels, against the whole image.${exact.length ? ` No error: ${exact.join('; ')}.` : ''}`,
        columns: [{title: 'Tile', text: row => row.tile}, {title: 'Margin', unit: 'px', value: row => row.margin_px, text: row => String(row.margin_px)},
            ...errors.map(([label, one]) => ({title: label, value: row => row[one], text: row => quantity_text(row[one], '1')})),
            {title: 'Pixels that differ', value: row => row.wrong_px, text: row => known(row.wrong_px) ? String(row.wrong_px) : '-'},
            {title: 'Work', value: row => row.work_factor, text: row => quantity_text(row.work_factor, '1')}], rows,
    };
}

function make_tiles() {
    if (!tiled.length)
        return;
    const tables = make('div'), figures = make('div', {class: 'figures'});
    part('tiles', 'Tiles and margins', note('Time of the whole image, cut into tiles that are computed with a margin around them. Darker is slower than ' +
        'the fastest of its table. "!": the result differs from that of the whole image, or the time is doubtful.'), tables, figures);
    make_figure(figures, 'Error against margin', [{label: 'Operation', options: tile_cases},
        {label: 'Error', options: () => errors.map(([label, field]) => [field, label])}], ([name, field]) => draw_errors(name, field));
    on_change(() => tables.replaceChildren(...tile_cases().map(([name]) => tile_table(name))));
}
