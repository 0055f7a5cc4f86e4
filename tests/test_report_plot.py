#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""breakeven report --plot: figures that gnuplot draws, and what is said where it does not.

usage: test_report_plot.py BREAKEVEN
"""
import glob
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.dom.minidom

import made_up_store

BREAKEVEN = os.path.abspath(sys.argv.pop(1))


def figures(folder, end):
    return sorted(os.path.basename(path)[:-len(end)] for path in glob.glob(os.path.join(glob.escape(folder), f"*{end}")))


class ReportPlot(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.store = os.path.join(cls.folder.name, "made_up.db")
        made_up_store.write_store(BREAKEVEN, cls.store, 1600)

    def plot(self, name, path=None):
        folder = os.path.join(self.folder.name, name)
        environment = dict(os.environ, **({"PATH": path} if path else {}))
        return folder, subprocess.run([BREAKEVEN, "report", "--db", self.store, "--plot", folder], capture_output=True, text=True,
                                      env=environment, check=False)

    def program(self, name, text):
        """A folder with a gnuplot of ours."""
        folder = os.path.join(self.folder.name, name)
        os.mkdir(folder)
        with open(os.path.join(folder, "gnuplot"), "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\n{text}\n")
        os.chmod(file.name, 0o755)
        return folder

    @unittest.skipUnless(shutil.which("gnuplot"), "gnuplot was not found (gnuplot-nox)")
    def test_every_figure_is_drawn(self):
        folder, result = self.plot("drawn 'folder'")
        self.assertEqual(result.returncode, 0, result.stderr)
        names = figures(folder, ".gp")
        for kind in ("time", "parameter", "speedup", "parts", "roofline", "bandwidth"):
            self.assertTrue(any(name.startswith(f"{kind}_") for name in names), kind)
        for end in (".dat", ".svg", ".pdf"):
            self.assertEqual(figures(folder, end), names)
        self.assertEqual(len(os.listdir(folder)), 4 * len(names))
        self.assertIn(f"{len(names)} figures", result.stderr)
        for name in names:
            page = xml.dom.minidom.parse(os.path.join(folder, f"{name}.svg"))
            self.assertEqual([page.getElementsByTagName(tag).length for tag in ("script", "image", "foreignObject")], [0, 0, 0])
            with open(os.path.join(folder, f"{name}.pdf"), "rb") as file:
                self.assertEqual(file.read(5), b"%PDF-")
        with open(os.path.join(folder, next(n for n in names if n.startswith("time_")) + ".svg"), encoding="utf-8") as file:
            self.assertTrue("&lt;/script" in file.read())

    def test_without_gnuplot(self):
        folder, result = self.plot("without", "/nowhere")
        self.assertEqual(result.returncode, 2)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertIn("gnuplot-nox", result.stderr)
        self.assertIn(folder, result.stderr)
        self.assertGreater(len(figures(folder, ".gp")), 10)
        self.assertEqual(figures(folder, ".gp"), figures(folder, ".dat"))

    def test_gnuplot_that_fails_or_draws_nothing(self):
        for name, text in (("failing", "echo 'no such terminal' >&2; exit 1"), ("idle", "exit 0"), ("killed", "kill -9 $$")):
            folder, result = self.plot(f"{name} figures", f"{self.program(name, text)}:/usr/bin:/bin")
            self.assertNotEqual(result.returncode, 0, name)
            self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
            self.assertIn("gnuplot.log", result.stderr)
            with open(os.path.join(folder, "gnuplot.log"), encoding="utf-8") as file:
                self.assertEqual(file.read(), "no such terminal\n" if name == "failing" else "")

    def test_folders_that_cannot_be(self):
        for path in ("/nowhere/figures", "/dev/null", "/proc/figures"):
            result = subprocess.run([BREAKEVEN, "report", "--db", self.store, "--plot", path], capture_output=True, text=True, check=False)
            self.assertEqual(result.returncode, 1, path)
            self.assertIn(path, result.stderr)


if __name__ == "__main__":
    unittest.main()
