#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Energy per call in the rows of a run, by a RAPL counter that the test moves on. test_energy.c pins its value.

usage: energy_in_rows.py BREAKEVEN
"""
import csv
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import unittest

BREAKEVEN = os.path.abspath(sys.argv.pop(1))
RANGE_UJ = 262143328850


class Energy(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.zone = os.path.join(self.folder, "sys/class/powercap/intel-rapl:0")
        os.makedirs(self.zone)
        self.put("name", "package-0")
        self.put("max_energy_range_uj", RANGE_UJ)

    def put(self, name, value):
        """A reader finds the old file or the new one, never half of one."""
        path = os.path.join(self.zone, name)
        with open(path + ".new", "w", encoding="ascii") as file:
            file.write(f"{value}\n")
        os.replace(path + ".new", path)

    def run_with(self, power_w):
        """Rows of a short run while the counter gains power_w; it starts again at 0 on the way."""
        start, end = time.monotonic(), threading.Event()

        def count():
            while True:
                self.put("energy_uj", int(RANGE_UJ - 1e6 * power_w + 1e6 * power_w * (time.monotonic() - start)) % RANGE_UJ)
                if end.wait(0.001):
                    return

        counter = threading.Thread(target=count)
        counter.start()
        try:
            rows = self.rows()
        finally:
            end.set()
            counter.join()
        return rows

    def rows(self):
        database, table = (os.path.join(self.folder, name) for name in ("e.db", "e.csv"))
        for path in (database, table):
            if os.path.exists(path):
                os.remove(path)
        environment = {**os.environ, "BREAKEVEN_SYSROOT": self.folder}
        for command in (["run", "--quick", "--ops", "mean", "--types", "float32", "--sizes", "512x512", "--db", database],
                        ["export", "--csv", table, "--db", database]):
            result = subprocess.run([BREAKEVEN, *command], env=environment, capture_output=True, text=True, timeout=200, check=False)
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        with open(table, newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["device_type"] == "cpu"]
        self.assertGreater(len(rows), 0)
        return rows

    @staticmethod
    def ratio(rows, power_w):
        """Energy over median time and power, near 1 on an idle machine: on a busy one calls and counter move in gulps."""
        known = [row for row in rows if row["energy_j"]]
        if not known:
            raise AssertionError("no row has its energy")
        return statistics.median(float(row["energy_j"]) / (float(row["median_ns"]) * 1e-9 * power_w) for row in known)

    def test_energy_is_power_times_time(self):
        rows = self.run_with(100)
        self.assertTrue(0.1 < self.ratio(rows, 100) < 10, rows)
        self.assertFalse(0.1 < self.ratio(rows, 0.1) < 10, "planted: a wrong power must not pass")

    def test_unknown_without_a_counter_that_moves(self):
        self.put("energy_uj", 5)
        for row in self.rows():
            self.assertEqual((row["status"], row["energy_j"]), ("ok", ""))


if __name__ == "__main__":
    unittest.main(verbosity=1)
