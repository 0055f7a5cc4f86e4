/* SPDX-License-Identifier: BSD-3-Clause
 *
 * What the tests of both pages share: opening, and what every page must do by keys, in both themes, and on narrow screens.
 * What is seen is collected in `seen`, which finish() writes to FOLDER/seen.json; tests/test_browser.py judges it.
 */
import {writeFileSync} from 'node:fs';

import {chromium} from 'playwright-core';

export async function open_page(executablePath, file) {
    const seen = {messages: [], requests: [], dialogs: 0};
    const browser = await chromium.launch({executablePath, args: ['--no-sandbox']});
    const context = await browser.newContext({viewport: {width: 1200, height: 900}, acceptDownloads: true,
        permissions: ['clipboard-read', 'clipboard-write']});
    const page = await context.newPage();
    page.on('console', message => ['error', 'warning'].includes(message.type()) && seen.messages.push(message.text()));
    page.on('pageerror', error => seen.messages.push(error.message));
    page.on('request', request => seen.requests.push(request.url()));
    page.on('dialog', dialog => { seen.dialogs++; dialog.dismiss(); });

    await page.goto(`file://${file}`);
    await settle(page);
    /* From the begin of loading to the second frame with everything in it. */
    seen.opened_ms = await page.evaluate(() => performance.now());
    seen.title = await page.title();
    seen.elements = await page.evaluate(() => Object.fromEntries(['img', 'script', 'iframe', 'b', 'canvas']
        .map(tag => [tag, document.querySelectorAll(`${tag}`).length])));
    seen.text = await page.evaluate(() => document.body.innerText);
    seen.charts = (await charts(page)).length;

    return {browser, page, seen};
}

export async function finish(browser, seen, folder) {
    await browser.close();
    writeFileSync(`${folder}/seen.json`, JSON.stringify(seen));
}

export const settle = page => page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));

export const charts = page => page.evaluate(() => typeof Chart === 'undefined' ? [] : [...document.querySelectorAll('canvas')]
    .map(canvas => Chart.getChart(canvas)).filter(chart => chart)
    .map(chart => JSON.stringify(chart.data.datasets.map(set => set.data.map(point => point.x ?? point)))));

/* A choice among the filters. */
export async function select(page, label, value) {
    await page.locator('#filters').getByLabel(label, {exact: true}).selectOption(value);
    await settle(page);
}

/* Each filter from the state in which everything is shown; look() says what is to be seen. */
export async function try_filters(page, labels, look) {
    const filters = {everything: await look()};
    for (const label of labels) {
        const last = await page.locator('#filters').getByLabel(label, {exact: true}).locator('option').last().getAttribute('value');
        await select(page, label, last);
        filters[label] = {value: last, ...await look()};
        await page.locator('#filters button[type=reset]').click();
        await settle(page);
    }
    filters.again = await look();
    return filters;
}

export async function reach_by_keys(page, seen) {
    /* All that can be reached, and what the Tab key does reach. */
    const reachable = `a[href], button, select, summary, [tabindex="0"]`;
    seen.reachable = await page.evaluate(selector => [...document.querySelectorAll(selector)]
        .filter(element => element.checkVisibility() && !element.disabled).length, reachable);
    await page.evaluate(selector => {
        globalThis.reached = new Set();
        addEventListener('focusin', event => event.target.matches(selector) && reached.add(event.target));
    }, reachable);
    for (let steps = 0; steps < seen.reachable + 5; steps++)
        await page.keyboard.press('Tab');
    seen.reached = await page.evaluate(() => reached.size);
}

/* What the first button of the table says, and that Escape takes it away. */
export async function try_hint(page, seen, button) {
    await page.locator(button).first().focus();
    seen.hint = await page.locator('#hint').innerText();
    seen.described = await page.locator(button).first().getAttribute('aria-describedby');
    await page.keyboard.press('Escape');
    seen.hint_after_escape = await page.locator('#hint').isVisible();
}

export async function look_for_names(page, seen) {
    /* Names for those who hear the page. */
    seen.unnamed = await page.evaluate(() => [...document.querySelectorAll('button, select, canvas[aria-label=""], canvas:not([aria-label])')]
        .filter(element => element.checkVisibility() && !(element.textContent.trim() && element.tagName === 'BUTTON') &&
            !(element.tagName === 'SELECT' && element.labels.length)).map(element => element.outerHTML.slice(0, 100)));
    seen.figures_without_table = await page.evaluate(() => [...document.querySelectorAll('figure')]
        .filter(figure => figure.querySelector('.canvas').checkVisibility() && !figure.querySelector('details table tbody tr')).length);
}

export async function try_themes(page, seen) {
    /* Contrast of text on its ground, by https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio, the worst per theme. */
    const contrast = () => page.evaluate(() => {
        const light = name => {
            const hex = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
            const part = at => {
                const value = parseInt(hex.slice(at, at + 2), 16) / 255;
                return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
            };
            return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
        };
        const grounds = ['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'd1', 'd2', 'd3', 'd4', 'd5'];
        const pairs = [...['ground', 'card', 'notice', ...grounds].map(ground => ['ink', ground]), ['soft', 'ground'], ['soft', 'card'],
            ['link', 'ground'], ['link', 'card']];
        return Math.min(...pairs.map(([ink, ground]) => {
            const [a, b] = [light(ink), light(ground)];
            return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        }));
    });
    seen.contrast = {};
    for (const scheme of ['light', 'dark']) {
        await page.emulateMedia({colorScheme: scheme});
        await settle(page);
        seen.contrast[scheme] = await contrast();
        seen[`theme_${scheme}`] = await page.evaluate(() => document.documentElement.dataset.theme);
    }
    await page.locator('#theme').click();
    seen.theme_switched = await page.evaluate(() => document.documentElement.dataset.theme);
}

export async function try_narrow_and_print(page, seen) {
    await page.setViewportSize({width: 400, height: 800});
    await settle(page);
    seen.width_at_400 = await page.evaluate(() => document.documentElement.scrollWidth);
    seen.printed_bytes = (await page.pdf()).length;
}
