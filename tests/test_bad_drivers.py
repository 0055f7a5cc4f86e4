#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Drivers that fail, lie or go away: one clear line or a row with its reason, an exit status, and never a wrong number.

usage: test_bad_drivers.py BREAKEVEN FAKE_OPENCL_LIBRARY
"""
import csv
import json
import os
import sys
import unittest

from fake_driver import Driver, device

BREAKEVEN, LIBRARY = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))
ESSENTIAL = {"CL_DEVICE_TYPE": "type", "CL_DEVICE_MAX_COMPUTE_UNITS": "compute_units",
             "CL_DEVICE_GLOBAL_MEM_SIZE": "global_bytes", "CL_DEVICE_MAX_MEM_ALLOC_SIZE": "max_alloc_bytes",
             "CL_DEVICE_MAX_WORK_GROUP_SIZE": "max_work_group"}
OTHERS = {"CL_DEVICE_VENDOR": "vendor", "CL_DRIVER_VERSION": "driver", "CL_DEVICE_VERSION": "version",
          "CL_DEVICE_EXTENSIONS": "extensions", "CL_DEVICE_MAX_CLOCK_FREQUENCY": "clock_mhz",
          "CL_DEVICE_LOCAL_MEM_SIZE": "local_bytes", "CL_DEVICE_GLOBAL_MEM_CACHE_SIZE": "cache_bytes",
          "CL_DEVICE_IMAGE2D_MAX_WIDTH": "image2d_max_px", "CL_DEVICE_IMAGE3D_MAX_WIDTH": "image3d_max_px",
          "CL_DEVICE_IMAGE_SUPPORT": "images", "CL_DEVICE_HOST_UNIFIED_MEMORY": "unified_memory",
          "CL_DEVICE_DOUBLE_FP_CONFIG": "double_precision", "CL_DEVICE_SINGLE_FP_CONFIG": "exact_division"}
SMALL = ("--ops", "add_scalar", "--types", "uint8", "--sizes", "64x64")
RUN = ("run", "--quick", "--threads", "1", "--params", "scalar=0", *SMALL)  # what the fake driver's kernels do
CHECK = ("check", "--backends", "opencl", *SMALL)


class Bad(unittest.TestCase):
    def setUp(self):
        self.driver = Driver(LIBRARY)
        self.addCleanup(self.driver.close)

    def call(self, *arguments, devices, code=0, lines=None, words=()):
        """Whatever the driver does: an expected exit status, UTF-8 without control characters, few lines of complaint."""
        result = self.driver.call(BREAKEVEN, *arguments, devices=devices)
        result.out, result.err = result.stdout.decode("utf-8"), result.stderr.decode("utf-8")
        self.assertEqual(result.returncode, code, result.out + result.err)
        for text in (result.out, result.err):
            self.assertFalse([c for c in text if (ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160], repr(text))
        if lines is not None:
            self.assertEqual(result.err.count("\n"), lines, result.err)
        for word in words:
            self.assertIn(word, result.err)
        return result

    def listed(self, devices, code=0, lines=0):
        """The list as JSON; the text must be there too, one entry a device."""
        found = json.loads(self.call("devices", "--json", devices=devices, code=code, lines=lines).out)
        text = self.call("devices", devices=devices, code=code, lines=lines).out
        self.assertEqual(len(found), sum(not line.startswith((" ", "no OpenCL")) for line in text.splitlines()), text)
        return found, text

    def run_rows(self, devices, *arguments, code=0, samples=False):
        for name in ("breakeven.db", "out.csv"):
            if os.path.exists(self.driver.path(name)):
                os.remove(self.driver.path(name))
        result = self.call(*(arguments or RUN), devices=devices, code=code)
        export = ["export", "--csv", "out.csv"] + (["--samples"] if samples else [])
        self.call(*export, devices=devices)
        with open(self.driver.path("out.csv"), newline="", encoding="utf-8") as file:
            return result, list(csv.DictReader(file))


class Listing(Bad):
    def test_sound(self):
        found, text = self.listed([device(), device(name="Another", platform="Second")])
        self.assertEqual([(d["index"], d["name"], d["platform"]) for d in found],
                         [(0, "Made-up GPU", "Made-up platform"), (1, "Another", "Second")])
        self.assertEqual({key: found[0][key] for key in device()}, device())
        self.assertIn("compute units 24, clock 1150 MHz, global memory 8.00 GiB, local memory 64 KiB", text)

    def test_a_failed_query_is_null(self):
        for query, key in {**ESSENTIAL, **OTHERS}.items():
            with self.subTest(query):
                found, text = self.listed([device({"queries": {query: -30}}), device(name="Sound one")])
                self.assertIn(found[0][key], (None, False), "unknown looks like a fact")
                self.assertIsNone(found[1]["problem"])
                if query in ESSENTIAL:
                    self.assertEqual(found[0]["problem"], f"its driver does not tell {query}: CL_INVALID_VALUE (-30)")
                    self.assertIn(f"cannot be used: its driver does not tell {query}", text)
                else:
                    self.assertIsNone(found[0]["problem"])

    def test_a_device_without_essential_facts_is_refused(self):
        for query in ESSENTIAL:
            with self.subTest(query):
                devices = [device({"queries": {query: -30}}), device(name="Sound one")]
                self.call(*CHECK, "--device", "0", devices=devices, code=1, lines=1, words=["cannot be used", query])
        _, rows = self.run_rows([device({"queries": {"CL_DEVICE_TYPE": -30}})], code=1)
        for row in rows:
            self.assertEqual(row["status"], "device" if row["backend"] == "opencl" else "ok", row)
            self.assertEqual(row["median_ns"] == "", row["backend"] == "opencl")

    def test_names(self):
        for name, shown in {"\x1b[2JGPU\x07": "?[2JGPU?", "": "unnamed device", "G\u00fc \u009b": "Gü ??", " \t\n": "unnamed device",
                            "x" * 5000: "x" * 127, "é" * 100: "é" * 63}.items():
            with self.subTest(name[:20]):
                found, text = self.listed([device(name=name)])
                self.assertEqual(found[0]["name"], shown)
                self.assertIn(f"0: {shown}\n", text)
        found, _ = self.listed([device(name_hex="475055fffec3")])
        self.assertEqual(found[0]["name"], "GPU???")
        found, _ = self.listed([device({"queries": {"CL_DEVICE_NAME": -33}})])
        self.assertEqual(found[0]["name"], "unnamed device")
        found, _ = self.listed([device(platform="P\x1b]0;title\x07" + "y" * 3000)])
        self.assertTrue(found[0]["platform"].startswith("P?]0;title?yyy"))

    def test_a_name_is_found_in_its_clean_form(self):
        self.call(*CHECK, "--device", "?[2JGPU", devices=[device(name="\x1b[2JGPU"), device()], code=4)

    def test_absurd_numbers_are_unknown(self):
        huge = "0x8000000000000000"
        for key, value in (("compute_units", 0), ("compute_units", "0xffffffff"), ("global_bytes", huge), ("max_alloc_bytes", 0),
                           ("global_bytes", "0xffffffffffffffff"), ("max_work_group", huge), ("cache_bytes", huge),
                           ("local_bytes", huge), ("clock_mhz", "0xffffffff")):
            with self.subTest(key=key, value=value):
                found, text = self.listed([device(**{key: value})])
                self.assertIsNone(found[0][key])
                self.assertEqual(key in ESSENTIAL.values(), found[0]["problem"] is not None)
                self.assertNotIn("-", text.replace("Made-up", ""))
                if key in ESSENTIAL.values():
                    self.call(*CHECK, devices=[device(**{key: value})], code=1, lines=1, words=["cannot be used: its driver says"])


class Platforms(Bad):
    EMPTY = {"platform": "No devices"}
    BROKEN = {"platform": "Broken\x1b", "faults": {"calls": {"clGetDeviceIDs": -6}}}

    def test_without_a_device(self):
        found, text = self.listed([self.EMPTY])
        self.assertEqual((found, text.count("no OpenCL device found")), ([], 1))
        found, _ = self.listed([self.EMPTY, device()])
        self.assertEqual(len(found), 1)
        self.call(*CHECK, "--device", "gpu", devices=[self.EMPTY], code=2, lines=1, words=["no such device"])

    def test_a_broken_one_alone_is_an_error(self):
        for command in (["devices"], ["devices", "--json"], RUN, CHECK):
            self.call(*command, devices=[self.BROKEN], code=1, lines=1,
                      words=["Broken? (clGetDeviceIDs: CL_OUT_OF_HOST_MEMORY (-6)"])
        self.call(*RUN, "--backends", "openmp", devices=[self.BROKEN])

    def test_a_broken_one_does_not_hide_others(self):
        found, _ = self.listed([self.BROKEN, device()], lines=1)
        self.assertEqual([d["name"] for d in found], ["Made-up GPU"])
        self.call("devices", devices=[self.BROKEN, device()], words=["left out", "Broken?", "CL_OUT_OF_HOST_MEMORY"])
        self.call(*CHECK, "--device", "no such card", devices=[self.BROKEN, device()], code=2,
                  words=["no such device", "left out: Broken?"])
        result, _ = self.run_rows([self.BROKEN, device()])
        self.assertIn("left out", result.err)

    def test_a_name_that_cannot_be_read(self):
        devices = [device(), {"platform": "Made-up platform", "faults": {"queries": {"CL_PLATFORM_NAME": -30}}}]
        found, _ = self.listed(devices)
        self.assertEqual(found[0]["platform"], "unnamed platform")


class Events(Bad):
    def events(self, faults):
        _, rows = self.run_rows([device(faults)], *RUN, "--backends", "opencl")
        times = [row["device_ns"] for row in rows]
        self.assertEqual([row["status"] for row in rows], ["ok"] * 2)
        self.assertTrue(all(float(row["median_ns"]) > 0 for row in rows), "the wall clock's time does not need events")
        self.call("export", "--samples", "--csv", "samples.csv", devices=[device(faults)])
        with open(self.driver.path("samples.csv"), newline="", encoding="utf-8") as file:
            flags = {row["events_ok"] for row in csv.DictReader(file) if row["backend"] == "opencl"}
        return times, flags

    def test_sound_ones_count(self):
        times, flags = self.events({})
        self.assertIn("1", flags)
        self.assertTrue(all(20000 <= float(t) < 1e7 for t in times), times)

    def test_nonsense_is_unknown(self):
        for how in ("zero", "reversed", "end_before_start", "end_is_start", "too_long"):
            with self.subTest(how):
                self.assertEqual(self.events({"events": how}), (["", ""], {"0"}))

    def test_a_failing_query_is_unknown(self):
        self.assertEqual(self.events({"calls": {"clGetEventProfilingInfo": -7}}), (["", ""], {"0"}))

    def test_nanoseconds_since_1970_are_exact(self):
        times, flags = self.events({"events": "epoch"})
        self.assertEqual(([float(t) for t in times], flags), ([12345.0, 12345.0], {"1"}))


class Failures(Bad):
    def failed(self, faults, reason, status="device", code=1, arguments=()):
        """All device rows have the status and the reason and no figure; the CPU's are measured."""
        result, rows = self.run_rows([device(faults)], *RUN, *arguments, code=code)
        self.assertTrue(rows)
        for row in rows:
            self.assertEqual(row["status"], status if row["backend"] == "opencl" else "ok", row)
            if row["backend"] == "opencl":
                self.assertIn(reason, row["reason"])
                self.assertEqual([row[c] for c in ("median_ns", "device_ns", "speedup", "verdict")], [""] * 4)
        return result

    def test_gone_when_opened(self):
        faults = {"calls": {"clCreateContext": -2}}
        self.failed(faults, "clCreateContext: CL_DEVICE_NOT_AVAILABLE (-2) on Made-up GPU",
                    arguments=("--sizes", "64x64,80x80,90x90"))
        self.call(*CHECK, devices=[device(faults)], code=1, lines=1, words=["clCreateContext: CL_DEVICE_NOT_AVAILABLE"])

    def test_gone_before_the_worker_lists(self):
        """The index then means another device: it must not be timed under the name of the first."""
        going, staying = device({"processes": 1}), device(name="Staying GPU")
        _, rows = self.run_rows([going, staying], *RUN, "--device", "0", code=1)
        reasons = {row["reason"] for row in rows if row["backend"] == "opencl"}
        self.assertEqual(len(reasons), 1)
        self.assertIn("0 of 2 was Made-up GPU, 0 of 1 is now Staying GPU", reasons.pop())
        _, rows = self.run_rows([going, staying], *RUN, "--device", "1", code=1)
        for row in rows:
            self.assertEqual(row["status"], "device" if row["backend"] == "opencl" else "ok", row)
        _, rows = self.run_rows([device({"processes": 1}), device({"processes": 1})], *RUN, "--device", "1", code=1)
        self.assertIn("device 1 is gone", {row["reason"] for row in rows if row["backend"] == "opencl"}.pop())

    def test_gone_while_measuring(self):
        self.failed({"calls": {"clFinish": [-5, 40]}}, "clFinish: CL_OUT_OF_RESOURCES (-5) on Made-up GPU")

    def test_build_failure(self):
        log = "note: \x1b[1mmany words\n" * 2000 + "line 7: error: no \x07such thing\nmore\n"
        faults = {"calls": {"clBuildProgram": -11}, "build_log": log}
        self.failed(faults, "clBuildProgram: CL_BUILD_PROGRAM_FAILURE (-11) on Made-up GPU: error: no ?such thing")
        self.call(*CHECK, devices=[device(faults)], code=1, lines=1, words=["error: no ?such thing"])
        self.call(*CHECK, devices=[device({"calls": {"clBuildProgram": -11}})], code=1, lines=1, words=["no build log"])
        faults = {"calls": {"clBuildProgram": -11, "clGetProgramBuildInfo": -30}}
        self.call(*CHECK, devices=[device(faults)], code=1, lines=1, words=["no build log"])

    def test_allocation_failure(self):
        self.failed({"alloc_limit_bytes": 100000}, "bytes asked for", status="oom", code=0,
                             arguments=("--sizes", "1000x1000"))
        _, rows = self.run_rows([device({"alloc_limit_bytes": 100000})])
        self.assertEqual([row["status"] for row in rows], ["ok"] * 4)

    def test_a_kernel_that_does_nothing_is_wrong(self):
        self.failed({"kernels": "nothing"}, "pixels differ", status="wrong", code=4)
        result = self.call(*CHECK, devices=[device()], code=4, lines=1, words=["comparisons are wrong"])
        self.assertIn("wrong: add_scalar", result.out)

    def test_every_call_may_fail(self):
        for call in ("clCreateContext", "clCreateCommandQueue", "clCreateBuffer", "clCreateProgramWithSource", "clBuildProgram",
                     "clCreateKernel", "clSetKernelArg", "clGetKernelWorkGroupInfo", "clEnqueueNDRangeKernel",
                     "clEnqueueWriteBuffer", "clEnqueueReadBuffer", "clFinish", "clGetMemObjectInfo"):
            with self.subTest(call):
                result = self.call(*CHECK, devices=[device({"calls": {call: -5}})], code=1, lines=1,
                                   words=["CL_OUT_OF_RESOURCES", "Made-up GPU"])
                self.assertNotIn("wrong:", result.out, "a failure is no wrong result")
        images = ("check", "--backends", "opencl", "--variant", "image", "--ops", "rotate", "--types", "uint8", "--sizes", "64x64")
        self.call(*images, devices=[device()], code=4)
        self.call(*images, devices=[device(images=False)])
        for call in ("clGetSupportedImageFormats", "clCreateImage", "clEnqueueCopyBufferToImage"):
            with self.subTest(call):
                self.call(*images, devices=[device({"calls": {call: -5}})], code=1, lines=1, words=[call, "CL_OUT_OF_RESOURCES"])
        self.failed({"calls": {"clEnqueueNDRangeKernel": [-5, 60]}}, "CL_OUT_OF_RESOURCES")

    def test_no_silent_fallback(self):
        sound = device(name="Sound CPU", type="cpu")
        for wanted in ("gpu", "Made-up"):
            self.call(*CHECK, "--device", wanted, devices=[device({"calls": {"clCreateContext": -2}}), sound], code=1, lines=1,
                      words=["CL_DEVICE_NOT_AVAILABLE"])
        self.call(*CHECK, "--device", "gpu", devices=[sound], code=2, lines=1, words=["no such device", "Sound CPU"])


