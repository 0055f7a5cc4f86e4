#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""How well two runs of one suite on one machine agree: medians of equal cases, the CPU's and the devices'.

usage: repeatability.py A.csv B.csv     (breakeven export --csv; no test by itself, since machines differ in noise)
"""
import csv
import sys

KEY = ("operation", "parameters", "width", "height", "depth", "type", "content", "backend", "device", "residency")


def medians(path):
    with open(path, newline="", encoding="utf-8") as file:
        return {tuple(row[k] for k in KEY): float(row["median_ns"]) for row in csv.DictReader(file) if row["median_ns"]}


def main():
    first, second = (medians(path) for path in sys.argv[1:3])
    common = first.keys() & second.keys()
    print(f"{len(common)} equal cases, {len(first.keys() ^ second.keys())} in one run only")
    for backend in sorted({key[7] for key in common}):
        ratios = sorted(max(first[k], second[k]) / min(first[k], second[k]) for k in common if k[7] == backend)
        close = sum(ratio < 1.10 for ratio in ratios)
        print(f"{backend}: {close} of {len(ratios)} medians differ by less than 10 % ({100 * close / len(ratios):.0f} %), "
              f"half by less than {100 * (ratios[len(ratios) // 2] - 1):.1f} %, the most by {100 * (ratios[-1] - 1):.0f} %")


if __name__ == "__main__":
    main()
