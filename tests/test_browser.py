#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The pages of report and compare in a browser: nothing loaded, nothing in the console, filters, keyboard, numbers to the last digit.

Needs chromium, node and, in tests/browser, `npm ci`; without one of them the test is skipped.

usage: test_browser.py BREAKEVEN
"""
import csv
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import made_up_store
from page_checks import check_cells, check_compared

BREAKEVEN = os.path.abspath(sys.argv.pop(1))
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "browser")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MISSING = [name for name, there in (("chromium", CHROMIUM), ("node", shutil.which("node")),
                                    ("playwright-core (npm ci in tests/browser)",
                                     os.path.isdir(os.path.join(FOLDER, "node_modules", "playwright-core")))) if not there]


def nanoseconds(text):
    number, unit = text.split()
    return float(number) * {"ns": 1, "µs": 1e3, "ms": 1e6, "s": 1e9}[unit]


class Page(unittest.TestCase):
    """What both pages must do; `seen` is what the driver in tests/browser saw."""

    @classmethod
    def setUpClass(cls):
        if cls is Page:
            raise unittest.SkipTest("has no page of its own")
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.page = cls.path("page.html")
        cls.make_page()
        cls.seen = cls.visit(cls.page)

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder.name, name)

    @classmethod
    def visit(cls, page, *how):
        result = subprocess.run(["node", os.path.join(FOLDER, cls.driver), CHROMIUM, page, cls.folder.name, *how],
                                capture_output=True, text=True, timeout=150, check=False)
        if result.returncode != 0:
            raise RuntimeError(result.stderr)
        with open(cls.path("seen.json"), encoding="utf-8") as file:
            return json.load(file)

    def changed_page(self, old, new):
        with open(self.page, encoding="utf-8") as file:
            text = file.read()
        self.assertIn(old, text)
        path = self.path("changed.html")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(old, new))
        return path

    def quiet(self, seen, page):
        self.assertEqual(seen["messages"], [])
        self.assertEqual(seen["requests"], [f"file://{page}"])
        self.assertEqual(seen["dialogs"], 0)

    def without_chart_js(self):
        with open(self.page, encoding="utf-8") as file:
            text = file.read()
        begin = text.index("<script>", text.index('id="data"')) + len("<script>")
        path = self.path("plain.html")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text[:begin] + text[text.index("</script>", begin):])
        seen = self.visit(path, "glance")
        self.quiet(seen, path)
        self.assertEqual(seen["charts"], 0)
        self.assertIn("built without Chart.js", seen["text"])
        return seen

    def test_console_and_network_are_quiet(self):
        self.quiet(self.seen, self.page)
        path = self.changed_page("<header>", "<header><img src='http://127.0.0.1:9/x.png'>")
        with self.assertRaises(AssertionError):
            self.quiet(self.visit(path, "glance"), path)

    def test_no_number_is_made_of_nothing(self):
        for word in ("NaN", "Infinity", "undefined", "null", "[object"):
            self.assertNotIn(word, self.seen["text"])

    def test_keyboard_reaches_everything(self):
        self.assertGreater(self.seen["reachable"], 100)
        self.assertEqual(self.seen["reached"], self.seen["reachable"])
        self.assertIn("95 %", self.seen["hint"])
        self.assertEqual(self.seen["described"], "hint")
        self.assertFalse(self.seen["hint_after_escape"])

    def test_everything_has_a_name(self):
        self.assertEqual(self.seen["unnamed"], [])
        self.assertEqual(self.seen["figures_without_table"], 0)

    def test_light_dark_and_narrow(self):
        self.assertEqual((self.seen["theme_light"], self.seen["theme_dark"], self.seen["theme_switched"]), ("light", "dark", "light"))
        for theme, ratio in self.seen["contrast"].items():
            self.assertGreaterEqual(ratio, 4.5, theme)
        self.assertLessEqual(self.seen["width_at_400"], 400)
        self.assertGreater(self.seen["printed_bytes"], 10000)


class Report(Page):
    driver = "report.mjs"

    @classmethod
    def make_page(cls):
        cls.rows = made_up_store.write_store(BREAKEVEN, cls.path("made_up.db"), 1600)
        subprocess.run([BREAKEVEN, "report", "--db", cls.path("made_up.db"), "--html", cls.page], check=True)

    def test_hostile_names_stay_text(self):
        self.assertEqual(self.seen["title"], "breakeven: does a GPU pay off here?")
        self.assertEqual(self.seen["elements"]["script"], 3)
        self.assertEqual(self.seen["elements"]["img"], 0)
        self.assertIn("GPU </script><script>alert(1)</script>", self.seen["text"])

    def test_heat_table_shows_the_store(self):
        self.assertGreater(check_cells(self.seen["cells"], self.rows), 100)
        self.assertIn("failed", [cell["text"] for cell in self.seen["cells"]])
        planted = [dict(row, speedup=row["speedup"] * 1.1) if row.get("speedup") else row for row in self.rows]
        with self.assertRaises(AssertionError):
            check_cells(self.seen["cells"], planted)

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

    def test_figure_is_saved_as_png(self):
        if not self.seen["charts"]:
            self.skipTest("built without Chart.js")
        with open(os.path.join(self.folder.name, "figure.png"), "rb") as file:
            self.assertEqual(file.read(8), b"\x89PNG\r\n\x1a\n")

    def test_without_chart_js_the_tables_remain(self):
        self.assertEqual(check_cells(self.without_chart_js()["cells"], self.rows), len(self.seen["cells"]))

    def test_real_run(self):
        store, page = self.path("real.db"), self.path("real.html")
        subprocess.run([BREAKEVEN, "run", "--quick", "--budget", "4s", "--ops", "add_scalar", "--db", store], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        subprocess.run([BREAKEVEN, "report", "--db", store, "--html", page], check=True)
        seen = self.visit(page)
        self.quiet(seen, page)
        self.assertNotIn("NaN", seen["text"])
        self.assertEqual(seen["reached"], seen["reachable"])


class Compare(Page):
    driver = "compare.mjs"

    @classmethod
    def make_page(cls):
        stores = [cls.path("laptop.db"), cls.path("desk.db")]
        made_up_store.write_store(BREAKEVEN, stores[0], 1600, "laptop")
        made_up_store.write_store(BREAKEVEN, stores[1], 1000, "desk <b>", 0.7)
        subprocess.run([BREAKEVEN, "compare", *stores, "--reference", "lecture", "--html", cls.page, "--csv", cls.path("page.csv")],
                       check=True, stdout=subprocess.DEVNULL)
        with open(cls.path("page.csv"), encoding="utf-8", newline="") as file:
            cls.rows = list(csv.DictReader(file))

    def test_speedups_are_those_of_the_csv(self):
        measured = [row for row in self.rows if row["machine"] != "lecture"]
        over = self.seen["cells"]
        check_compared(over["over_baseline"], "speedup", self.rows)
        check_compared(over["over_own_cpu"], "own_cpu_speedup", self.rows)
        self.assertEqual(len(over["over_baseline"]), len([row for row in measured if (row["machine"], row["backend"]) != ("laptop", "openmp")]))
        self.assertEqual(len(over["over_own_cpu"]), len([row for row in measured if row["backend"] == "opencl"]))
        self.assertIn("oom", [cell["text"] for cell in over["over_own_cpu"]])
        for column in ("speedup", "own_cpu_speedup"):
            planted = [dict(row, **{column: str(1.1 * float(row[column] or "nan"))}) for row in self.rows]
            with self.assertRaises(AssertionError):
                check_compared(over["over_baseline" if column == "speedup" else "over_own_cpu"], column, planted)

    def test_differences_come_before_any_ratio(self):
        parts = self.seen["parts"]
        self.assertEqual(parts[0], "differences")
        self.assertLess(parts.index("left_out"), parts.index("over_baseline"))
        self.assertIn(["times", "1", "0.7"], self.seen["tables"]["differences"])

    def test_what_is_left_out_is_said(self):
        self.assertEqual(self.seen["left_out"], ["500 equal cases are compared.", "Left out: 300 cases that only laptop has."])

    def test_the_lecture_is_beside_it_with_its_footnotes(self):
        lines = self.seen["tables"]["reference"]
        self.assertEqual(len(lines), 28)
        self.assertEqual(lines[0][:4], ["AddImagesWeighted2D [1 2 6]", "3x", "8x", "9.7x"])
        self.assertEqual(self.seen["footnotes"], 7)

    def test_hostile_names_stay_text(self):
        self.assertEqual(self.seen["title"], "breakeven: machines side by side")
        self.assertEqual([self.seen["elements"][tag] for tag in ("script", "img", "b")], [3, 0, 0])
        self.assertIn("desk <b>/GPU </script><script>alert(1)</script>", self.seen["text"])

    def test_tables_sort_and_copy(self):
        self.assertEqual(self.seen["sort"], "ascending")
        values = [float(text.split("x")[0]) for text in self.seen["sorted"] if text[0].isdigit()]
        self.assertGreater(len(values), 40)
        self.assertEqual(values, sorted(values))
        lines = self.seen["copied"].split("\n")
        self.assertEqual(len(lines), 501)
        self.assertEqual({line.count("\t") for line in lines}, {5})

    def test_filters_change_figures_and_tables(self):
        filters = self.seen["filters"]
        everything = filters.pop("everything")
        self.assertEqual(filters.pop("again"), everything)
        for label, after in filters.items():
            self.assertNotEqual(after["count"], everything["count"], label)

    def test_without_chart_js_the_tables_remain(self):
        self.assertGreater(len(self.without_chart_js()["cells"]["over_baseline"]), 100)


if __name__ == "__main__":
    if MISSING:
        print("skipped, not found:", ", ".join(MISSING))
        sys.exit(77)
    unittest.main()