class Profile(Bad):
    def limits(self, stages, faults=None, code=0, devices=None, **changes):
        result = self.call("profile", "--backends", "opencl", "--stages", stages, "--json", "p.json", "--db", "p.db",
                           devices=devices or [device(faults, **changes)], code=code)
        with open(self.driver.path("p.json"), encoding="utf-8") as file:
            return result, json.load(file)["limits"]

    def test_kernels_that_do_nothing_have_no_rate(self):
        """What is not computed takes no time: without a look at the results this driver would move 1 EB/s."""
        for faults in (None, {"kernels": "nothing"}):
            _, rows = self.limits("bandwidth,peak,atomics,sampling", faults, code=5)
            self.assertEqual([row for row in rows if row["value"] is not None], [])
            for row in rows:
                self.assertRegex(row["reason"], "in place of|cl_khr_fp16|increments", row)

    def test_times_of_events_that_are_nonsense_are_unknown(self):
        for how in ("zero", "reversed"):
            _, rows = self.limits("launch", {"events": how})
            found = {row["name"]: row for row in rows}
            self.assertIsNone(found["enqueue_to_start"]["value"])
            self.assertIn("out of order", found["enqueue_to_start"]["reason"])
            self.assertGreater(found["launch_and_wait"]["value"], 0)
        _, rows = self.limits("launch")
        self.assertGreater({row["name"]: row["value"] for row in rows}["enqueue_to_start"], 0)

    def test_failing_calls_are_rows_with_their_reason(self):
        _, rows = self.limits("launch,transfer", {"calls": {"clEnqueueNDRangeKernel": -5}}, code=5)
        self.assertEqual({row["stage"] for row in rows}, {"launch", "transfer"})
        for row in rows:
            self.assertIsNone(row["value"], row)
            self.assertIn("CL_OUT_OF_RESOURCES", row["reason"], row)
        _, rows = self.limits("launch,transfer", {"calls": {"clEnqueueMapBuffer": -5}})
        self.assertTrue(any(row["value"] for row in rows if row["name"] == "push_pageable"), "the other ways go on")
        self.assertTrue(all(row["value"] is None for row in rows if row["name"] == "push_mapped"))

    def test_gone_between_listing_and_use(self):
        _, rows = self.limits("launch", {"processes": 1}, code=5)
        self.assertIn("is gone", rows[0]["reason"])

    def test_nothing_measured_leaves_what_is_known(self):
        self.limits("launch")
        self.call("profile", "--backends", "opencl", "--db", "p.db", code=5, words=["nothing was measured"],
                  devices=[{"platform": "Empty platform"}])
        shown = self.call("profile", "--show", "--db", "p.db", devices=[device()]).out
        self.assertIn("launch and wait", shown)

    def test_one_that_cannot_be_opened_ends_no_checklist(self):
        two = [device({"calls": {"clCreateContext": -2}}, name="Gone"), device(name="Sound")]
        out = self.call("checklist", "flip", "--size", "64x64", "--json", devices=two, code=4).out
        found = {one["device"]: one for one in json.loads(out)["devices"]}
        self.assertEqual(set(found), {"Gone", "Sound"})
        self.assertIn("CL_DEVICE_NOT_AVAILABLE", json.dumps(found["Gone"]))


if __name__ == "__main__":
    unittest.main(verbosity=1)
