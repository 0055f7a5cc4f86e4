/* SPDX-License-Identifier: BSD-3-Clause
 *
 * The small helpers that build elements, the parts of a page, and its theme. Texts only ever become text nodes and attribute
 * values, never markup.
 */
'use strict';

function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
        if (name.startsWith('on'))
            element.addEventListener(name.slice(2), value);
        else if (value !== null && value !== undefined && value !== false)
            element.setAttribute(name, value === true ? '' : value);
    }
    element.append(...children.filter(child => child !== null && child !== undefined));
    return element;
}

const by_id = id => document.getElementById(id);

/* For those who hear the page. */
function say(text) {
    by_id('said').textContent = text;
}

let fields_made = 0;

/* A labelled <select>; options are [value, text]. The first is chosen where `chosen` is not among them. */
function choice(label, options, chosen, changed) {
    const id = `field${fields_made++}`;
    const select = make('select', {id});
    fill_choice(select, options, chosen);
    select.addEventListener('change', () => changed(select.value));
    return make('div', {class: 'field'}, make('label', {for: id}, label), select);
}

function fill_choice(select, options, chosen) {
    select.replaceChildren(...options.map(([value, text]) => make('option', {value}, text)));
    select.value = options.some(([value]) => value === chosen) ? chosen : options.length ? options[0][0] : '';
    return select.value;
}

const redraws = [];

/* What is to be drawn again when a filter or the theme changes. */
function on_change(redraw) {
    redraws.push(redraw);
}

/* Each page has a filtered_text(), which says how much its filters let through. */
let pending = 0;

function changed() {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(() => {
        redraws.forEach(redraw => redraw());
        say(filtered_text());
    });
}

/* The system's wish until the switch is used. */
const wishes_dark = matchMedia('(prefers-color-scheme: dark)');

function set_theme(dark) {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    by_id('theme').setAttribute('aria-pressed', String(dark));
}

const is_dark = () => document.documentElement.dataset.theme === 'dark';

function make_theme_switch() {
    let chosen = false;
    set_theme(wishes_dark.matches);
    by_id('theme').addEventListener('click', () => {
        chosen = true;
        set_theme(!is_dark());
        changed();
    });
    wishes_dark.addEventListener('change', () => {
        if (!chosen) {
            set_theme(wishes_dark.matches);
            changed();
        }
    });
    /* Paper is white. */
    let before = false;
    addEventListener('beforeprint', () => {
        before = is_dark();
        set_theme(false);
        redraws.forEach(redraw => redraw());
    });
    addEventListener('afterprint', () => {
        set_theme(before);
        redraws.forEach(redraw => redraw());
    });
}

/* A part of the page with its heading and its line in the contents. */
function part(id, title, ...children) {
    const section = make('section', {id, 'aria-labelledby': `${id}_title`}, make('h2', {id: `${id}_title`}, title), ...children);
    by_id('results').append(section);
    by_id('contents').firstChild.append(make('li', {}, make('a', {href: `#${id}`}, title)));
    return section;
}

const note = text => make('p', {class: 'note'}, text);
