#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""breakeven report --html without a browser: one file, nothing loaded, every number as the store has it.

usage: test_report_html.py BREAKEVEN
"""
import json
import math
import os
import stat
import subprocess
import sys
import tempfile
import unittest

import made_up_store
from page_reader import Page, expand, refuse

BREAKEVEN = os.path.abspath(sys.argv.pop(1))
NUMBERS = ["median_ns", "ci_low_ns", "ci_high_ns", "min_ns", "push_ns", "compute_ns", "pull_ns", "speedup", "speedup_low",
           "speedup_high", "bytes_min", "flops", "bytes_images", "width", "height", "depth", "samples", "threads"]
TEXTS = ["operation", "parameters", "type", "backend", "residency", "verdict", "status", "flags"]


def key(row):
    return tuple(row[name] for name in ("operation", "parameters", "width", "height", "depth", "type", "backend", "residency")) + \
        (row["content"] == "noise",)


class ReportHtml(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)

    def report(self, count):
        store, page = (os.path.join(self.folder.name, f"{self._testMethodName}{end}") for end in (".db", ".html"))
        rows = made_up_store.write_store(BREAKEVEN, store, count)
        result = subprocess.run([BREAKEVEN, "report", "--db", store, "--html", page], capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertFalse(os.path.exists(f"{page}.part"))
        with open(page, encoding="utf-8") as file:
            return rows, file.read()

    def compare(self, rows, data):
        columns = {name: expand(column) for name, column in data["cases"].items()}
        shown = {key({name: columns[name][i] for name in columns}): i for i in range(len(columns["operation"]))}
        self.assertEqual(len(shown), len(rows))
        for row in rows:
            i = shown[key(row)]
            for name in TEXTS:
                self.assertEqual(columns[name][i], row[name])
            for name in NUMBERS:
                value = row.get(name)
                if value is None or math.isnan(value):
                    self.assertIsNone(columns[name][i], (name, row))
                else:
                    self.assertTrue(math.isclose(columns[name][i], value, rel_tol=1e-6), (name, columns[name][i], value))

    def test_numbers_are_those_of_the_store(self):
        rows, text = self.report(1500)
        page = Page(text)
        data = json.loads(page.data, parse_constant=refuse)
        self.compare(rows, data)
        wrong = [dict(row) for row in rows]
        wrong[7]["median_ns"] = 1.01 * (wrong[7]["median_ns"] or 1)
        with self.assertRaises(AssertionError):
            self.compare(wrong, data)

    def test_hostile_names_are_only_text(self):
        _, text = self.report(1500)
        page = Page(text)
        self.assertEqual(page.tags.count("script"), 3)
        self.assertNotIn("b", page.tags)
        self.assertNotIn("img", page.tags)
        self.assertEqual(page.loads, [])
        self.assertTrue(text.endswith("</html>\n"))
        self.assertNotRegex(page.data, "[<>&\u2028\u2029]")
        planted = Page(text.replace("\\u003c", "<").replace("\\u003e", ">"))
        self.assertGreater(planted.tags.count("script"), 3)

    def test_ten_thousand_cases_are_under_two_megabytes(self):
        rows, text = self.report(10000)
        self.assertEqual(len(rows), 10000)
        self.assertLess(len(text.encode()), 2e6)

    def test_files_that_cannot_be_written(self):
        store = os.path.join(self.folder.name, "few.db")
        made_up_store.write_store(BREAKEVEN, store, 10)
        for path in ("/nowhere/page.html", "/dev/full/page.html"):
            result = subprocess.run([BREAKEVEN, "report", "--db", store, "--html", path], capture_output=True, text=True, check=False)
            self.assertEqual(result.returncode, 1)
            self.assertIn(path, result.stderr)
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run([BREAKEVEN, "report", "--db", store, "--html", "-"], stdout=full, stderr=subprocess.PIPE,
                                    text=True, check=False)
        self.assertEqual(result.returncode, 1, result.stderr)

    def test_links_and_pipes_are_written_and_stay(self):
        """As root a file in the place of /dev/null or /dev/stdout would harm the machine."""
        store, page, link, pipe, got = (os.path.join(self.folder.name, name) for name in ("1.db", "1.html", "link", "pipe", "got"))
        made_up_store.write_store(BREAKEVEN, store, 10)
        os.symlink("1.html", link)
        os.mkfifo(pipe)
        with open(got, "wb") as file, subprocess.Popen(["cat", pipe], stdout=file):
            for path in (link, pipe):
                subprocess.run([BREAKEVEN, "report", "--db", store, "--html", path], timeout=60, check=True, stdout=subprocess.DEVNULL)
        self.assertTrue(os.path.islink(link))
        self.assertTrue(stat.S_ISFIFO(os.lstat(pipe).st_mode))
        self.assertGreater(os.path.getsize(page), 10000)
        self.assertEqual(os.path.getsize(page), os.path.getsize(got))


if __name__ == "__main__":
    unittest.main()
