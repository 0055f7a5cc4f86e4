#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""breakeven profile as a user calls it, and results read against it: nothing is faster than the machine.

usage: test_profile.py BREAKEVEN
"""
import csv
import json
import math
import os
import sqlite3
import subprocess
import sys
import tempfile
import unittest

BREAKEVEN = os.path.abspath(sys.argv.pop(1))
HAS_DEVICE = bool(json.loads(subprocess.run([BREAKEVEN, "devices", "--json"], capture_output=True, check=True).stdout))
NOISE = 1.05


class Profile(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def call(self, *arguments, code=0):
        result = subprocess.run([BREAKEVEN, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=600, check=False)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        return result

    def limits(self, *arguments):
        self.call("profile", "--json", "profile.json", *arguments)
        with open(os.path.join(self.folder, "profile.json"), encoding="utf-8") as file:
            return json.load(file)["limits"]

    def test_rows_make_sense(self):
        rows = self.limits("--stages", "launch,allocation", "--db", "p.db")
        for row in rows:
            if row["value"] is None:
                self.assertTrue(row["reason"], row)
            else:
                self.assertTrue(math.isfinite(row["value"]) and row["value"] >= 0, row)
                self.assertTrue(row["device"] and row["unit"] and row["stage"] and row["name"], row)
        self.assertEqual({row["backend"] for row in rows}, {"openmp", "opencl"} if HAS_DEVICE else {"openmp"})
        stored = sqlite3.connect(os.path.join(self.folder, "p.db"))
        self.assertEqual(stored.execute("SELECT count(*) FROM limits").fetchone()[0], len(rows))
        shown = self.call("profile", "--show", "--db", "p.db").stdout
        self.assertIn("parallel region", shown)
        for line in shown.splitlines():
            self.assertLessEqual(len(line), 80, line)

    def test_bad_input(self):
        for arguments, word in (
            (["--stages", "speed"], "bandwidth, peak"),
            (["--stages", ""], "bandwidth, peak"),
            (["--device", "no such GPU"], "no such GPU"),
            (["--sustain=soon"], "positive time"),
            (["--show", "--db", "none.db"], "none.db"),
            (["extra"], "extra"),
            (["--backends", "cuda"], "openmp, opencl"),
        ):
            result = self.call("profile", *arguments, code=1 if "--show" in arguments else 2)
            self.assertEqual(len(result.stderr.strip().splitlines()), 1, result.stderr)
            self.assertIn(word, result.stderr)

    def test_a_short_sustained_load(self):
        self.call("profile", "--stages", "launch", "--sustain=1", "--backends", "openmp", "--json", "s.json")
        with open(os.path.join(self.folder, "s.json"), encoding="utf-8") as file:
            profile = json.load(file)
        self.assertEqual({point["load"] for point in profile["sustained"]}, {"memory", "compute"})
        self.assertTrue(any(row["stage"] == "sustained" for row in profile["limits"]))

    def test_nothing_is_faster_than_the_machine(self):
        """More than 100 % of a limit is a mistake in the model or in the measurement of one of them."""
        self.call("profile", "--stages", "bandwidth,peak,transfer,launch")
        listed = json.loads(subprocess.run([BREAKEVEN, "ops", "--json"], capture_output=True, text=True, check=True).stdout)
        ops = {op["name"] for op in listed}
        in_3d = "maximum_z_projection,radial_reslice,gaussian_blur,label,minimum"
        self.call("run", "--quick", "--no-refine", "--ops", ",".join(ops), "--sizes", "600x500", "--types", "uint16",
                  "--budget", "10m")
        self.call("run", "--quick", "--no-refine", "--ops", in_3d, "--sizes", "90x80x70", "--types", "uint8,float32")
        self.call("export", "--csv", "out.csv")
        with open(os.path.join(self.folder, "out.csv"), newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual({row["operation"] for row in rows}, ops)
        shares = [(float(row["limit_percent"]), row) for row in rows if row["status"] == "ok"]
        self.assertTrue(all(share > 0 and row["bound"] for share, row in shares))
        shares.sort(key=lambda pair: pair[0])
        for share, row in shares[-8:]:
            print(f"{share:6.1f} % {row['bound']:8} {row['backend']} {row['residency']} {row['operation']} "
                  f"{row['width']}x{row['height']}x{row['depth']}")
        self.assertLessEqual(shares[-1][0], 100 * NOISE)


if __name__ == "__main__":
    unittest.main()
