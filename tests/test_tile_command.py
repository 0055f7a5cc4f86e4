#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""breakeven tile as a user meets it: its rows in the store and as CSV, what it calls exact and fastest, and bad input.

usage: test_tile_command.py BREAKEVEN BREAKEVEN_PLANTED
"""
import csv
import json
import os
import sqlite3
import struct
import subprocess
import sys
import tempfile
import unittest

BREAKEVEN, PLANTED = (os.path.abspath(path) for path in sys.argv[1:3])
del sys.argv[1:3]
COLUMNS = ["tile_width", "tile_height", "tile_depth", "margin_px", "work_factor", "error_max", "error_p99", "wrong_px",
           "seam_error_max"]


def tiff(width, height, pixels):
    """A little-endian uint8 TIFF with one uncompressed strip."""
    entries = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
               (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, len(pixels))]
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *e) for e in entries)
    return b"II*\0" + struct.pack("<I", 8 + len(pixels)) + bytes(pixels) + directory + struct.pack("<I", 0)


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def call(self, *arguments, program=BREAKEVEN):
        return subprocess.run([program, *arguments], cwd=self.folder.name, capture_output=True, text=True, timeout=60,
                              check=False)

    def good(self, *arguments):
        result = self.call(*arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr, "")
        return result.stdout

    def tile(self, *arguments):
        """The JSON of a sweep on the CPU."""
        return json.loads(self.good("tile", *arguments, "--samples", "2", "--threads", "2", "--backends", "openmp",
                                    "--json"))

    def refused(self, *arguments, words=(), code=2):
        before = sorted(os.listdir(self.folder.name))
        result = self.call("tile", *arguments)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, f"not one line: {result.stderr!r}")
        for word in words:
            self.assertIn(word, result.stderr)
        self.assertEqual(sorted(os.listdir(self.folder.name)), before, "a file was left behind")


class Sweep(Case):
    def test_the_exercise(self):
        """A top-hat of radius 6 is exact from a margin of 12 on, as stated, as swept, and as measured."""
        made = self.tile("top_hat(radius=6)", "--size", "256x256", "--tile", "32", "--margin", "0:14:1,auto,measured")
        self.assertEqual(made["margin"]["automatic_px"], [12, 12, 0])
        self.assertEqual(made["margin"]["measured_px"], [12, 12, 0])
        self.assertEqual(made["devices"][0]["exact_from_margin_px"], 12)
        tiled = {row["margin_px"]: row for row in made["rows"] if row["tile_width"]}
        self.assertEqual(sorted(tiled), list(range(15)))
        for margin, row in tiled.items():
            self.assertEqual(row["wrong_px"] == 0, margin >= 12, row)
            self.assertEqual(row["error_max"] == 0, margin >= 12, row)
            self.assertAlmostEqual(row["work_factor"], ((32 + 2 * margin) / 32) ** 2)
            self.assertLessEqual(row["error_p99"], row["error_max"])
            self.assertLessEqual(row["seam_error_max"], row["error_max"])
        self.assertGreater(tiled[0]["wrong_px"], tiled[6]["wrong_px"])

    def test_the_lectures_work_factors(self):
        made = self.tile("gaussian_blur(sigma=20)", "--size", "128x128", "--tile", "32", "--margin", "10,20,80")
        self.assertEqual([round(row["work_factor"], 1) for row in made["rows"] if row["tile_width"]], [2.6, 5.1, 36.0])
        self.assertEqual(made["rows"][-1]["wrong_px"], 0)

    def test_choice(self):
        """The exact setting, and the fastest one that the tolerance lets through."""
        made = self.tile("gaussian_blur(sigma=4)", "--size", "200x150", "--type", "float32", "--tile", "50,100x75",
                         "--margin", "0,14,auto", "--tolerance", "30")
        (device,) = made["devices"]
        rows = [row for row in made["rows"] if row["tile_width"]]
        self.assertEqual(len(rows), 6)
        exact = [row for row in rows if row["wrong_px"] == 0]
        near = [row for row in rows if row["error_max"] <= 30]
        self.assertEqual(len(exact), 2)
        self.assertEqual(len(near), 4)
        for name, choice in (("fastest_exact", exact), ("fastest_within_tolerance", near)):
            fastest = min(choice, key=lambda row: row["median_ns"])
            self.assertEqual(device[name]["median_ns"], fastest["median_ns"])
            self.assertEqual(device[name]["tile"], [fastest[c] for c in COLUMNS[:3]])
        self.assertEqual(made["tolerance"], 30)
        self.assertEqual(device["exact_from_margin_px"], 16)

    def test_none_is_exact(self):
        text = self.good("tile", "gaussian_blur(sigma=4)", "--size", "100x100", "--tile", "50", "--margin", "3",
                         "--backends", "openmp", "--tolerance", "1e-9")
        self.assertIn("No setting is exact.", text)
        self.assertIn("No setting is within 1e-09.", text)
        self.assertIn("automatic 16 px; not measured", text)

    def test_labels_in_3d(self):
        """Growth is checked tile by tile; two margins that are one are measured once."""
        made = self.tile("voronoi_otsu_labeling(spot_sigma=2)", "--size", "40x36x20", "--content", "cells", "--tile",
                         "20")
        self.assertTrue(made["margin"]["grows"])
        self.assertGreater(made["margin"]["growth_px"], 0)
        for row in made["rows"]:
            self.assertEqual(row["status"], "ok", row)
            if row["tile_width"]:
                self.assertEqual((row["tile_depth"], row["wrong_px"], row["margin"]), (20, 0, "auto"))
        self.assertEqual(len(made["rows"]), 2 * len(made["devices"]))

    def test_of_a_file(self):
        with open(self.path("cells.tif"), "wb") as file:
            file.write(tiff(120, 100, [i * i * 37 % 251 for i in range(12000)]))
        made = self.tile("median(radius=2)", "--image", "cells.tif", "--tile", "30", "--margin", "measured")
        self.assertEqual(made["margin"]["measured_px"], [2, 2, 0])
        self.assertEqual(made["rows"][0]["content"], "cells.tif")
        self.assertIsNone(made["rows"][0]["tile_width"])


class Rows(Case):
    def test_store_csv_import_and_merge(self):
        self.good("tile", "gaussian_blur(sigma=2) | median(radius=1)", "--size", "64x48", "--tile", "32", "--margin", "0,auto", "--samples",
                  "3", "--csv", "sweep.csv", "--db", "a.db")
        with sqlite3.connect(self.path("a.db")) as db:
            stored = db.execute(f"SELECT operation, {', '.join(COLUMNS)} FROM cases").fetchall()
            samples = db.execute("SELECT count(*) FROM samples").fetchone()[0]
            finished = db.execute("SELECT count(*) FROM run WHERE finished_unix_s IS NOT NULL").fetchone()[0]
        self.assertEqual((samples, finished), (3 * len(stored), 1))
        self.assertEqual(len(stored) % 3, 0)
        self.assertEqual(stored[0], ("gaussian_blur(sigma=2) | median(radius=1)",) + (None,) * 9)
        self.assertEqual(stored[1][1:6], (32, 32, 1, 0, 1.0))
        self.assertGreater(stored[1][8], 0)
        self.assertEqual(stored[2][4:], (9, (50 / 32) ** 2, 0.0, 0.0, 0, 0.0))
        self.good("export", "exported.csv", "--db", "a.db")
        self.good("import", "exported.csv", "--db", "b.db")
        self.good("merge", "c.db", "a.db", "b.db")
        self.good("export", "again.csv", "--db", "c.db")
        with open(self.path("exported.csv"), newline="", encoding="utf-8") as file:
            first = list(csv.DictReader(file))
        with open(self.path("again.csv"), newline="", encoding="utf-8") as file:
            again = list(csv.DictReader(file))
        self.assertEqual(len(again), 2 * len(first))
        for i, row in enumerate(again):
            self.assertEqual([row[c] for c in COLUMNS], [first[i % len(first)][c] for c in COLUMNS])
        with open(self.path("sweep.csv"), newline="", encoding="utf-8") as file:
            self.assertEqual([[row[c] for c in COLUMNS] for row in csv.DictReader(file)],
                             [[row[c] for c in COLUMNS] for row in first])
        text = self.good("report", "--db", "a.db")
        self.assertIn("tiles 32x32x1, margin 9 px", " ".join(text.split()))
        self.assertNotEqual(self.call("run", "--resume", "--db", "a.db").returncode, 0)

    def test_a_wrong_operation_is_seen(self):
        """Planted: OpenMP is wrong in the last column of what it is given, which in tiles is that of each window."""
        result = self.call("tile", "planted_wrong", "--size", "64x64", "--tile", "16", "--json", "--margin", "auto",
                           "--samples", "1", program=PLANTED)
        self.assertEqual(result.returncode, 4, result.stderr)
        rows = json.loads(result.stdout)["rows"]
        self.assertEqual(rows[1]["status"], "wrong")
        self.assertIsNone(rows[1]["median_ns"])
        self.assertEqual(rows[1]["wrong_px"], 3 * 64)
        for row in rows[2:]:
            self.assertEqual((row["backend"], row["status"], row["tile_width"]), ("opencl", "wrong", None))


class BadInput(Case):
    def test_one_line(self):
        size = ("--size", "64x64")
        self.refused(words=["a chain is missing"])
        self.refused("blurr", *size, words=["blurr", "gaussian_blur"])
        self.refused("median", "flip", *size, words=["flip", "one argument too many"])
        for tile in ("0", "64x", "", "8,,16", "-4", "8x8x8x8", "1e3"):
            self.refused("median", *size, "--tile", tile, words=["--tile"])
        self.refused("median", *size, "--tile", "128", words=["--tile 128", "larger than the result", "64x64x1"])
        self.refused("median", "--size", "64x64x8", "--tile", "16", words=["16x16x16", "64x64x8"])
        for margin in ("x", "5:", "9:1:1", "0:5:0", "", "1,,2", "-1", "automatic", "99999999", "0:5:1:2"):
            self.refused("median", *size, "--tile", "32", "--margin=" + margin, words=["--margin"])
        self.refused("rotate", "--size", "9y9", words=["9y9"])
        self.refused("median", *size, "--samples", "0", words=["--samples 0"])
        self.refused("median", *size, "--tolerance", "-1", words=["--tolerance -1"])
        self.refused("median", *size, "--tolerance", "nan", words=["--tolerance nan"])
        self.refused("median", *size, "--backends", "cuda", words=["cuda", "openmp"])
        self.refused("median", *size, "--content", "ducks", words=["ducks", "noise"])
        self.refused("median", "--image", "absent.tif", words=["absent.tif"])
        self.refused("median", *size, "--device", "no such card", words=["no such card"])
        self.refused("maximum_z_projection", *size, words=["3D"])
        self.refused("add_scalar | " * 30 + "add_scalar", *size, words=["bytes"])
        self.refused("median", *size, "--frobnicate", words=["--frobnicate"])
        self.refused("median", *size, "--csv", "nowhere/a.csv", words=["nowhere/a.csv"], code=1)
        self.refused("median", *size, "--db", "nowhere/a.db", words=["nowhere/a.db"], code=1)

    def test_help(self):
        text = self.good("tile", "--help")
        self.assertIn("Examples", text)


if __name__ == "__main__":
    unittest.main(verbosity=1)
