#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The HTML report in a browser: nothing loaded, nothing in the console, filters, keyboard, numbers to the last digit.

Needs chromium, node and, in tests/browser, `npm ci`; without one of them the test is skipped.

usage: test_browser.py BREAKEVEN
"""
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import made_up_store

BREAKEVEN = os.path.abspath(sys.argv.pop(1))
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "browser")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MISSING = [name for name, there in (("chromium", CHROMIUM), ("node", shutil.which("node")),
                                    ("playwright-core (npm ci in tests/browser)",
                                     os.path.isdir(os.path.join(FOLDER, "node_modules", "playwright-core")))) if not there]


def speedup_text(value):
    """As format_speedup() in reports/format.c, without the interval."""
    if value is None or math.isnan(value):
        return "-"
    decimals = 0 if value >= 9.95 else 1 if value >= 1.995 else 2 if value >= 0.0095 or not value > 0 else 4
    return f"{value:.{decimals}f}x"


def nanoseconds(text):
    number, unit = text.split()
    return float(number) * {"ns": 1, "µs": 1e3, "ms": 1e6, "s": 1e9}[unit]


def key(row):
    return tuple(row[name] for name in ("operation", "parameters", "type", "content", "width", "height", "depth", "residency", "backend"))


def check_cells(cells, rows):
    """Every cell shows its case's speedup; returns how many did."""
    by_key = {key(row): row for row in rows}
    for cell in cells:
        row = by_key[key(cell)]
        expected = speedup_text(row["speedup"]) if row["status"] == "ok" else "failed"
        if cell["text"] != expected:
            raise AssertionError(f"{cell} shows not {expected}")
    return len(cells)


