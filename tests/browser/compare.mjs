/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Opens a comparison as its readers do.
 *
 *   node compare.mjs CHROMIUM PAGE FOLDER [glance]
 *
 * With glance only what is there after opening.
 */
import {charts, finish, look_for_names, open_page, reach_by_keys, try_filters, try_hint, try_narrow_and_print, try_themes} from './page.mjs';

const [executablePath, file, folder, glance] = process.argv.slice(2);
const {browser, page, seen} = await open_page(executablePath, file);

/* In which order the parts stand, and every cell of the tables of speedups beside what it stands for, all rows shown. */
seen.parts = await page.evaluate(() => [...document.querySelectorAll('#results > section')].map(section => section.id));
seen.cells = {};
for (const id of ['over_baseline', 'over_own_cpu']) {
    const more = page.locator(`#${id} .actions button`, {hasText: 'Show all'});
    if (!glance && await more.isVisible())
        await more.click();
    seen.cells[id] = await page.evaluate(part => [...document.querySelectorAll(`#${part} button[data-cell]`)].map(button => {
        const cell = cells[button.dataset.cell];
        return {operation: cell.operation, parameters: cell.parameters, type: cell.type, content: cell.content, width: cell.width,
            height: cell.height, depth: cell.depth, residency: cell.residency, machine: raw.machines[raw.columns
                .find(column => column.name === cell.where).machine].name, backend: cell.backend, text: button.firstChild.textContent};
    }), id);
}
seen.tables = await page.evaluate(() => Object.fromEntries(['differences', 'reference'].map(id =>
    [id, [...document.querySelectorAll(`#${id} tbody tr`)].map(row => [...row.children].map(cell => cell.textContent))])));
seen.footnotes = await page.locator('#reference ol li').count();
seen.left_out = await page.locator('#left_out li').allTextContents();
if (glance) {
    await finish(browser, seen, folder);
    process.exit(0);
}

/* Sorting by a device's speedups, by key. */
await page.locator('#over_baseline thead button').last().focus();
await page.keyboard.press('Enter');
seen.sort = await page.locator('#over_baseline th[aria-sort]').getAttribute('aria-sort');
seen.sorted = await page.evaluate(() => [...document.querySelectorAll('#over_baseline tbody tr')].map(row => row.lastChild.textContent));
await page.locator('#over_baseline').getByText('Copy table').click();
seen.copied = await page.evaluate(() => navigator.clipboard.readText());

const count_text = () => page.locator('#cases .actions span').innerText();
seen.filters = await try_filters(page, ['Operation', 'Image size', 'Pixel type', 'Data'],
    async () => ({charts: await charts(page), count: await count_text()}));

await reach_by_keys(page, seen);
await try_hint(page, seen, '#over_baseline td button');
await look_for_names(page, seen);
await try_themes(page, seen);
await try_narrow_and_print(page, seen);
await finish(browser, seen, folder);
