#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The command line as a user meets it: bad input is one clear line and an exit status, and nothing is left behind.

usage: test_command_line.py BREAKEVEN
"""
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import unittest

BREAKEVEN = os.path.abspath(sys.argv.pop(1))


def call(*arguments, folder=None, environment=None):
    return subprocess.run([BREAKEVEN, *arguments], cwd=folder, capture_output=True, text=True,
                          env={**os.environ, **(environment or {})}, timeout=60, check=False)


def tiff(width, height, pixels, rows_given=None):
    """A little-endian uint8 TIFF with one uncompressed strip."""
    entries = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
               (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, rows_given or height), (279, 4, 1, len(pixels))]
    data = bytes(pixels) + b"\0" * (len(pixels) % 2)
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *e) for e in entries)
    return b"II*\0" + struct.pack("<I", 8 + len(data)) + data + directory + struct.pack("<I", 0)


class Check(unittest.TestCase):
    def test_sizes_of_ones_own(self):
        """One and three threads at two sizes; a list with one name twice checks it once."""
        result = call("check", "--backends", "openmp", "--types", "uint8", "--ops", "flip,flip", "--sizes", "40x30,9x8x7")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, r"flip +4 comparisons, 0 wrong")


class BadInput(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.write("ok.tif", tiff(20, 10, [i % 256 for i in range(200)]))

    def write(self, name, data):
        with open(os.path.join(self.folder.name, name), "wb") as file:
            file.write(data)

    def refused(self, *arguments, words=(), code=2):
        before = sorted(os.listdir(self.folder.name))
        result = call(*arguments, folder=self.folder.name)
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, f"not one line: {result.stderr!r}")
        for word in words:
            self.assertIn(word, result.stderr)
        self.assertEqual(sorted(os.listdir(self.folder.name)), before, "a file was left behind")

    def test_names(self):
        self.refused("frobnicate", words=["frobnicate", "; valid: run, check"])
        self.refused("run", "--frobnicate", words=["--frobnicate"])
        self.refused("run", "--ops", "blurr", words=["blurr", "gaussian_blur"])
        self.refused("run", "--types", "uint12", words=["uint12", "uint16"])
        self.refused("run", "--sizes", "10y10", words=["10y10"])
        self.refused("run", "--sizes", "0x10", words=["0x10"])
        self.refused("run", "--sizes", "-5", words=["-5"])
        self.refused("run", "--params", "sigmaa=2", words=["sigmaa"])
        self.refused("run", "--params", "sigma=-2", "--ops", "gaussian_blur", words=["sigma=-2"])
        self.refused("run", "--variant", "texture", words=["texture", "buffer, image"])
        self.refused("run", "--variant", "image", "--ops", "flip", words=["flip has no variant"])
        self.refused("check", "--variant", "texture", words=["texture", "buffer, image"])
        self.refused("check", "--sizes", "40x0", words=["40x0", "WIDTHxHEIGHT"])
        self.refused("check", "--types", "uint8,int8", words=["int8", "uint16"])
        self.refused("check", "--backends", "cuda", words=["cuda", "openmp, opencl"])
        self.refused("run", "--contents", "clouds", words=["clouds", "noise"])
        self.refused("run", "--backends", "cuda", words=["cuda", "opencl"])
        self.refused("run", "--device", "no such card", words=["no such card"])
        self.refused("run", "--budget", "soon", words=["soon"])
        self.refused("run", "--image", "absent.tif", words=["absent.tif"])
        self.refused("run", "stray", words=["stray"])
        self.refused("run", "--resume", code=1)
        self.refused("check", "--ops", "blurr", words=["blurr"])
        self.refused("check", "--device", "no such card", words=["no such card"])
        self.refused("run", "--suite", "lectures", words=["lectures", "lecture"])
        self.refused("run", "--suite", "lecture", "--ops", "flip", words=["--suite lecture"])
        self.refused("report", "--db", "absent.db", "--markdown", "out.md", words=["absent.db"], code=1)
        self.refused("compare", words=["laptop.db"])
        self.refused("compare", "absent.db", words=["absent.db"], code=1)
        self.refused("compare", "absent.db", "--reference", "lectures", words=["lectures", "lecture"])
        self.refused("merge", "out.db", words=["at least one"])
        self.refused("merge", "out.db", "absent.db", words=["absent.db"], code=1)
        self.refused("export", "out.csv", "--db", "absent.db", words=["absent.db"], code=1)
        self.refused("import", "absent.csv", words=["absent.csv"])

    def test_mistyped(self):
        """What was meant is said, for commands, options, operations and parameters."""
        self.refused("profil", words=["unknown command 'profil'; did you mean 'profile'?"])
        self.refused("help", "profil", words=["did you mean 'profile'?"])
        self.refused("--quick", words=["'--quick' stands where a command is wanted, as in breakeven run --quick"])
        self.refused("--frobnicate", words=["'--frobnicate'", "breakeven --help"])
        self.refused("run", "--quik", words=["'--quik' is no option here; did you mean '--quick'?"])
        self.refused("run", "-quick", words=["did you mean '--quick'?"])
        self.refused("compare", "--basline=laptop/cpu", "a.db", words=["did you mean '--baseline'?"])
        self.refused("run", "--list", "-quick", "--json", words=["'-quick'"])
        self.refused("run", "--list", "-q", "--json", words=["'-q'"])
        self.refused("run", "--list", "--quik", "--json", words=["'--quik'"])
        self.refused("run", "--quick=3", "--json", words=["--quick takes no value"])
        self.refused("run", "--list", "--ops", words=["--ops lacks its value"])
        self.refused("run", "--ops", words=["--ops lacks its value: --ops LIST"])
        self.refused("run", "--quick=3", words=["--quick takes no value"])
        self.refused("run", "--frobnicate", words=["'--frobnicate'", "breakeven run --help"])
        self.refused("run", "--ops", "medain", words=["unknown operation 'medain'; did you mean 'median'?"])
        self.refused("check", "--ops", "GaussianBlur", words=["did you mean 'gaussian_blur'?"])
        self.refused("apply", "blur", "ok.tif", "out.tif", words=["did you mean 'gaussian_blur'?"])
        self.refused("run", "--params", "sigmaa=2", words=["did you mean 'sigma'?"])
        self.refused("apply", "gaussian_blur(sgima=2)", "ok.tif", "out.tif", words=["did you mean 'sigma'? valid: sigma"])
        self.refused("run", "--json", words=["--json goes with --list"])

    def test_apply(self):
        self.refused("apply", "add_scalar", "ok.tif", words=["CHAIN IN OUT"])
        self.refused("apply", "blurr", "ok.tif", "out.tif", words=["blurr"])
        self.refused("apply", "add_scalar(scalar=abc)", "ok.tif", "out.tif", words=["abc"])
        self.refused("apply", "add_scalar(scalar=1", "ok.tif", "out.tif")
        self.refused("apply", "add_scalar |", "ok.tif", "out.tif")
        self.refused("apply", "add_images_weighted", "ok.tif", "out.tif", words=["with="])
        self.refused("apply", "add_images_weighted(with=absent.tif)", "ok.tif", "out.tif", words=["absent.tif"])
        self.write("small.tif", tiff(5, 5, range(25)))
        self.refused("apply", "add_images_weighted(with=small.tif)", "ok.tif", "out.tif", words=["5x5", "20x10"])
        self.refused("apply", "maximum_z_projection", "ok.tif", "out.tif", words=["3D"])
        self.refused("apply", "add_scalar", "ok.tif", "absent/out.tif", words=["absent/out.tif"], code=1)
        self.refused("apply", "add_scalar", "ok.tif", "out.tif", "--backend", "cuda", words=["cuda"])
        self.refused("apply", "rotate", "ok.tif", "out.tif", "--variant", "image", words=["--backend opencl", "openmp"])
        self.refused("apply", "rotate", "ok.tif", "out.tif", "--variant", "texture", words=["texture", "buffer, image"])
        self.refused("apply", "add_scalar", "ok.tif", "out.tif", "--channel", "7", words=["7"])

    def test_damaged_files(self):
        self.write("empty.tif", b"")
        self.write("garbage.tif", b"not an image" * 20)
        self.write("truncated.tif", tiff(20, 10, range(200))[:150])
        self.write("huge.tif", tiff(4000000000, 4000000000, range(100)))
        self.write("zero.tif", tiff(0, 10, range(10)))
        for name in ("empty.tif", "garbage.tif", "truncated.tif", "huge.tif", "zero.tif"):
            self.refused("apply", "add_scalar", name, "out.tif", words=[name])
            self.refused("run", "--image", name, words=[name])


class Useful(unittest.TestCase):
    def test_output_that_gets_nowhere(self):
        for arguments, code in ((["ops", "--json"], 1), (["run", "--help"], 1), (["gate", "--simulate", "--trials", "10"], 5)):
            with open("/dev/full", "w", encoding="utf-8") as full:
                result = subprocess.run([BREAKEVEN, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
            self.assertEqual(result.returncode, code, arguments)
            self.assertEqual(result.stderr, "breakeven: standard output cannot be written\n")

    def test_help_and_lists(self):
        for arguments in (["--help"], ["run", "--help"], ["ops"], ["ops", "--json"], ["devices"], ["devices", "--json"],
                          ["run", "--quick", "--list"], ["--version"]):
            result = call(*arguments)
            self.assertEqual(result.returncode, 0, (arguments, result.stderr))
            self.assertTrue(result.stdout)

    def test_first_steps(self):
        """Without a command: five things to do, each with a command that exists."""
        result = call()
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        examples = re.findall(r"^    breakeven (\w+) .*$", result.stdout, re.MULTILINE)
        self.assertEqual(len(examples), 5, result.stdout)
        for command in examples:
            self.assertEqual(call(command, "--help").returncode, 0, command)

    def test_help_of_a_command(self):
        texts = [call(*arguments) for arguments in (["run", "--help"], ["run", "-h"], ["help", "run"])]
        for result in texts:
            self.assertEqual((result.returncode, result.stdout), (0, texts[0].stdout))

    def test_list_as_json(self):
        arguments = ["run", "--list", "--quick", "--ops", "flip,median", "--sizes", "64x64,32x16x8"]
        listed = json.loads(call(*arguments, "--json").stdout)
        lines = call(*arguments).stdout.splitlines()
        self.assertEqual(len(listed["groups"]), 4)
        self.assertEqual({group["operation"] for group in listed["groups"]}, {"flip", "median"})
        self.assertIn([32, 16, 8], [group["size"] for group in listed["groups"]])
        self.assertTrue(lines[-1].startswith(f"4 groups, {listed['cases']} cases"), lines)

    def test_apply_writes(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "in.tif"), "wb") as file:
                file.write(tiff(3, 1, [0, 100, 250]))
            for backend in ("reference", "openmp"):
                result = call("apply", "add_scalar(scalar=10) | flip(axes=x)", "in.tif", "out.tif", "--backend", backend, "--overwrite",
                              folder=folder)
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertEqual(sorted(os.listdir(folder)), ["in.tif", "out.tif"])

    def test_no_opencl_at_all(self):
        """Without any driver the CPU part runs and says so."""
        with tempfile.TemporaryDirectory() as folder:
            nowhere = {"OCL_ICD_VENDORS": folder, "OCL_ICD_FILENAMES": ""}
            devices = call("devices", environment=nowhere)
            self.assertEqual(devices.returncode, 0, devices.stderr)
            self.assertIn("no OpenCL device", devices.stdout)
            run = call("run", "--quick", "--ops", "add_scalar", "--sizes", "64x64", folder=folder, environment=nowhere)
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertIn("No OpenCL device was measured", run.stdout)


class Progress(unittest.TestCase):
    RUN = ["run", "--quick", "--ops", "add_scalar", "--sizes", "32x32", "--backends", "openmp", "--threads", "1"]

    def test_only_to_a_terminal(self):
        with tempfile.TemporaryDirectory() as folder:
            quiet, asked = (call(*self.RUN, *more, folder=folder) for more in ([], ["--progress"]))
            self.assertEqual((quiet.returncode, quiet.stderr), (0, ""))
            self.assertEqual(asked.returncode, 0, asked.stderr)
            self.assertRegex(asked.stderr, r"^\[1/1\] \d+:\d\d left  add_scalar")
            self.assertNotIn("left", quiet.stdout)
            self.assertRegex(self.on_a_terminal(folder), r"\r\x1b\[K\[1/1\] \d+:\d\d left  add_scalar")

    def on_a_terminal(self, folder):
        """What is written to standard error when that is a terminal."""
        ours, theirs = os.openpty()
        with subprocess.Popen([BREAKEVEN, *self.RUN], cwd=folder, stdout=subprocess.DEVNULL, stderr=theirs) as process:
            os.close(theirs)
            text = b""
            try:
                while block := os.read(ours, 4096):
                    text += block
            except OSError: # the other end is closed
                pass
            self.assertEqual(process.wait(60), 0)
        os.close(ours)
        return text.decode()


if __name__ == "__main__":
    unittest.main(verbosity=1)
