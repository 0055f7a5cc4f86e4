/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Opens a report as its readers do.
 *
 *   node report.mjs CHROMIUM PAGE FOLDER [glance]
 *
 * With glance only what is there after opening.
 */
import {charts, finish, look_for_names, open_page, reach_by_keys, try_filters, try_hint, try_narrow_and_print, try_themes} from './page.mjs';

const [executablePath, file, folder, glance] = process.argv.slice(2);
const {browser, page, seen} = await open_page(executablePath, file);

/* Every cell of the heat tables beside what it stands for. */
seen.cells = await page.evaluate(() => [...document.querySelectorAll('.heat button[data-case]')].map(button => {
    const row = cases[button.dataset.case];
    return {operation: row.operation, parameters: row.parameters, type: row.type, content: row.content, width: row.width,
        height: row.height, depth: row.depth, residency: row.residency, backend: row.backend, text: button.firstChild.textContent};
}));

if (glance) {
    await finish(browser, seen, folder);
    process.exit(0);
}

await reach_by_keys(page, seen);
await try_hint(page, seen, '.heat button');
await look_for_names(page, seen);

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

const count_text = () => page.locator('#cases .actions span').innerText();
seen.filters = await try_filters(page, ['Operation', 'Image size', 'Pixel type', 'Content', 'Device', 'Speedup against'],
    async () => ({charts: await charts(page), count: await count_text(), heat: await page.locator('.heat button').allTextContents()}));

await try_themes(page, seen);
await try_narrow_and_print(page, seen);
await finish(browser, seen, folder);
