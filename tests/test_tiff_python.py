#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""TIFF files of ours are read by tifffile bit for bit, and those that tifffile writes by us, whole and by regions.

usage: test_tiff_python.py TIFF_TOOL     ends with 77 without NumPy and tifffile
"""
import os
import subprocess
import sys
import tempfile
import unittest

TOOL = os.path.abspath(sys.argv.pop(1))

try:
    import numpy as np
    import tifffile
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

TYPES = ("uint8", "uint16", "uint32", "float32")
# As arguments of tifffile.imwrite(). ImageJ's form has no uint32.
FORMS = {
    "strips": {"rowsperstrip": 7},
    "one strip": {},
    "one strip, deflate": {"compression": "zlib", "rowsperstrip": 10000},
    "strips, deflate": {"compression": "zlib", "rowsperstrip": 7},
    "tiles": {"tile": (32, 64)},
    "tiles, deflate": {"tile": (32, 64), "compression": "zlib"},
    "tiles, deflate, differences": {"tile": (32, 64), "compression": "zlib", "predictor": True},
    "BigTIFF": {"tile": (64, 32), "compression": "zlib", "bigtiff": True},
    "big-endian": {"rowsperstrip": 9, "byteorder": ">"},
    "big-endian, tiles": {"tile": (32, 32), "compression": "zlib", "byteorder": ">"},
}


def noise(shape, kind):
    values = np.random.default_rng(7).integers(0, 2**32, shape, dtype=np.uint64)
    if kind == "float32":
        return (values / 1000.0 - 1e6).astype(np.float32)
    return (values % np.iinfo(kind).max).astype(kind)


class Tiff(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.source, self.target = (os.path.join(folder.name, name) for name in ("in.tif", "out.tif"))

    def copies(self, channel=0, frame=0, tiles=("0", "64")):
        """What tifffile reads of copies that we make, with the open file."""
        for how in (("whole",), *(("regions", tile) for tile in tiles)):
            subprocess.run([TOOL, how[0], self.source, self.target, str(channel), str(frame), *how[1:]], check=True)
            with tifffile.TiffFile(self.target) as file:
                yield how, file.asarray(), file

    def check(self, expected, **selection):
        for how, found, _ in self.copies(**selection):
            with self.subTest(how=how):
                self.assertEqual((found.dtype, found.shape), (expected.dtype.newbyteorder("="), expected.shape))
                self.assertEqual(found.tobytes(), expected.tobytes())

    def test_every_form(self):
        for kind in TYPES:
            for shape in ((75, 101), (3, 75, 101)):
                image = noise(shape, kind)
                for name, form in FORMS.items():
                    if form.get("predictor") and kind == "float32":
                        continue  # needs imagecodecs
                    with self.subTest(kind=kind, shape=shape, form=name):
                        tifffile.imwrite(self.source, image, photometric="minisblack", **form)
                        self.check(image)

    def test_hyperstack_of_imagej(self):
        image = noise((2, 4, 3, 30, 41), "uint16")  # frames, slices, channels
        tifffile.imwrite(self.source, image, imagej=True, metadata={"axes": "TZCYX"})
        for frame, channel in ((0, 0), (1, 2)):
            self.check(image[frame, :, channel], frame=frame, channel=channel)

    def test_ome(self):
        image = noise((2, 3, 4, 30, 41), "uint16")
        tifffile.imwrite(self.source, image, ome=True, metadata={"axes": "TCZYX"}, tile=(32, 32), compression="zlib")
        self.check(image[1, 2], frame=1, channel=2)

    def test_how_ours_are_stored(self):
        image = np.arange(600 * 700, dtype=np.uint16).reshape(600, 700)
        tifffile.imwrite(self.source, np.stack([image, image + 1]), photometric="minisblack")
        for how, found, file in self.copies(tiles=("128",)):
            if how[0] == "whole":
                continue
            page = file.pages[1]
            self.assertEqual((page.tilewidth, page.tilelength, page.compression, page.predictor), (128, 128, 8, 2))
            self.assertEqual((len(file.pages), file.is_bigtiff, file.is_imagej), (2, False, True))
            self.assertEqual(file.imagej_metadata["slices"], 2)
            self.assertLess(os.path.getsize(self.target), found.nbytes / 5)
            self.assertFalse(any(offset % 2 for offset in page.dataoffsets))

    def test_wrong_pixel_is_seen(self):
        image = noise((40, 50), "uint16")
        tifffile.imwrite(self.source, image, photometric="minisblack")
        image[20, 30] ^= 1
        for how, found, _ in self.copies():
            self.assertEqual(np.count_nonzero(found != image), 1, how)

    def test_one_line_for_a_damaged_file(self):
        tifffile.imwrite(self.source, noise((256, 256), "uint16"), photometric="minisblack", tile=(64, 64),
                         compression="zlib")
        with tifffile.TiffFile(self.source) as file:
            offset = file.pages[0].dataoffsets[5]
        with open(self.source, "r+b") as file:
            file.seek(offset)
            file.write(b"\xff" * 2000)
        done = subprocess.run([TOOL, "regions", self.source, self.target, "0", "0", "0"], capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn(f"{self.source}: page 1, tile 5 at pixel 64, 64: ", done.stderr)
        self.assertEqual(os.listdir(os.path.dirname(self.target)), ["in.tif"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