class Browser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.store, cls.page = (os.path.join(cls.folder.name, name) for name in ("made_up.db", "page.html"))
        cls.rows = made_up_store.write_store(BREAKEVEN, cls.store, 1600)
        subprocess.run([BREAKEVEN, "report", "--db", cls.store, "--html", cls.page], check=True)
        cls.seen = cls.visit(cls.page)

    @classmethod
    def visit(cls, page, *how):
        result = subprocess.run(["node", os.path.join(FOLDER, "report.mjs"), CHROMIUM, page, cls.folder.name, *how],
                                capture_output=True, text=True, timeout=150, check=False)
        if result.returncode != 0:
            raise RuntimeError(result.stderr)
        with open(os.path.join(cls.folder.name, "seen.json"), encoding="utf-8") as file:
            return json.load(file)

    def changed_page(self, old, new):
        with open(self.page, encoding="utf-8") as file:
            text = file.read()
        self.assertIn(old, text)
        path = os.path.join(self.folder.name, "changed.html")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(old, new))
        return path

    def quiet(self, seen, page):
        self.assertEqual(seen["messages"], [])
        self.assertEqual(seen["requests"], [f"file://{page}"])
        self.assertEqual(seen["dialogs"], 0)

    def test_console_and_network_are_quiet(self):
        self.quiet(self.seen, self.page)
        path = self.changed_page("<header>", "<header><img src='http://127.0.0.1:9/x.png'>")
        with self.assertRaises(AssertionError):
            self.quiet(self.visit(path, "glance"), path)

    def test_hostile_names_stay_text(self):
        self.assertEqual(self.seen["title"], "breakeven: does a GPU pay off here?")
        self.assertEqual(self.seen["elements"]["script"], 3)
        self.assertEqual(self.seen["elements"]["img"], 0)
        self.assertIn("GPU </script><script>alert(1)</script>", self.seen["text"])

    def test_no_number_is_made_of_nothing(self):
        for word in ("NaN", "Infinity", "undefined", "null", "[object"):
            self.assertNotIn(word, self.seen["text"])

    def test_heat_table_shows_the_store(self):
        self.assertGreater(check_cells(self.seen["cells"], self.rows), 100)
        self.assertIn("failed", [cell["text"] for cell in self.seen["cells"]])
        planted = [dict(row, speedup=row["speedup"] * 1.1) if row.get("speedup") else row for row in self.rows]
        with self.assertRaises(AssertionError):
            check_cells(self.seen["cells"], planted)

    def test_keyboard_reaches_everything(self):
        self.assertGreater(self.seen["reachable"], 100)
        self.assertEqual(self.seen["reached"], self.seen["reachable"])
        self.assertIn("95 %", self.seen["hint"])
        self.assertEqual(self.seen["described"], "hint")
        self.assertFalse(self.seen["hint_after_escape"])

    def test_everything_has_a_name(self):
        self.assertEqual(self.seen["unnamed"], [])
        self.assertEqual(self.seen["figures_without_table"], 0)

    def test_tables_sort_and_copy(self):
        self.assertEqual(self.seen["sort"], "ascending")
        times = [nanoseconds(text) for text in self.seen["sorted"]]
        self.assertEqual(times, sorted(times))
        lines = self.seen["copied"].split("\n")
        self.assertEqual(len(lines), 1 + len(self.rows))
        self.assertEqual({line.count("\t") for line in lines}, {lines[0].count("\t")})
        self.assertIn("\t'=HYPERLINK", self.seen["copied"])
        column = lines[0].split("\t").index("Time (ns)")
        copied = sorted(float(line.split("\t")[column]) for line in lines[1:] if line.split("\t")[column])
        stored = sorted(row["median_ns"] for row in self.rows if row["median_ns"] is not None)
        self.assertEqual(len(copied), len(stored))
        for a, b in zip(copied, stored):
            self.assertTrue(math.isclose(a, b, rel_tol=1e-6))

    def test_filters_change_figures_and_tables(self):
        filters = self.seen["filters"]
        everything = filters.pop("everything")
        self.assertEqual(filters.pop("again"), everything)
        for label, after in filters.items():
            if label == "Speedup against":
                self.assertEqual(after["count"], everything["count"])
                continue
            self.assertNotEqual(after["count"], everything["count"], label)
            if self.seen["charts"]:
                self.assertNotEqual(after["charts"], everything["charts"], label)
        self.assertTrue(filters["Speedup against"]["heat"])

    def test_light_dark_and_narrow(self):
        self.assertEqual((self.seen["theme_light"], self.seen["theme_dark"], self.seen["theme_switched"]), ("light", "dark", "light"))
        for theme, ratio in self.seen["contrast"].items():
            self.assertGreaterEqual(ratio, 4.5, theme)
        self.assertLessEqual(self.seen["width_at_400"], 400)
        self.assertGreater(self.seen["printed_bytes"], 10000)

    def test_figure_is_saved_as_png(self):
        if not self.seen["charts"]:
            self.skipTest("built without Chart.js")
        with open(os.path.join(self.folder.name, "figure.png"), "rb") as file:
            self.assertEqual(file.read(8), b"\x89PNG\r\n\x1a\n")

    def test_without_chart_js_the_tables_remain(self):
        with open(self.page, encoding="utf-8") as file:
            text = file.read()
        begin = text.index("<script>", text.index('id="data"')) + len("<script>")
        path = os.path.join(self.folder.name, "plain.html")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text[:begin] + text[text.index("</script>", begin):])
        seen = self.visit(path, "glance")
        self.quiet(seen, path)
        self.assertEqual(seen["charts"], 0)
        self.assertIn("built without Chart.js", seen["text"])
        self.assertEqual(check_cells(seen["cells"], self.rows), len(self.seen["cells"]))

    def test_real_run(self):
        store, page = (os.path.join(self.folder.name, name) for name in ("real.db", "real.html"))
        subprocess.run([BREAKEVEN, "run", "--quick", "--budget", "4s", "--ops", "add_scalar", "--db", store], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        subprocess.run([BREAKEVEN, "report", "--db", store, "--html", page], check=True)
        seen = self.visit(page)
        self.quiet(seen, page)
        self.assertNotIn("NaN", seen["text"])
        self.assertEqual(seen["reached"], seen["reachable"])


if __name__ == "__main__":
    if MISSING:
        print("skipped, not found:", ", ".join(MISSING))
        sys.exit(77)
    unittest.main()
