#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A made-up store of 100 000 results with known steps: what history finds in it, and how long it takes.

usage: test_history.py BREAKEVEN

1000 runs of 100 cases, half of them on a device. Case 7 becomes 20 % slower at run 600; case 8 has one odd result; case 60, on the
device, becomes 30 % slower at run 700, where the driver changes; case 61 becomes faster at run 800.
"""
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

BREAKEVEN = os.path.abspath(sys.argv.pop(1))
RUNS, CASES = 1000, 100
NAMED = 'GPU <script>alert("1")</script>'


def factor(case, run):
    if case == 7 and run >= 600:
        return 1.2
    if case == 8 and run == 500:
        return 3
    if case == 60 and run >= 700:
        return 1.3
    return 0.8 if case == 61 and run >= 800 else 1


def environment(run):
    return json.dumps({"tool": {"version": "0.1.0", "commit": f"{run:08x}00", "compiler": "GNU 12", "flags": "-O3"},
                       "host": {"name": "lab"},
                       "opencl_devices": [{"name": NAMED, "driver": "550.1" if run < 700 else "560.2"}]})


def write_store(path):
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as table:
        header = "operation,parameters,dimensions,width,height,depth,type,content,backend,device,threads,residency,cache,samples," \
                 "median_ns,ci_low_ns,ci_high_ns,min_ns,push_ns,compute_ns,pull_ns,device_ns,bytes_min,flops,speedup,speedup_low," \
                 "speedup_high,verdict,status,flags"
        table.write(header + "\nflip,,2,64,64,1,uint8,noise,openmp,CPU,4,resident,hot,15,1.5,,,,,,,,,,,,,,ok,\n")
        table.flush()
        subprocess.run([BREAKEVEN, "import", table.name, "--db", path], check=True, stdout=subprocess.DEVNULL)
    database = sqlite3.connect(path)
    for table in ("cases", "groups", "run"):
        database.execute(f"DELETE FROM {table}")
    database.executemany("INSERT INTO run VALUES (?, '', '{}', ?, ?, ?)",
                         [(run + 1, environment(run), 1700000000 + 86400 * run, 1700000009 + 86400 * run) for run in range(RUNS)])
    database.executemany("INSERT INTO groups VALUES (?, ?, 'all')", [(run + 1, run + 1) for run in range(RUNS)])
    rows = []
    for run in range(RUNS):
        for case in range(CASES):
            wobble = 1 + 0.001 * ((run * 37 + case) % 23 - 11)
            rows.append((run + 1, run + 1, "median", f"radius={case}", 2, 512, 512, 1, "uint16", "noise",
                         "openmp" if case < 50 else "opencl", "CPU" if case < 50 else NAMED, "resident", "hot", "buffer",
                         1e6 * wobble * factor(case, run), "ok"))
    database.executemany("INSERT INTO cases (run, group_id, operation, parameters, dimensions, width, height, depth, type, content, "
                         "backend, device, residency, cache, variant, median_ns, status) VALUES (" + ",".join("?" * 17) + ")", rows)
    database.execute("UPDATE cases SET status = 'wrong', median_ns = NULL WHERE run = 3 AND parameters = 'radius=9'")
    database.commit()
    database.close()


class History(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.store = os.path.join(cls.folder.name, "h.db")
        write_store(cls.store)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def call(self, *arguments, code=0, **environment_variables):
        result = subprocess.run([BREAKEVEN, "history", "--db", self.store, *arguments], capture_output=True, text=True, check=False,
                                timeout=60, env={**os.environ, **environment_variables})
        self.assertEqual(result.returncode, code, result.stderr)
        return result

    def test_steps_are_found_and_nothing_else(self):
        text = self.call().stdout
        steps = re.findall(r"^median\(radius=(\d+)\).*\n.*\n    (\d{4}-\d\d-\d\d run \d+ \(0\.1\.0 \w+\): [+-][\d.]+ %)", text, re.M)
        self.assertEqual([(case, re.sub(r".* run (\d+).*: ([+-]\d+).*", r"\1 \2", step)) for case, step in steps],
                         [("61", "801 -20"), ("7", "601 +20")], text)
        self.assertIn("99999 results of 1000 runs in 100 series; 2 with a step", text)
        self.assertIn("78 without one are not shown", text)

    def test_a_change_of_driver_begins_a_segment(self):
        text = self.call("--case", "radius=60)", LC_ALL="C").stdout
        self.assertIn("; 0 with a step", text)
        database = sqlite3.connect(self.store)
        count = database.execute("SELECT count(*) FROM cases WHERE parameters = 'radius=60'").fetchone()[0]
        self.assertIn(f"{count} results", text)
        same = os.path.join(self.folder.name, "same.db") # planted: without a change of driver it is a step
        copy = sqlite3.connect(same)
        database.backup(copy)
        copy.execute("UPDATE run SET environment = ?", (environment(0),))
        copy.commit()
        copy.close()
        database.close()
        text = self.call("--case", "radius=60)", "--db", same).stdout
        self.assertIn("; 1 with a step", text.replace("series, 1", "series; 1"))

    def test_100_000_results_take_less_than_a_second(self):
        """Processor time, which other programs do not lengthen; a build with sanitizers takes several times as much."""
        before = os.times()
        self.call("--all")
        after = os.times()
        spent = after.children_user - before.children_user + after.children_system - before.children_system
        print(f"100 000 results: {spent:.2f} s of processor time", file=sys.stderr)
        self.assertLess(spent, 5 if "ASAN_OPTIONS" in os.environ else 1)

    def test_page(self):
        path = os.path.join(self.folder.name, "h.html")
        start = time.monotonic()
        self.call("--html", path)
        self.assertLess(time.monotonic() - start, 30)
        with open(path, encoding="utf-8") as file:
            page = file.read()
        self.assertEqual(page.count("<svg"), CASES)
        self.assertEqual(page.count('<circle class="slower"') + page.count('<circle class="faster"'), 2)
        self.assertNotIn("<script", page)

    def test_usage(self):
        self.assertIn("'x' is no option", self.call("x", code=2).stderr)
        result = subprocess.run([BREAKEVEN, "history", "--db", "none.db"], capture_output=True, text=True, check=False)
        self.assertEqual((result.returncode, result.stderr.count("\n")), (1, 1))


if __name__ == "__main__":
    unittest.main()
