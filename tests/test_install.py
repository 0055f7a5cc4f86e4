#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Installs into a temporary folder and runs what is there: the program with its workers, the man page, the completions.

usage: test_install.py BREAKEVEN CMAKE BUILD_FOLDER
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

BREAKEVEN, CMAKE, BUILD = (os.path.abspath(path) for path in sys.argv[1:4])
del sys.argv[1:4]

WANTED = ["bin/breakeven", "share/man/man1/breakeven.1", "share/bash-completion/completions/breakeven",
          "share/zsh/site-functions/_breakeven", "share/fish/vendor_completions.d/breakeven.fish",
          "share/doc/breakeven/README.md", "share/doc/breakeven/LICENSE",
          "share/doc/breakeven/reports/pictures/h100_speedups.png", "share/breakeven/reports/reference/lecture.csv"]


def absent(prefix):
    """What should be there and is not, or is empty."""
    paths = [os.path.join(prefix, name) for name in WANTED]
    return [path for path in paths if not os.path.isfile(path) or os.path.getsize(path) == 0]


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.prefix = os.path.join(cls.folder.name, "put here")
        subprocess.run([CMAKE, "--install", BUILD, "--prefix", cls.prefix], capture_output=True, timeout=60, check=True)

    def call(self, *arguments):
        return subprocess.run([os.path.join(self.prefix, "bin/breakeven"), *arguments], cwd=self.folder.name,
                              capture_output=True, text=True, timeout=60, check=False)

    def test_all_is_in_place(self):
        self.assertEqual(absent(self.prefix), [])
        self.assertEqual(len(absent(self.folder.name)), len(WANTED), "an empty folder must not pass")

    def test_the_program_runs(self):
        self.assertEqual(self.call("--version").stdout,
                         subprocess.run([BREAKEVEN, "--version"], capture_output=True, text=True, check=True).stdout)
        run = self.call("run", "--quick", "--ops", "add_scalar", "--sizes", "32x32", "--backends", "openmp", "--threads", "1")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("add_scalar", run.stdout)
        self.assertTrue(os.path.exists(os.path.join(self.folder.name, "breakeven.db")))

    def test_generated_files_are_of_this_program(self):
        for kind, name in zip(("man", "bash", "zsh", "fish"), WANTED[1:5]):
            with open(os.path.join(self.prefix, name), encoding="utf-8") as file:
                self.assertEqual(file.read(), self.call("--generate", kind).stdout, name)

    def test_the_page_is_readable(self):
        if not shutil.which("groff"):
            self.skipTest("groff is not installed")
        result = subprocess.run(["groff", "-man", "-Tutf8", os.path.join(self.prefix, WANTED[1])], capture_output=True,
                                text=True, check=False)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("BREAKEVEN(1)", result.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=1)
