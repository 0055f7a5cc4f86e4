#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Whole runs on pocl: what a crash, a hang, a wrong result and a kill cost, and what is kept.

usage: test_run.py BREAKEVEN BREAKEVEN_PLANTED   (the second one knows the planted operations of tests/planted)
"""
import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

BREAKEVEN, PLANTED = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))
HAS_DEVICE = bool(json.loads(subprocess.run([BREAKEVEN, "devices", "--json"], capture_output=True, check=True).stdout))


class Run(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def call(self, binary, *arguments, code=0, **environment):
        result = subprocess.run([binary, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=400, check=False,
                                env={**os.environ, **environment})
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        return result

    def rows(self, *arguments):
        self.call(BREAKEVEN, "export", "--csv", "out.csv", *arguments)
        with open(os.path.join(self.folder, "out.csv"), newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def test_columns_and_sums(self):
        self.call(BREAKEVEN, "run", "--quick", "--ops", "add_scalar,flip", "--sizes", "700x500,40x30x20")
        rows = self.rows()
        per_group = 4 if HAS_DEVICE else 2
        self.assertEqual(len(rows), 4 * per_group)
        for row in rows:
            self.assertEqual(row["status"], "ok", row)
            self.assertGreaterEqual(int(row["samples"]), 7)
            low, median, high = (float(row[c]) for c in ("ci_low_ns", "median_ns", "ci_high_ns"))
            self.assertTrue(0 < low <= median <= high)
            if row["backend"] == "opencl" and row["residency"] == "end_to_end":
                self.assertGreater(float(row["speedup_high"]), float(row["speedup_low"]))
        samples = self.rows("--samples")
        self.assertEqual(len(samples), sum(int(row["samples"]) for row in rows))
        for sample in samples:
            if sample["backend"] == "opencl" and sample["residency"] == "end_to_end":
                parts = sum(float(sample[c]) for c in ("push_ns", "compute_ns", "pull_ns"))
                self.assertLess(abs(parts / float(sample["total_ns"]) - 1), 0.05)

    def test_export_import_round_trip(self):
        self.call(BREAKEVEN, "run", "--quick", "--ops", "add_scalar", "--sizes", "64x64")
        self.call(BREAKEVEN, "export", "--csv", "a.csv")
        self.call(BREAKEVEN, "import", "a.csv", "--db", "b.db")
        self.call(BREAKEVEN, "export", "--csv", "b.csv", "--db", "b.db")
        with open(os.path.join(self.folder, "a.csv"), "rb") as a, open(os.path.join(self.folder, "b.csv"), "rb") as b:
            self.assertEqual(a.read(), b.read())

    @unittest.skipUnless(HAS_DEVICE, "no OpenCL device")
    def test_crash_costs_one_case(self):
        self.call(PLANTED, "run", "--quick", "--ops", "add_scalar,planted_crash", "--params", "where=opencl", "--sizes", "64x64,100x100", code=5)
        rows = self.rows()
        for row in rows:
            planted = row["operation"] == "planted_crash" and row["backend"] == "opencl"
            self.assertEqual(row["status"], "crash" if planted else "ok", row)
            if planted:
                self.assertIn("signal", row["reason"])
                self.assertEqual(row["median_ns"], "")
                self.assertEqual(row["speedup"], "")

    @unittest.skipUnless(HAS_DEVICE, "no OpenCL device")
    def test_hang_costs_one_case(self):
        self.call(PLANTED, "run", "--quick", "--ops", "add_scalar,planted_hang", "--params", "where=opencl", "--sizes", "64x64", "--watchdog", "5", code=5)
        for row in self.rows():
            planted = row["operation"] == "planted_hang" and row["backend"] == "opencl"
            self.assertEqual(row["status"], "hang" if planted else "ok", row)

    @unittest.skipUnless(HAS_DEVICE, "no OpenCL device")
    def test_too_little_device_memory_costs_one_case(self):
        """POCL_MEMORY_LIMIT is in GiB; one allocation may take a quarter of it. Other devices just measure."""
        self.call(BREAKEVEN, "run", "--quick", "--backends", "opencl", "--ops", "add_scalar", "--types", "uint8", "--sizes",
                  "17000x17000,64x64", POCL_MEMORY_LIMIT="1")
        for row in self.rows():
            if row["width"] == "17000" and row["device"].startswith(("pthread", "cpu")):
                self.assertEqual(row["status"], "oom")
                self.assertIn("bytes asked for", row["reason"])
                self.assertEqual(row["median_ns"], "")
            else:
                self.assertEqual(row["status"], "ok", row)

    def test_wrong_result_has_no_time(self):
        self.call(PLANTED, "run", "--quick", "--ops", "planted_wrong,add_scalar", "--sizes", "64x64", code=4)
        for row in self.rows():
            if row["operation"] == "planted_wrong":
                self.assertEqual((row["status"], row["median_ns"], row["speedup"], row["verdict"]), ("wrong", "", "", ""))
            else:
                self.assertEqual(row["status"], "ok")

    def test_kill_and_resume(self):
        arguments = ["run", "--quick", "--ops", "add_scalar,flip", "--sizes", "64:512:x2", "--db", "k.db"]
        process = subprocess.Popen([BREAKEVEN, *arguments], cwd=self.folder, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        path = os.path.join(self.folder, "k.db")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.count(path) < 2:
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
        kept = self.identities(path)
        self.assertGreaterEqual(len(kept), 2)
        result = self.call(BREAKEVEN, "run", "--resume", "--db", "k.db")
        self.assertIn("in the store already", result.stdout)
        after = self.identities(path)
        self.assertEqual(after[:len(kept)], kept)
        names = [identity[1:] for identity in after]
        self.assertEqual(len(names), len(set(names)), "a case was measured twice")
        self.assertEqual(len(after), 8 * (4 if HAS_DEVICE else 2))

    @staticmethod
    def count(path):
        try:
            with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
                return database.execute("select count(*) from cases").fetchone()[0]
        except sqlite3.Error:
            return 0

    @staticmethod
    def identities(path):
        with sqlite3.connect(path) as database:
            if database.execute("pragma integrity_check").fetchone()[0] != "ok":
                raise AssertionError("the store is damaged")
            return database.execute("select id, operation, parameters, width, height, depth, type, backend, device, residency, "
                                    "run from cases order by id").fetchall()


if __name__ == "__main__":
    unittest.main(verbosity=1)
