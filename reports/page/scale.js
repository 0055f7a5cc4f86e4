/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The colours of speedups, and the box with what stands behind a number.
 */
'use strict';

/* Steps of 1.1, 1.5, 3, 10 and 30: within 1.1 nobody wins. */
const heat_steps = [1.1, 1.5, 3, 10, 30];

function heat_class(value) {
    if (!known(value) || value <= 0)
        return null;
    const step = heat_steps.filter(edge => (value >= 1 ? value : 1 / value) >= edge).length;
    return step === 0 ? 'c0' : (value >= 1 ? 'c' : 'd') + step;
}

function make_legend() {
    const swatches = heat_steps.map((edge, i) => make('span', {class: `d${i + 1}`}, `${edge}x slower`)).reverse();
    return make('div', {class: 'legend'}, ...swatches, make('span', {class: 'c0'}, 'equal'),
        ...heat_steps.map((edge, i) => make('span', {class: `c${i + 1}`}, `${edge}x faster`)));
}

function show_hint(button, lines) {
    const hint = by_id('hint');
    hint.replaceChildren(...lines.map(line => make('p', {}, line)));
    hint.hidden = false;
    const at = button.getBoundingClientRect(), box = hint.getBoundingClientRect();
    const below = at.bottom + 6 + box.height < innerHeight;
    hint.style.left = `${Math.max(8, Math.min(at.left, innerWidth - box.width - 8))}px`;
    hint.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - box.height - 6)}px`;
    button.setAttribute('aria-describedby', 'hint');
}

function hide_hint(button) {
    by_id('hint').hidden = true;
    button.removeAttribute('aria-describedby');
}

/* A number that shows what stands behind it, by the pointer and by keys; marks say that it is doubtful. */
function hint_button(text, marks, lines, attributes) {
    const show = event => show_hint(event.currentTarget, lines()), hide = event => hide_hint(event.currentTarget);
    return make('button', {type: 'button', ...attributes, onmouseenter: show, onfocus: show, onclick: show, onmouseleave: hide, onblur: hide},
        text, marks ? make('span', {class: 'mark', 'aria-hidden': 'true'}, ' !') : null,
        marks ? make('span', {class: 'unseen'}, ` doubtful: ${marks}`) : null);
}

function make_hints_close() {
    addEventListener('keydown', event => {
        if (event.key === 'Escape')
            by_id('hint').hidden = true;
    });
}

const time_interval_text = row => known(row.ci_low_ns) && known(row.ci_high_ns)
    ? `${time_text(row.median_ns)} (95 %: ${time_text(row.ci_low_ns)} to ${time_text(row.ci_high_ns)})` : time_text(row.median_ns);
