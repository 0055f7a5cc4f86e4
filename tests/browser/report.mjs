/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Opens a report as its readers do and writes what was seen to FOLDER/seen.json; tests/test_browser.py judges it.
 *
 *   node report.mjs CHROMIUM PAGE FOLDER [glance]
 *
 * With glance only what is there after opening.
 */
import {writeFileSync} from 'node:fs';

import {chromium} from 'playwright-core';

const [executablePath, file, folder, glance] = process.argv.slice(2);
const seen = {messages: [], requests: [], dialogs: 0};

const browser = await chromium.launch({executablePath, args: ['--no-sandbox']});
const context = await browser.newContext({viewport: {width: 1200, height: 900}, acceptDownloads: true,
    permissions: ['clipboard-read', 'clipboard-write']});
const page = await context.newPage();
page.on('console', message => ['error', 'warning'].includes(message.type()) && seen.messages.push(message.text()));
page.on('pageerror', error => seen.messages.push(error.message));
page.on('request', request => seen.requests.push(request.url()));
page.on('dialog', dialog => { seen.dialogs++; dialog.dismiss(); });

const settle = () => page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
const charts = () => page.evaluate(() => typeof Chart === 'undefined' ? [] : [...document.querySelectorAll('canvas')]
    .map(canvas => Chart.getChart(canvas)).filter(chart => chart)
    .map(chart => JSON.stringify(chart.data.datasets.map(set => set.data.map(point => point.x ?? point)))));
const select = async (label, value) => {
    await page.locator('#filters').getByLabel(label, {exact: true}).selectOption(value);
    await settle();
};

await page.goto(`file://${file}`);
await settle();
seen.title = await page.title();
seen.elements = await page.evaluate(() => Object.fromEntries(['img', 'script', 'iframe', 'b', 'canvas']
    .map(tag => [tag, document.querySelectorAll(`${tag}`).length])));
seen.text = await page.evaluate(() => document.body.innerText);
seen.charts = (await charts()).length;

/* Every cell of the heat tables beside what it stands for. */
seen.cells = await page.evaluate(() => [...document.querySelectorAll('.heat button[data-case]')].map(button => {
    const row = cases[button.dataset.case];
    return {operation: row.operation, parameters: row.parameters, type: row.type, content: row.content, width: row.width,
        height: row.height, depth: row.depth, residency: row.residency, backend: row.backend, text: button.firstChild.textContent};
}));

if (glance) {
    await browser.close();
    writeFileSync(`${folder}/seen.json`, JSON.stringify(seen));
    process.exit(0);
}

/* All that can be reached, and what the Tab key does reach. */
const reachable = `a[href], button, select, summary, [tabindex="0"]`;
seen.reachable = await page.evaluate(selector => [...document.querySelectorAll(selector)]
    .filter(element => element.checkVisibility() && !element.disabled).length, reachable);
seen.reached = 0;
await page.evaluate(() => { globalThis.reached = new Set(); });
for (let steps = 0; steps < seen.reachable + 20; steps++) {
    await page.keyboard.press('Tab');
    const count = await page.evaluate(selector => {
        if (document.activeElement.matches(selector))
            reached.add(document.activeElement);
        return reached.size;
    }, reachable);
    if (count === seen.reachable)
        break;
}
seen.reached = await page.evaluate(() => reached.size);

await page.locator('.heat button').first().focus();
seen.hint = await page.locator('#hint').innerText();
seen.described = await page.locator('.heat button').first().getAttribute('aria-describedby');
await page.keyboard.press('Escape');
seen.hint_after_escape = await page.locator('#hint').isVisible();

/* Names for those who hear the page. */
seen.unnamed = await page.evaluate(() => [...document.querySelectorAll('button, select, canvas[aria-label=""], canvas:not([aria-label])')]
    .filter(element => element.checkVisibility() && !(element.textContent.trim() && element.tagName === 'BUTTON') &&
        !(element.tagName === 'SELECT' && element.labels.length)).map(element => element.outerHTML.slice(0, 100)));
seen.figures_without_table = await page.evaluate(() => [...document.querySelectorAll('figure')]
    .filter(figure => figure.querySelector('.canvas').checkVisibility() && !figure.querySelector('details table tbody tr')).length);

/* Sorting by key, and copying. */
const title = page.locator('#cases thead button', {hasText: /^Time$/});
await title.focus();
await page.keyboard.press('Enter');
seen.sort = await page.locator('#cases th[aria-sort]').getAttribute('aria-sort');
seen.sorted = await page.evaluate(() => {
    const column = [...document.querySelectorAll('#cases thead th')].findIndex(head => head.ariaSort);
    return [...document.querySelectorAll('#cases tbody tr')].map(row => row.children[column].textContent);
});
await page.locator('#cases').getByText('Copy table').click();
seen.copied = await page.evaluate(() => navigator.clipboard.readText());

if (seen.charts) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Save as PNG').first().click()]);
    await download.saveAs(`${folder}/figure.png`);
}

/* Filters, each from the state in which everything is shown. */
const count_text = () => page.locator('#cases .actions span').innerText();
seen.filters = {everything: {charts: await charts(), count: await count_text()}};
for (const label of ['Operation', 'Image size', 'Pixel type', 'Content', 'Device', 'Speedup against']) {
    const last = await page.locator('#filters').getByLabel(label, {exact: true}).locator('option').last().getAttribute('value');
    await select(label, last);
    seen.filters[label] = {charts: await charts(), count: await count_text(), value: last,
        heat: await page.locator('.heat button').allTextContents()};
    await page.locator('#filters button[type=reset]').click();
    await settle();
}
seen.filters.again = {charts: await charts(), count: await count_text()};

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
    await settle();
    seen.contrast[scheme] = await contrast();
    seen[`theme_${scheme}`] = await page.evaluate(() => document.documentElement.dataset.theme);
}
await page.locator('#theme').click();
seen.theme_switched = await page.evaluate(() => document.documentElement.dataset.theme);

await page.setViewportSize({width: 400, height: 800});
await settle();
seen.width_at_400 = await page.evaluate(() => document.documentElement.scrollWidth);
seen.printed_bytes = (await page.pdf()).length;

await browser.close();
writeFileSync(`${folder}/seen.json`, JSON.stringify(seen));
