#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""breakeven compare --html without a browser: one file, nothing loaded, the numbers of the CSV, little memory for many cases.

usage: test_compare_html.py BREAKEVEN
"""
import csv
import json
import math
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

import made_up_store
from page_reader import Page, expand, refuse

BREAKEVEN = os.path.abspath(sys.argv.pop(1))
NAMES = ("speedup", "low", "high")


def shown(data):
    """For each device and line what the page shows, in the order of the CSV's columns."""
    lines = {name: expand(column) for name, column in data["lines"].items()}
    found = {}
    for column in data["columns"]:
        times, over, own = (expand(column["cells"]["median_ns"]), [expand(column["over_baseline"][name]) for name in NAMES],
                            [expand(column["over_own_cpu"][name]) for name in NAMES])
        for i, line in enumerate(column["lines"]):
            case = tuple(str(lines[name][line]) for name in ("operation", "parameters", "width", "height", "depth", "type", "residency"))
            key = (*case, lines["content"][line] == "noise", data["machines"][column["machine"]]["name"], column["kind"] == "GPU")
            found[key] = [times[i], *(values[i] for values in over), *(values[i] for values in own)]
    return found


class CompareHtml(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def stores(self, count, machines):
        """The same store under the name of each machine."""
        first = self.path(f"{count}_0.db")
        made_up_store.write_store(BREAKEVEN, first, count, machines[0])
        paths = [first]
        for i, name in enumerate(machines[1:], 1):
            paths.append(self.path(f"{count}_{i}.db"))
            shutil.copy(first, paths[-1])
            database = sqlite3.connect(paths[-1])
            database.execute("UPDATE run SET name = ?", (name,))
            database.execute("UPDATE cases SET median_ns = median_ns * ?, ci_low_ns = ci_low_ns * ?, ci_high_ns = ci_high_ns * ?", (1 / (i + 1),) * 3)
            database.commit()
            database.close()
        return paths

    def compare(self, numbers, rows):
        self.assertEqual(len(numbers), len(rows))
        for row in rows:
            key = (*(row[name] for name in ("operation", "parameters", "width", "height", "depth", "type", "residency")),
                   row["content"] == "noise", row["machine"], row["backend"] == "opencl")
            names = ("median_ns", "speedup", "speedup_low", "speedup_high", "own_cpu_speedup", "own_cpu_speedup_low", "own_cpu_speedup_high")
            for name, value in zip(names, numbers[key]):
                if row[name]:
                    self.assertTrue(math.isclose(value, float(row[name]), rel_tol=1e-6), (name, value, row))
                else:
                    self.assertIsNone(value, (name, row))

    def test_numbers_are_those_of_the_csv(self):
        stores = self.stores(600, ["laptop", "desk"])
        result = subprocess.run([BREAKEVEN, "compare", *stores, "--html", self.path("page.html"), "--csv", self.path("page.csv")],
                                capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        with open(self.path("page.csv"), encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        with open(self.path("page.html"), encoding="utf-8") as file:
            numbers = shown(json.loads(Page(file.read()).data, parse_constant=refuse))
        self.compare(numbers, rows)
        for name in ("median_ns", "speedup", "own_cpu_speedup_high"):
            wrong = [dict(row) for row in rows]
            wrong[1][name] = str(1.01 * float(wrong[1][name] or 1))
            with self.assertRaises(AssertionError, msg=name):
                self.compare(numbers, wrong)

    def test_many_cases_in_little_memory_and_nothing_loaded(self):
        stores = self.stores(10000, ["laptop", "desk </script><img src=x>", "@DATA@", "ws", "cloud"])
        most = self.path("most")
        result = subprocess.run([sys.executable, "-c", "import resource, subprocess, sys; code = subprocess.call(sys.argv[2:]); "
                                 "open(sys.argv[1], 'w').write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)); sys.exit(code)",
                                 most, BREAKEVEN, "compare", *stores, "--html", "-"], capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        with open(most, encoding="ascii") as file:
            self.assertLess(int(file.read()), 300e3, "KiB")
        page = Page(result.stdout)
        self.assertTrue(result.stdout.endswith("</html>\n"))
        self.assertEqual(page.tags.count("script"), 3)
        self.assertNotIn("img", page.tags)
        self.assertEqual(page.loads, [])
        self.assertNotRegex(page.data, "[<>&\u2028\u2029]")
        self.assertEqual(len(shown(json.loads(page.data, parse_constant=refuse))), 50000)
        self.assertIn("Machines", result.stderr)

    def test_files_that_cannot_be_written(self):
        stores = self.stores(20, ["laptop", "desk"])
        for path in ("/nowhere/page.html", "/dev/full/page.html"):
            result = subprocess.run([BREAKEVEN, "compare", *stores, "--html", path], capture_output=True, text=True, check=False)
            self.assertEqual(result.returncode, 1)
            self.assertIn(path, result.stderr)


if __name__ == "__main__":
    unittest.main()
