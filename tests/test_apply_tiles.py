#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""apply in tiles, as a user runs it: equal to the whole image, within its memory, resumed after a kill, one line for what
is wrong.

usage: test_apply_tiles.py BREAKEVEN
"""
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

try:
    import numpy
    import tifffile
except ImportError as problem:
    print(f"skipped: {problem}")
    sys.exit(77)

BREAKEVEN = os.path.abspath(sys.argv.pop(1))
IMAGE = "synthetic:cells:700x520:uint16"
LABELING = "gaussian_blur(sigma=1) | top_hat(radius=10) | gauss_otsu_labeling"


def run(*arguments, **options):
    return subprocess.run([BREAKEVEN, *arguments], capture_output=True, text=True, timeout=120, **options)


def chunk_files(store):
    found = {}
    for folder, _, names in os.walk(store):
        for name in names:
            path = os.path.join(folder, name)
            try:
                with open(path, "rb") as file:
                    found[os.path.relpath(path, store)] = file.read()
            except FileNotFoundError:
                pass  # renamed meanwhile
    return found


class Tiles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def apply(self, chain, source, out, *options):
        result = run("apply", chain, source, self.path(out), *options)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def refused(self, words, *arguments, code=2, **options):
        result = run("apply", *arguments, **options)
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)

    def make_tiff(self):
        self.apply("add_scalar(scalar=0)", IMAGE, "in.tif", "--tile", "512x512")
        return self.path("in.tif")

    def test_tiles_of_tiff_are_the_whole_image(self):
        source = self.make_tiff()
        for chain in (LABELING, "median(radius=3)", "rotate(angle_z=30)", "voronoi_otsu_labeling"):
            self.apply(chain, source, "whole.tif", "--overwrite")
            for backend in ("openmp", "opencl"):
                if backend == "opencl" and len(json.loads(run("devices", "--json").stdout)) != 1:
                    continue
                for order in ((), ("--one-by-one",)):
                    self.apply(chain, source, "tiled.tif", "--tile", "512x512", "--overwrite", "--backend", backend, *order)
                    whole, tiled = (tifffile.imread(self.path(name)) for name in ("whole.tif", "tiled.tif"))
                    self.assertTrue(numpy.array_equal(whole, tiled), f"{chain} {backend} {order}")

    def test_only_the_end_of_a_name_tells_what_it_is(self):
        self.make_tiff()
        os.mkdir(self.path("my.zarr.files"))
        self.apply("mean", self.path("in.tif"), "my.zarr.files/out.zarr")
        self.assertTrue(os.path.isdir(self.path("my.zarr.files/out.zarr")))

    def test_a_difference_would_be_seen(self):
        source = self.make_tiff()
        self.apply("median(radius=3)", source, "a.tif")
        self.apply("median(radius=2)", source, "b.tif", "--tile", "512x512")
        self.assertFalse(numpy.array_equal(*(tifffile.imread(self.path(name)) for name in ("a.tif", "b.tif"))))

    def test_an_output_that_exists_is_refused(self):
        for name in ("out.tif", "out.zarr"):
            self.apply("mean", IMAGE, name)
            before = chunk_files(self.folder)
            self.refused([name, "overwrite"], "median", IMAGE, self.path(name))
            self.assertEqual(chunk_files(self.folder), before)
            self.apply("median", IMAGE, name, "--overwrite")
        source = self.make_tiff()
        self.refused(["out.tif", "overwrite"], "median", source, self.path("out.tif"))

    def test_the_input_is_never_written(self):
        self.apply("mean", IMAGE, "in.zarr")
        self.apply("mean", IMAGE, "in.tif")
        before = chunk_files(self.folder)
        for name in ("in.zarr", "in.zarr/inside.zarr", "in.zarr/../in.zarr"):
            self.refused(["input"], "median", self.path("in.zarr"), self.path(name), "--overwrite")
        self.refused(["input"], "median", self.path("in.tif"), self.path("in.tif"), "--overwrite", "--tile", "512x512")
        self.assertEqual(chunk_files(self.folder), before)

    def test_memory_stays_under_the_limit(self):
        for memory, most in (("120M", 144), ("300M", 360)):
            out = self.apply(LABELING, "synthetic:cells:6000x5000:uint16", "m.zarr", "--memory", memory, "--overwrite", "--json")
            self.assertLess(json.loads(out)["peak_bytes"] / 2**20, most)

    def test_killed_and_resumed_is_as_if_never_killed(self):
        source, chain = "synthetic:cells:4096x4096:uint16", "gaussian_blur(sigma=3)"
        self.apply(chain, source, "full.zarr", "--tile", "512x512")
        out = self.path("part.zarr")
        process = subprocess.Popen([BREAKEVEN, "apply", chain, source, out, "--tile", "512x512"], stdout=subprocess.DEVNULL)
        while len(chunk_files(out)) < 12 and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.assertLess(len(chunk_files(out)), 60, "it was done before it could be killed")
        self.refused(["part.zarr"], "mean", out, self.path("never.zarr"))  # half an array is not read as if it were whole
        self.refused(["gaussian_blur(sigma=3)"], "mean", source, out, "--tile", "512x512", "--resume")
        report = json.loads(self.apply(chain, source, "part.zarr", "--tile", "512x512", "--resume", "--json"))
        self.assertGreater(report["sweeps"][-1]["skipped"], 0)
        self.assertEqual(chunk_files(out), chunk_files(self.path("full.zarr")))
        again = self.apply(chain, source, "part.zarr", "--tile", "512x512", "--resume")
        self.assertRegex(again, r"result( +-)+\n") # no rate and no slowest stage of what was not done

    def test_labels_are_resumed_too(self):
        source = "synthetic:cells:2048x2048:uint16"
        self.apply(LABELING, source, "full.zarr", "--tile", "512x512")
        full = chunk_files(self.path("full.zarr"))
        self.apply(LABELING, source, "part.zarr", "--tile", "512x512")
        lost = [name for name in sorted(full) if name.split(os.sep)[-1].isdigit() or name[0].isdigit()][3:7]
        for name in lost:
            os.remove(os.path.join(self.path("part.zarr"), name))
        report = json.loads(self.apply(LABELING, source, "part.zarr", "--tile", "512x512", "--resume", "--json"))
        self.assertEqual(report["sweeps"][-1]["tiles"], len(lost))
        self.assertEqual(chunk_files(self.path("part.zarr")), full)
        self.assertEqual([name for name in os.listdir(self.folder) if name.startswith(".")], [])

    def test_bad_input_is_one_line(self):
        self.refused(["synthetic"], "mean", "synthetic:cells:0x5:uint16", self.path("o.zarr"))
        self.refused(["nowhere"], "mean", self.path("nowhere.zarr"), self.path("o.zarr"))
        self.refused(["--tile"], "mean", IMAGE, self.path("o.zarr"), "--tile", "0x4")
        self.refused(["multiple"], "mean", IMAGE, self.path("o.zarr"), "--tile", "100x100")
        self.refused(["--memory"], "mean", IMAGE, self.path("o.zarr"), "--memory", "much")
        self.refused(["--resume"], "mean", IMAGE, self.path("o.tif"), "--resume")
        for option in (["--pyramid", "2"], ["--zarr", "3"], ["--chunk", "64x64"], ["--ome"]):
            self.refused([option[0], "o.tif"], "mean", IMAGE, self.path("o.tif"), *option)
        self.refused(["--level"], "mean", IMAGE, self.path("o.zarr"), "--level", "1")
        self.refused(["MiB"], "mean", IMAGE, self.path("o.zarr"), "--memory", "10M", code=1)
        self.assertEqual(os.listdir(self.folder), [])

    def test_a_damaged_chunk_is_named_and_nothing_is_left_half_written(self):
        self.apply("add_scalar(scalar=0)", IMAGE, "in.zarr")
        victim = max((os.path.join(folder, name) for folder, _, names in os.walk(self.path("in.zarr"))
                      for name in names if name.isdigit()), key=os.path.getsize)
        with open(victim, "r+b") as file:
            file.truncate(os.path.getsize(victim) // 2)
        self.refused(["in.zarr", os.path.basename(victim)], "mean", self.path("in.zarr"), self.path("out.tif"), code=2)
        self.assertFalse(os.path.exists(self.path("out.tif")))
        self.assertEqual([name for name in os.listdir(self.folder) if name != "in.zarr"], [])

    def test_a_full_disk_leaves_no_half_file(self):
        def small_files_only():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

        for name in ("out.tif", "out.zarr"):
            self.refused([name], "add_scalar(scalar=0)", IMAGE, self.path(name), "--tile", "512x512", code=1,
                         preexec_fn=small_files_only)
        self.assertFalse(os.path.exists(self.path("out.tif")))
        for name, content in chunk_files(self.folder).items():
            self.assertLess(len(content), 100_000, name)
            self.assertTrue(len(content) > 0 or name.endswith(".incomplete"), name)

    def test_all_channels_and_time_points_and_what_the_axes_mean(self):
        try:
            import zarr
        except ImportError as problem:
            self.skipTest(str(problem))
        pixels = numpy.random.default_rng(1).integers(0, 4096, (2, 3, 1, 90, 110), dtype=numpy.uint16)
        group = zarr.open_group(self.path("in.zarr"), "w")
        group.create_dataset("0", data=pixels, chunks=(1, 1, 1, 64, 64), dimension_separator="/")
        axes = [{"name": "t", "type": "time", "unit": "second"}, {"name": "c", "type": "channel"}] + [
            {"name": name, "type": "space", "unit": "micrometer"} for name in "zyx"]
        scale = [2.0, 1.0, 0.5, 0.25, 0.25]
        group.attrs["multiscales"] = [{"version": "0.4", "axes": axes, "datasets": [
            {"path": "0", "coordinateTransformations": [{"type": "scale", "scale": scale}]}]}]
        self.apply("multiply_scalar(scalar=2)", self.path("in.zarr"), "out.zarr", "--pyramid", "2")
        out = zarr.open_group(self.path("out.zarr"), "r")
        self.assertTrue(numpy.array_equal(out["0"][:], pixels * 2))
        self.assertEqual(out["1"].shape, (2, 3, 1, 45, 55))
        written = out.attrs["multiscales"][0]
        self.assertEqual([axis["name"] for axis in written["axes"]], list("tczyx"))
        self.assertEqual(written["axes"][3]["unit"], "micrometer")
        self.assertEqual(written["datasets"][0]["coordinateTransformations"][0]["scale"], scale)
        self.apply("multiply_scalar(scalar=2)", self.path("in.zarr"), "one.tif", "--channel", "2", "--frame", "1")
        self.assertTrue(numpy.array_equal(tifffile.imread(self.path("one.tif")), pixels[1, 2, 0] * 2))
        self.refused(["channel"], "mean", self.path("in.zarr"), self.path("no.zarr"), "--channel", "3")

    def test_time_points_do_not_add_up_in_memory(self):
        try:
            import zarr
        except ImportError as problem:
            self.skipTest(str(problem))
        if len(json.loads(run("devices", "--json").stdout)) != 1:
            self.skipTest("there is not one OpenCL device")
        pixels = numpy.random.default_rng(1).integers(0, 4096, (24, 64, 64), dtype=numpy.uint16)
        store = zarr.open(self.path("in.zarr"), "w", shape=pixels.shape, chunks=(1, 64, 64), dtype=pixels.dtype)
        store[:] = pixels
        store.attrs["_ARRAY_DIMENSIONS"] = list("tyx")
        lines = self.apply("gauss_otsu_labeling", self.path("in.zarr"), "out.zarr", "--backend", "opencl", "--json").splitlines()
        peaks = [json.loads(line)["peak_bytes"] / 2**20 for line in lines]
        self.assertLess(peaks[-1] - peaks[3], 2)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
