#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""How often is the gate wrong on this machine? Not part of the tests: it takes an hour.

usage: gate_trials.py BREAKEVEN_FAULTY [--runs 100] [--planted 20] [--percent 15] [--cases LIST] [--operation median]

First base against base, --runs times, beside a process that is busy for random times of 2 to 20 seconds and then sleeps for as
long: no regression may be confirmed. Then one operation slower by --percent, --planted times without that load: it is to be
found, in that operation alone, in 19 of 20 gates with --dedicated. Ends with 0 when both hold.
"""
import argparse
import collections
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as xml

CASES = "add_scalar uint16 2048x2048 openmp; median uint8 1024x1024 openmp; add_scalar uint16 2048x2048 opencl; " \
        "median uint8 1024x1024 opencl"


def switching_load():
    while True:
        until = time.monotonic() + random.uniform(2, 20)
        while time.monotonic() < until:
            sum(range(10000))
        time.sleep(random.uniform(2, 20))


def gate(folder, faulty, *arguments):
    """Exit status, and the verdict of each case."""
    path = os.path.join(folder, "gate.xml")
    result = subprocess.run([faulty, "gate", "--junit", path, *arguments], capture_output=True, text=True, check=False,
                            env={**os.environ, "BREAKEVEN_CACHE": os.path.join(folder, "cache")})
    if not os.path.exists(path):
        sys.exit(result.stdout + result.stderr)
    found = {}
    for case in xml.parse(path).iter("testcase"):
        element = case.find("*")
        found[case.get("name")] = "fine" if element is None else element.get("message").split(",")[0]
    os.remove(path)
    return result.returncode, found


def script(folder, name, faulty, operation, percent):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"#!/bin/sh\nPLANTED_SLOWER={operation}={percent} exec '{faulty}' \"$@\"\n")
    os.chmod(path, 0o755)
    return path


def false_alarms(folder, faulty, options):
    codes = collections.Counter()
    load = multiprocessing.Process(target=switching_load, daemon=True)
    load.start()
    for run in range(options.runs):
        code, verdicts = gate(folder, faulty, "--base", faulty, "--head", faulty, "--cases", options.cases)
        codes[code] += 1
        print(f"base against base {run + 1}: exit {code}, {dict(collections.Counter(verdicts.values()))}", flush=True)
    load.terminate()
    print(f"base against base under load: exit statuses {dict(codes)}; {codes[1]} of {options.runs} confirmed a regression")
    return codes[1] == 0


def planted(folder, faulty, options):
    base, head = (script(folder, name, faulty, options.operation, percent)
                  for name, percent in (("base", 0), ("head", options.percent)))
    good = 0
    for run in range(options.planted):
        code, verdicts = gate(folder, faulty, "--base", base, "--head", head, "--cases", options.cases, "--dedicated")
        slower = {name.split()[0] for name, verdict in verdicts.items() if verdict == "slower"}
        good += code == 1 and slower == {options.operation}
        print(f"planted {run + 1}: exit {code}, slower: {slower or 'none'}, {dict(collections.Counter(verdicts.values()))}", flush=True)
    print(f"planted {options.percent} % in {options.operation}: found in it alone {good} of {options.planted} times")
    return good >= options.planted * 19 / 20


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("faulty")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--planted", type=int, default=20)
    parser.add_argument("--percent", type=float, default=15)
    parser.add_argument("--cases", default=CASES)
    parser.add_argument("--operation", default="median")
    options = parser.parse_args()
    faulty = os.path.abspath(options.faulty)
    with tempfile.TemporaryDirectory() as folder:
        fine = [false_alarms(folder, faulty, options), planted(folder, faulty, options)]
    sys.exit(not all(fine))


if __name__ == "__main__":
    main()
