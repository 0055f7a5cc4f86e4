#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""breakeven memory and breakeven checklist as a user meets them.

usage: test_memory.py BREAKEVEN
"""
import json
import os
import struct
import subprocess
import sys
import tempfile
import unittest

BREAKEVEN = os.path.abspath(sys.argv.pop(1))
FOLDER = tempfile.TemporaryDirectory()


def call(*arguments, environment=None):
    return subprocess.run([BREAKEVEN, *arguments], cwd=FOLDER.name, capture_output=True, text=True,
                          env={**os.environ, **(environment or {})}, timeout=100, check=False)


def write_tiff(name, width, height, pixels):
    """A little-endian uint8 TIFF with one uncompressed strip."""
    entries = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
               (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, len(pixels))]
    data = bytes(pixels) + b"\0" * (len(pixels) % 2)
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *e) for e in entries)
    with open(os.path.join(FOLDER.name, name), "wb") as file:
        file.write(b"II*\0" + struct.pack("<I", 8 + len(data)) + data + directory + struct.pack("<I", 0))


write_tiff("cells.tif", 200, 100, [i * 37 % 251 for i in range(20000)])
NO_OPENCL = {"OCL_ICD_VENDORS": "/nowhere", "OCL_ICD_FILENAMES": ""}


class Case(unittest.TestCase):
    def good(self, *arguments, environment=None):
        result = call(*arguments, environment=environment)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr, "")
        return result.stdout

    def refused(self, *arguments, words=(), code=2):
        result = call(*arguments)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, f"not one line: {result.stderr!r}")
        for word in words:
            self.assertIn(word, result.stderr)
        return result

    def narrow(self, text):
        for line in text.splitlines():
            self.assertLessEqual(len(line), 80, line)


class Both(Case):
    def test_bad_input(self):
        for command in ("memory", "checklist"):
            self.refused(command, words=["a chain is missing"])
            self.refused(command, "median", words=["--size", "--image"])
            self.refused(command, "blurr", "--size", "9x9", words=["blurr", "gaussian_blur"])
            self.refused(command, "median", "flip", "--size", "9x9", words=["flip", "one argument too many"])
            self.refused(command, "median", "--size", "9y9", words=["9y9"])
            self.refused(command, "median", "--size", "9x9", "--type", "int8", words=["int8", "uint16"])
            self.refused(command, "median", "--size", "9x9", "--type", "uint32", words=["uint32", "uint16"])
            self.refused(command, "median", "--size", "9x9", "--image", "cells.tif", words=["leave out"])
            self.refused(command, "median", "--image", "absent.tif", words=["absent.tif"])
            self.refused(command, "median", "--image", "cells.tif", "--channel", "3", words=["channel 3"])
            self.refused(command, "median", "--size", "9x9", "--device", "no such card", words=["no such card"])
            self.refused(command, "maximum_z_projection", "--size", "9x9", words=["3D"])
            self.refused(command, "median", "--size", "9x9", "--frobnicate", words=["--frobnicate"])
        self.refused("checklist", "median", "--size", "64x64", "--db", "absent.db", words=["absent.db"], code=1)

    def test_help(self):
        for command in ("memory", "checklist"):
            text = self.good(command, "--help")
            self.assertIn("Examples", text)
            self.narrow(text)


class Memory(Case):
    def test_figures(self):
        """The CPU's buffers of one step, whose sizes are known: rows of 16 pixels, 128 guard bytes for each image."""
        made = json.loads(self.good("memory", "add_scalar", "--size", "100x50x3", "--json", environment=NO_OPENCL))
        self.assertEqual(made["image_bytes"], 100 * 50 * 3 * 2)
        self.assertEqual(made["rule_of_thumb_bytes"], 2 * made["image_bytes"])
        (place,) = made["places"]
        image = 112 * 50 * 3 * 2 + 128
        self.assertEqual(place["backend"], "openmp")
        self.assertEqual(place["verdict"], "fits")
        self.assertEqual(place["need"]["peak_bytes"], 2 * image)
        self.assertEqual(place["need"]["steps"][0]["input_bytes"], image)

    def test_of_a_file(self):
        made = json.loads(self.good("memory", "add_scalar | flip", "--image", "cells.tif", "--json"))
        self.assertEqual(made["size"], [200, 100, 1])
        self.assertEqual(made["type"], "uint8")
        self.assertEqual(made["steps"], 2)

    def test_text(self):
        text = self.good("memory", "gaussian_blur(sigma=2) | divide_by_gaussian_background | label", "--size", "1024x2048x100")
        self.narrow(text)
        self.assertIn("rule of thumb", text)
        self.assertIn("=> ", text)

    def test_larger_than_any_memory(self):
        """In tiles of less than the image, whose margin is the operation's; labels that no memory holds do not fit."""
        made = json.loads(self.good("memory", "gaussian_blur(sigma=2)", "--size", "100000x100000x1000", "--json"))
        for place in made["places"]:
            self.assertEqual(place["verdict"], "fits in tiles")
            tiles = place["tiles"]
            self.assertEqual(tiles["margin_px"], [8, 8, 8])
            self.assertGreater(tiles["count"], 1)
            for tile, held in zip(tiles["size"], tiles["size_with_margin"]):
                self.assertTrue(tile <= held <= tile + 16)
            self.assertLess(tiles["need"]["peak_bytes"], place["memory_bytes"] or place["host_available_bytes"])
            self.assertEqual([p["purpose"] for p in tiles["passes"]], ["result"])
        self.narrow(self.good("memory", "gaussian_blur(sigma=2)", "--size", "100000x100000x1000"))
        self.narrow(self.good("memory", "rotate(angle_z=30) | gauss_otsu_labeling", "--size", "100000x10000x100"))
        result = self.refused("memory", "label", "--size", "100000x100000x1000", "--memory", "1G", words=["fits nowhere"], code=1)
        self.assertIn("even tiles of", result.stdout)
        self.refused("memory", "flip", "--size", "9000000000x9000000000x9000000000", words=["not planned"])
        self.refused("memory", "flip", "--size", "9x9", "--memory", "much", words=["--memory", "512M"])

    def compare(self, stated, taken):
        self.assertEqual([(p["purpose"], p["margin_px"]) for p in stated["passes"]],
                         [(s["purpose"], s["margin_px"]) for s in taken["sweeps"]])
        self.assertEqual(max(p["host_bytes"] for p in stated["passes"]), taken["host_bytes"])
        self.assertEqual(max(p["device_bytes"] for p in stated["passes"]), taken["device_bytes"])
        self.assertLess(taken["labels"], 4000 * 3600 / stated["labels"]["pixels_per_label"])

    def test_apply_takes_what_is_stated(self):
        """What memory says of tiles against what apply reports to have taken for them."""
        chain, options = "gaussian_blur(sigma=2) | auto_threshold | label", ("--memory", "80M", "--threads", "2", "--json")
        stated = {}
        for kind in ("uint8", "uint16"):
            made = json.loads(self.good("memory", chain, "--size", "4000x3600", "--type", kind, *options))
            self.assertEqual(made["places"][-1]["verdict"], "fits in tiles", made["places"][-1]["reason"])
            stated[kind] = made["places"][-1]["tiles"]
        taken = json.loads(self.good("apply", chain, "synthetic:cells:4000x3600:uint8", "labels.zarr", "--tile",
                                     "x".join(map(str, stated["uint8"]["size"])), *options))
        self.compare(stated["uint8"], taken)
        with self.assertRaises(AssertionError):
            self.compare(stated["uint16"], taken)


