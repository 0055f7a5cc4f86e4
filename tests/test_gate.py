#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The gate as CI calls it: planted faults are found with the right exit status, and nothing else is.

usage: test_gate.py BREAKEVEN BREAKEVEN_FAULTY   (the second is slower or wrong where an environment variable says so)

Times are compared where they are made up (commands that print them) or differ several times; what depends on the machine's
mood is in gate_trials.py.
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml

BREAKEVEN, FAULTY = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))
HAS_DEVICE = bool(json.loads(subprocess.run([BREAKEVEN, "devices", "--json"], capture_output=True, check=True).stdout))
CPU = "flip uint8 64x64 openmp; add_scalar uint8 64x64 openmp; median uint8 64x64 openmp; mean uint8 64x64 openmp"
QUICK = ("--pairs", "7", "--samples", "2")


class Gate(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def call(self, *arguments, code=0):
        result = subprocess.run([BREAKEVEN, "gate", *arguments], cwd=self.folder, capture_output=True, text=True, timeout=200,
                                check=False, env={**os.environ, "BREAKEVEN_CACHE": self.path("cache")})
        if code is not None:
            self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        return result

    def faulty(self, name, **environment):
        """A program that is FAULTY with these variables set."""
        path = self.path(name)
        with open(path, "w", encoding="utf-8") as file:
            settings = " ".join(f"{key}='{value}'" for key, value in environment.items())
            file.write(f"#!/bin/sh\n{settings} exec '{FAULTY}' \"$@\"\n")
        os.chmod(path, 0o755)
        return path

    def verdicts(self, result):
        """Case: verdict, from the JUnit file that every call here writes."""
        found = {}
        for case in xml.parse(self.path("gate.xml")).iter("testcase"):
            element = case.find("*")
            found[case.get("name")] = "fine" if element is None else element.get("message").split(",")[0]
        return found

    # usage

    def test_wrong_usage_is_one_line_and_2(self):
        for arguments, word in (([], "--base"), (["--base", "x", "--base-command", "y"], "commands"),
                                (["--base", BREAKEVEN, "--cases", "nonsense uint8 64x64 openmp"], "nonsense"),
                                (["--base", BREAKEVEN, "--cases", "flip uint8 64x64"], "backend"),
                                (["--base", BREAKEVEN, "--cases", "flip uint9 64x64 openmp"], "uint9"),
                                (["--base", BREAKEVEN, "--cases", ";"], "no case"),
                                (["--base", BREAKEVEN, "--cases", "@none.txt"], "none.txt"),
                                (["--base", "./none", "--cases", CPU], "./none"), (["--base", "x", "--pairs", "6"], "--pairs"),
                                (["--base", "x", "--format", "xml"], "--format"), (["--counts", "none.json"], "none.json")):
            result = self.call(*arguments, code=2)
            self.assertIn(word, result.stderr)
            self.assertEqual(result.stderr.count("\n"), 1, result.stderr)

    def test_reports_that_cannot_be_written_are_told_before_anything_is_measured(self):
        for option in ("--junit", "--markdown", "--write-counts"):
            result = self.call("--base", BREAKEVEN, option, self.path("nowhere/x"), code=5)
            self.assertEqual((result.stdout, result.stderr.count("\n")), ("", 1))

    def test_simulation_is_a_table(self):
        text = self.call("--simulate", "--trials", "400").stdout
        self.assertEqual(text.count("false regressions in 120 cases: 0.00 %"), 3, text)
        self.assertEqual(text.count("power at +20 %: 100.00 %") + text.count("power at +20 %: 99."), 3, text)

    # commands, whose times are made up

    def printed(self, base, head, *arguments, code):
        return self.call("--base-command", f"printf '{base}'", "--head-command", f"printf '{head}'", "--printed", "--junit",
                         "gate.xml", *arguments, code=code)

    def test_printed_times(self):
        result = self.printed(r"start\na 10 ms\nb: 20ms\nc = 0.5\n", r"a 10 ms\nb: 25ms\nc = 0.5\n", "--markdown", "gate.md",
                              "--format", "github", code=1)
        self.assertEqual(self.verdicts(result), {"a": "fine", "b": "slower", "c": "fine"})
        self.assertIn("+25.0 %", result.stdout)
        self.assertIn("::error title=slower%3A b::+25.0 %25", result.stdout)
        self.assertIn("breakeven gate --base-command", result.stdout)
        with open(self.path("gate.md"), encoding="utf-8") as file:
            self.assertIn("| **slower** | b | 20.0 ms | 25.0 ms | +25.0 % | +25.0 % | 10 | 10 % | +25.0 % |", file.read())

    def test_names_are_other_peoples_text(self):
        result = self.printed("<i>&\\042|@x</i> 1 ms\\n", "<i>&\\042|@x</i> 2 ms\\n", "--markdown", "gate.md", code=1)
        self.assertEqual(self.verdicts(result), {'<i>&"|@x</i>': "slower"})
        with open(self.path("gate.md"), encoding="utf-8") as file:
            self.assertNotIn("<i>", file.read())

    def test_thresholds(self):
        self.printed("a 10 ms\n", "a 10.8 ms\n", code=0)
        self.printed("a 10 ms\n", "a 10.8 ms\n", "--dedicated", code=1)
        self.printed("a 10 ms\n", "a 10.8 ms\n", "--threshold", "7", code=1)
        self.printed("a 10.8 ms\n", "a 7 ms\n", code=0)

    def test_all_moving_is_the_environment(self):
        base, head = ("\\n".join(f"{name} {ms} ms" for name in "abcde") for ms in (10, 12))
        result = self.printed(base + "\\n", head + "\\n", code=3)
        self.assertIn("Environment changed", result.stdout)
        self.assertNotIn("slower", self.verdicts(result).values())

    def test_commands_that_fail_or_say_nothing(self):
        self.assertIn("printed no time", self.printed("nothing\n", "nothing\n", code=5).stderr)
        self.call("--base-command", "true", "--head-command", "exit 3", code=5)
        self.call("--base-command", "exit 3", "--head-command", "true", code=3)

    def test_whole_commands(self):
        result = self.call("--base-command", "sleep 0.02", "--head-command", "sleep 0.2", "--junit", "gate.xml", "--pairs", "7",
                           code=1)
        self.assertEqual(self.verdicts(result), {"command": "slower"})

    # builds

    def test_planted_slowdown_is_found_and_nothing_else(self):
        slower = self.faulty("slower", PLANTED_SLOWER="median=400")
        for attempt in range(3):
            result = self.call("--base", FAULTY, "--head", slower, "--cases", CPU, "--junit", "gate.xml", *QUICK, code=None)
            verdicts = self.verdicts(result)
            self.assertFalse([name for name, verdict in verdicts.items() if verdict == "slower" and "median" not in name])
            if result.returncode == 1:
                break
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertIn(f"breakeven gate --base {FAULTY} --head {slower} --cases 'median uint8 64x64 openmp'", result.stdout)

    def test_wrong_results_are_4_and_a_crash_is_5(self):
        wrong, crash = self.faulty("wrong", PLANTED_WRONG="median"), self.faulty("crash", PLANTED_CRASH="flip")
        result = self.call("--base", FAULTY, "--head", wrong, "--cases", CPU, "--junit", "gate.xml", *QUICK, code=4)
        self.assertEqual(self.verdicts(result)["median uint8 64x64 openmp"], "wrong")
        self.assertIn("pixels differ", result.stdout)
        result = self.call("--base", FAULTY, "--head", crash, "--cases", CPU, "--junit", "gate.xml", *QUICK, code=5)
        self.assertEqual([name for name, verdict in self.verdicts(result).items() if verdict == "crashed"],
                         ["flip uint8 64x64 openmp"])
        self.assertIn("signal 6", result.stdout)
        self.call("--base", crash, "--head", FAULTY, "--cases", CPU, *QUICK, code=3)

    def test_the_last_case_may_crash(self):
        flip, cases = "flip uint8 64x64 openmp", "add_scalar uint8 64x64 openmp; flip uint8 64x64 openmp"
        crash = self.faulty("crash", PLANTED_CRASH="flip")
        result = self.call("--base", FAULTY, "--head", crash, "--cases", cases, "--junit", "gate.xml", *QUICK, code=5)
        verdicts = self.verdicts(result)
        self.assertEqual(verdicts.pop(flip), "crashed")
        self.assertEqual(list(verdicts), ["add_scalar uint8 64x64 openmp"])
        self.assertNotIn("crashed", verdicts.values())  # what else it is depends on how quiet the machine is
        self.call("--write-counts", "base.json", "--cases", cases)
        self.assertIn("signal 6", self.call("--counts", "base.json", "--head", crash, code=5).stdout)

    def test_a_base_that_knows_no_gate_is_not_comparable(self):
        old = self.path("old")
        with open(old, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\necho \"breakeven: unknown command 'gate'\" >&2\nexit 2\n")
        os.chmod(old, 0o755)
        result = self.call("--base", old, "--cases", CPU, code=3)
        self.assertIn("unknown command", result.stdout)

    def test_self_learns_what_is_too_noisy(self):
        result = self.call("--self", "--cases", CPU, *QUICK)
        self.assertIn("Base against base: of 4 comparisons", result.stdout)
        with open(self.path("cache/gate_noise.json"), encoding="utf-8") as file:
            noise = json.load(file)
        self.assertEqual(set(noise["cases"]), {case.strip() for case in CPU.split(";")})
        noise["cases"] = {"median uint8 64x64 openmp": [0.01, 0.3, 0.2]} # seen three times
        with open(self.path("cache/gate_noise.json"), "w", encoding="utf-8") as file:
            json.dump(noise, file)
        slower = self.faulty("slower", PLANTED_SLOWER="median=400")
        self.call("--base", FAULTY, "--head", slower, "--cases", "median uint8 64x64 openmp", "--junit", "gate.xml", *QUICK)
        self.assertEqual(self.verdicts(None), {"median uint8 64x64 openmp": "too noisy"})

    # counts

    @unittest.skipUnless(HAS_DEVICE, "no OpenCL device")
    def test_counts(self):
        cases = "flip uint8 64x48 opencl; gaussian_blur uint16 64x64 opencl; label uint8 64x64 binary openmp"
        self.call("--write-counts", "base.json", "--cases", cases)
        with open(self.path("base.json"), encoding="utf-8") as file:
            counts = json.load(file)
        self.assertEqual(counts["cases"]["flip uint8 64x48 opencl"],
                         {"launches": 1, "bytes_pushed": 3072, "bytes_pulled": 3072, "bytes_device": 6144, "tiles": 0, "programs": 1})
        self.call("--counts", "base.json")

        extra = self.faulty("extra", PLANTED_TRANSFER="flip")
        result = self.call("--counts", "base.json", "--head", extra, "--junit", "gate.xml", code=1)
        self.assertIn("bytes pushed: expected 3072, found 6144", result.stdout)
        self.assertEqual([name for name, verdict in self.verdicts(result).items() if verdict != "fine"], ["flip uint8 64x48 opencl"])
        self.call("--counts", "base.json", "--head", self.faulty("wrong", PLANTED_WRONG="label"), code=4)
        self.call("--counts", "base.json", "--head", self.faulty("crash", PLANTED_CRASH="flip"), code=5)

        counts["device"]["compute_units"] += 7
        with open(self.path("other.json"), "w", encoding="utf-8") as file:
            json.dump(counts, file)
        self.assertIn("Not comparable", self.call("--counts", "other.json", code=3).stdout)
        counts["cases"]["flip " + 1000 * "x"] = {}
        with open(self.path("long.json"), "w", encoding="utf-8") as file:
            json.dump(counts, file)
        self.assertIn("letters", self.call("--counts", "long.json", code=2).stderr)
        with open(self.path("torn.json"), "w", encoding="utf-8") as file:
            file.write('{"gate_counts": 1, "cases"')
        self.assertIn("torn.json", self.call("--counts", "torn.json", code=2).stderr)


if __name__ == "__main__":
    unittest.main()
