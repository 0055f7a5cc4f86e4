#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The pages of report and compare in a browser, with nothing but chromium: quiet, numbers to the last digit, keys, themes.

What needs playwright-core too (printing, saving, copying, every filter) is in test_browser.py. With BREAKEVEN_PICTURES=FOLDER
the pages are kept there as pictures. Without chromium the test is skipped.

usage: test_pages.py BREAKEVEN
"""
import csv
import json
import os
import subprocess
import sys
import tempfile
import unittest

import made_up_store
from chromium_pipe import Chromium, find_chromium
from page_checks import check_cells, check_compared

BREAKEVEN = os.path.abspath(sys.argv.pop(1))
REACHABLE = "a[href], button, select, summary, [tabindex=\"0\"]"
CASE = "operation: row.operation, parameters: row.parameters, type: row.type, content: row.content, width: row.width, " \
       "height: row.height, depth: row.depth, residency: row.residency, backend: row.backend, text: button.firstChild.textContent"


def cells_script(selector, row, more=""):
    return f"[...document.querySelectorAll({selector!r})].map(button => {{ const row = {row}; return {{{CASE}{more}}}; }})"


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if cls is Page:
            raise unittest.SkipTest("has no page of its own")
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.page = cls.path("page.html")
        cls.make_page()
        cls.browser = cls.enterClassContext(Chromium(find_chromium()))

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder.name, name)

    def setUp(self):
        self.browser.look(1200, "light")
        self.browser.open(self.page)

    def quiet(self, page):
        self.assertEqual(self.browser.messages, [])
        self.assertEqual(self.browser.requests, [f"file://{page}"])
        self.assertEqual(self.browser.dialogs, 0)

    def test_console_and_network_are_quiet(self):
        self.quiet(self.page)
        with open(self.page, encoding="utf-8") as file:
            text = file.read()
        for plant in ("<img src='http://127.0.0.1:9/x.png'>", "<script>console.error('planted')</script>", "<script>alert(1)</script>"):
            path = self.path("planted.html")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text.replace("<header>", f"<header>{plant}"))
            self.browser.open(path)
            with self.assertRaises(AssertionError, msg=plant):
                self.quiet(path)

    def test_texts_are_texts(self):
        text = self.browser.evaluate("document.body.innerText")
        self.assertEqual(self.browser.evaluate("document.title"), self.title)
        self.assertIn("GPU </script><script>alert(1)</script>", text)
        for tag, count in (("script", 3), ("img", 0), ("b[onclick], iframe", 0)):
            self.assertEqual(self.browser.evaluate(f"document.querySelectorAll({tag!r}).length"), count, tag)
        for word in ("NaN", "Infinity", "undefined", "null", "[object"):
            self.assertNotIn(word, text)

    def test_keys_reach_everything(self):
        every = self.browser.evaluate(f"[...document.querySelectorAll({REACHABLE!r})].filter(e => e.checkVisibility() && !e.disabled).length")
        self.assertGreater(every, 100)
        self.browser.evaluate(f"globalThis.reached = new Set(); addEventListener('focusin', e => e.target.matches({REACHABLE!r}) && reached.add(e.target)); 0")
        for _ in range(every + 5):
            self.browser.press("Tab")
        self.assertEqual(self.browser.evaluate("reached.size"), every)

    def test_a_number_tells_what_is_behind_it(self):
        self.browser.evaluate(f"document.querySelector({self.number!r}).focus()")
        self.assertIn("95 %", self.browser.evaluate("document.getElementById('hint').innerText"))
        self.browser.press("Escape")
        self.assertTrue(self.browser.evaluate("document.getElementById('hint').hidden"))

    def test_light_dark_and_narrow(self):
        pictures = os.environ.get("BREAKEVEN_PICTURES")
        for width, scheme in ((1200, "light"), (1200, "dark"), (400, "light")):
            self.browser.look(width, scheme)
            self.assertEqual(self.browser.evaluate("document.documentElement.dataset.theme"), scheme)
            self.assertLessEqual(self.browser.evaluate("document.documentElement.scrollWidth"), width)
            if pictures:
                with open(os.path.join(pictures, f"{type(self).__name__}_{width}_{scheme}.png"), "wb") as file:
                    file.write(self.browser.picture())

    def test_a_filter_changes_the_tables(self):
        count = "document.querySelector('#cases .actions span').textContent"
        everything = self.browser.evaluate(count)
        self.browser.evaluate("(select => { select.value = select.options[select.options.length - 1].value; "
                              "select.dispatchEvent(new Event('change')); })(document.querySelector('#filters select'))")
        self.browser.settle()
        self.assertNotEqual(self.browser.evaluate(count), everything)
        self.browser.evaluate("document.querySelector('#filters button[type=reset]').click()")
        self.browser.settle()
        self.assertEqual(self.browser.evaluate(count), everything)


class Report(Page):
    title, number = "breakeven: does a GPU pay off here?", ".heat td button"

    @classmethod
    def make_page(cls):
        cls.rows = made_up_store.write_store(BREAKEVEN, cls.path("made_up.db"), 1600)
        subprocess.run([BREAKEVEN, "report", "--db", cls.path("made_up.db"), "--html", cls.page], check=True)

    def test_heat_table_shows_the_store(self):
        cells = self.browser.evaluate(cells_script(".heat button[data-case]", "cases[button.dataset.case]"))
        self.assertGreater(check_cells(cells, self.rows), 100)
        planted = [dict(row, speedup=row["speedup"] * 1.1) if row.get("speedup") else row for row in self.rows]
        with self.assertRaises(AssertionError):
            check_cells(cells, planted)

    def test_tiles_and_margins(self):
        self.assertFalse(self.browser.evaluate("Boolean(document.getElementById('tiles'))"))
        path = self.path("tiles.html")
        with open(self.page, encoding="utf-8") as file, open(path, "w", encoding="utf-8") as changed:
            changed.write(with_tiles(file.read()))
        self.browser.open(path)
        self.quiet(path)
        table = self.browser.evaluate("[...document.querySelectorAll('#tiles .heat tr')].map(row => [...row.children].map(cell => cell.firstChild.textContent))")
        self.assertEqual([row[0] for row in table], ["Tile", "64x64", "128x128", "256x256", "512x512"])
        self.assertEqual(table[0][1:], ["margin 0 px", "margin 4 px", "margin 8 px"])
        marks = self.browser.evaluate("[...document.querySelectorAll('#tiles .heat tbody tr')].map(row => row.querySelectorAll('.mark').length)")
        self.assertTrue(all(count >= 2 for count in marks), marks)
        self.assertIn("No error: tile 64x64 at 8 px", self.browser.evaluate("document.querySelector('#tiles figcaption').textContent"))
        self.assertNotIn("NaN", self.browser.evaluate("document.getElementById('tiles').innerText"))
        if os.environ.get("BREAKEVEN_PICTURES"):
            self.browser.evaluate("document.getElementById('tiles').scrollIntoView()")
            with open(os.path.join(os.environ["BREAKEVEN_PICTURES"], "tiles.png"), "wb") as file:
                file.write(self.browser.picture())


def with_tiles(text):
    """The page with some cases measured in tiles: 4 tiles by 3 margins, the error 0 at the largest margin."""
    begin = text.index('id="data">') + len('id="data">')
    end = text.index("</script>", begin)
    data = json.loads(text[begin:end])
    count = sum(value[0] if isinstance(value, list) else 1 for value in data["cases"]["operation"]["v"])
    grid = [(2 ** (6 + i % 4), 4 * (i // 4)) for i in range(12)] + [(None, None)] * (count - 12)
    for name, value in (("operation", 0), ("parameters", 0), ("type", 0), ("content", 0), ("width", 1024), ("height", 1024), ("depth", 1),
                        ("dimensions", 2), ("backend", 0), ("device", 0), ("residency", 0), ("status", 0), ("cache", 0), ("variant", 0)):
        column = data["cases"][name]
        values = []
        for one in column["v"]:
            values += [values[-1]] * one[0] if isinstance(one, list) else [one]
        column["v"] = [value] * 12 + values[12:]
    columns = {"tile_width": [tile for tile, _ in grid], "tile_height": [tile for tile, _ in grid], "margin_px": [margin for _, margin in grid],
               "work_factor": [None if tile is None else (1 + 2 * margin / tile) ** 2 for tile, margin in grid],
               "error_max": [None if tile is None else 0.5 * (8 - margin) for tile, margin in grid],
               "wrong_px": [None if tile is None else 100 * (8 - margin) for tile, margin in grid]}
    data["cases"].update({name: {"v": values} for name, values in columns.items()})
    return text[:begin] + json.dumps(data).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") + text[end:]


class Compare(Page):
    title, number = "breakeven: machines side by side", "#over_baseline td button"

    @classmethod
    def make_page(cls):
        stores = [cls.path("laptop.db"), cls.path("desk.db")]
        made_up_store.write_store(BREAKEVEN, stores[0], 1000, "laptop")
        made_up_store.write_store(BREAKEVEN, stores[1], 600, "desk <b>", 0.7)
        subprocess.run([BREAKEVEN, "compare", *stores, "--reference", "lecture", "--html", cls.page, "--csv", cls.path("page.csv")],
                       check=True, stdout=subprocess.DEVNULL)
        with open(cls.path("page.csv"), encoding="utf-8", newline="") as file:
            cls.rows = list(csv.DictReader(file))

    def test_speedups_are_those_of_the_csv(self):
        self.browser.evaluate("document.querySelectorAll('#over_baseline .actions button, #over_own_cpu .actions button')"
                              ".forEach(button => button.textContent === 'Show all' && button.click())")
        for part, column, columns in (("over_baseline", "speedup", 3), ("over_own_cpu", "own_cpu_speedup", 2)):
            cells = self.browser.evaluate(cells_script(f"#{part} button[data-cell]", "cells[button.dataset.cell]",
                                                       ", machine: row.where.startsWith('laptop/') ? 'laptop' : 'desk <b>'"))
            self.assertEqual(check_compared(cells, column, self.rows), 300 * columns)
            planted = [dict(row, **{column: str(1.1 * float(row[column] or "nan"))}) for row in self.rows]
            with self.assertRaises(AssertionError):
                check_compared(cells, column, planted)

    def test_differences_come_before_any_ratio(self):
        parts = self.browser.evaluate("[...document.querySelectorAll('#results > section')].map(section => section.id)")
        self.assertEqual(parts[0], "differences")
        self.assertLess(parts.index("left_out"), parts.index("over_baseline"))


if __name__ == "__main__":
    if not find_chromium():
        print("skipped, not found: chromium")
        sys.exit(77)
    unittest.main()