class Checklist(Case):
    def test_of_a_file(self):
        made = json.loads(self.good("checklist", "gaussian_blur(sigma=2) | auto_threshold", "--image", "cells.tif", "--json"))
        for device in made["devices"]:
            self.assertEqual([c["name"] for c in device["checks"]], ["loading", "memory", "bandwidth", "cache", "chain"])
            self.assertEqual(device["passed"], sum(c["result"] == "pass" for c in device["checks"]))
            times = device["times"]
            self.assertGreater(times["file_load_ns"], 0)
            self.assertAlmostEqual(sum(times["cpu_steps_ns"]), times["cpu_ns"])
            ratio = times["cpu_ns"] / times["file_load_ns"]
            self.assertAlmostEqual(device["checks"][0]["value"], ratio)
            self.assertEqual(device["checks"][0]["result"], "pass" if ratio > 10 else "fail")
            self.assertEqual(device["checks"][3]["value"], 20000)

    def test_text(self):
        text = self.good("checklist", "add_images_weighted(with=made) | median", "--size", "64x64x4", "--type", "float32")
        self.narrow(text)
        self.assertRegex(text.splitlines()[-1], r"^\d of 5 passed(, \d not measured)?$")

    def test_without_opencl(self):
        text = self.good("checklist", "median", "--image", "cells.tif", environment=NO_OPENCL)
        self.assertIn("no OpenCL device", text)
        self.assertRegex(text.splitlines()[-1], r"^[0-2] of 5 passed$")


if __name__ == "__main__":
    unittest.main(verbosity=1)
