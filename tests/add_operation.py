#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The example of CONTRIBUTING.md, added to a copy of the sources as it says there, is checked, run, listed and applied.

usage: add_operation.py CMAKE        the cmake command

The copy has few other operations: compiling all of them takes minutes.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

CMAKE = sys.argv.pop(1)
SOURCES = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OTHERS = "add_scalar flip"


def examples(language):
    """The blocks of C in CONTRIBUTING.md: the operation, then its kernel."""
    with open(os.path.join(SOURCES, "CONTRIBUTING.md"), encoding="utf-8") as text:
        return re.findall(rf"^```{language}\n(.*?)^```$", text.read(), re.MULTILINE | re.DOTALL)


def not_sources(folder, names):
    """Build folders, and the version control's."""
    return [name for name in names if name.startswith(".") or
            os.path.exists(os.path.join(folder, name, "CMakeCache.txt"))]


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def run(*arguments, status=0):
    result = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600,
                            check=False)
    assert result.returncode == status, f"{' '.join(arguments)}: {result.returncode}\n{result.stdout[-4000:]}"
    return result.stdout


class AddedOperation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.tree = os.path.join(cls.folder.name, "breakeven")
        shutil.copytree(SOURCES, cls.tree, ignore=not_sources)
        cls.operation, cls.kernel = examples("c")
        write(os.path.join(cls.tree, "ops", "invert.c"), cls.operation)
        write(os.path.join(cls.tree, "kernels", "invert.cl"), cls.kernel)
        lists = os.path.join(cls.tree, "CMakeLists.txt")
        with open(lists, encoding="utf-8") as text:
            named, times = re.subn(r"set\(OPS [^)]*\)", f"set(OPS {OTHERS} invert)", text.read())
        assert times == 1, "one list of operations"
        write(lists, named)
        cls.build = os.path.join(cls.folder.name, "build")
        run(CMAKE, "-S", cls.tree, "-B", cls.build, "-DBUILD_TESTING=OFF", "-DBREAKEVEN_WERROR=ON")
        cls.rebuild()

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def rebuild(cls):
        run(CMAKE, "--build", cls.build, "--parallel", "2", "--target", "breakeven")

    def breakeven(self, *arguments, status=0):
        return run(os.path.join(self.build, "breakeven"), *arguments, status=status)

    def test_it_is_listed(self):
        self.assertRegex(self.breakeven("ops"), r"(?m)^invert: subtracts every pixel")

    def test_it_is_checked(self):
        self.assertRegex(self.breakeven("check", "--quick", "--ops", "invert"), r"invert +[1-9]\d* comparisons, 0 wrong")

    def test_it_is_measured(self):
        store = os.path.join(self.folder.name, "run.db")
        table = self.breakeven("run", "--quick", "--no-refine", "--ops", "invert", "--sizes", "64x64", "--types", "uint8",
                               "--db", store)
        self.assertIn("invert", table)

    def test_one_wrong_step_is_found(self):
        """A kernel that adds."""
        kernel = os.path.join(self.tree, "kernels", "invert.cl")
        wrong = self.kernel.replace("store_pixelv(offset - to_floatv(in[i]))", "store_pixelv(offset + to_floatv(in[i]))")
        self.assertNotEqual(wrong, self.kernel)
        write(kernel, wrong)
        try:
            self.rebuild()
            if "no OpenCL device" in self.breakeven("devices"):
                self.skipTest("no OpenCL device")
            self.assertIn("wrong: invert", self.breakeven("check", "--quick", "--ops", "invert", status=4))
        finally:
            write(kernel, self.kernel)
            self.rebuild()


if __name__ == "__main__":
    unittest.main()
