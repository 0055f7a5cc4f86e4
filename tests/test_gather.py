#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Saved machines: what is gathered holds no names of people and machines, and a driver made from it lists the same devices.

usage: test_gather.py BREAKEVEN FAKE_OPENCL_LIBRARY
"""
import copy
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

from fake_driver import Driver, device

BREAKEVEN, LIBRARY = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))
MACHINES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "machines")
NAMES = sorted(name for name in os.listdir(MACHINES) if os.path.isdir(os.path.join(MACHINES, name)))

MAC, UUID, HOST, USER = "00:1f:20:aa:bb:cc", "2f0d7a51-9c1e-4d0a-8a57-0242ac120002", "planted-host", "planted_user"
SERIAL = "SN0PLANTED123"
TREE = {
    "proc/sys/kernel/hostname": HOST, "proc/sys/kernel/osrelease": f"6.1.0-18-amd64-{HOST}",
    "etc/os-release": f"NAME=x\nPRETTY_NAME=\"Debian 12\"\nHOME_URL={HOST}\nMACHINE_ID={UUID}",
    "etc/machine-id": UUID.replace("-", ""),
    "proc/cpuinfo": f"processor: 0\nflags\t\t: fpu avx2\nSerial\t\t: {SERIAL}\nprocessor: 1\nflags\t\t: fpu avx2",
    "proc/loadavg": "0.1 0.2 0.3 1/234 5678",
    "sys/class/dmi/id/product_serial": SERIAL, "sys/class/dmi/id/product_uuid": UUID, "sys/class/net/eth0/address": MAC,
    f"sys/class/power_supply/hid-{MAC}-battery/type": "Battery", f"sys/class/power_supply/hid-{MAC}-battery/scope": "Device",
    "sys/class/power_supply/BAT0/type": "Battery", "sys/class/power_supply/BAT0/status": "Full",
    "sys/class/power_supply/BAT0/serial_number": SERIAL,
    "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "powersave",
    "sys/devices/system/cpu/cpu1/cpufreq/scaling_governor": "powersave",
    "sys/devices/system/cpu/cpu2/cpufreq/scaling_governor": "performance",
    "sys/devices/system/cpu/smt/active": "1",
}
TOPOLOGY = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE topology SYSTEM "hwloc2.dtd">
<topology version="2.0">
  <object type="Machine" os_index="0" cpuset="0x1" complete_cpuset="0x1" allowed_cpuset="0x1" nodeset="0x1"
          complete_nodeset="0x1" allowed_nodeset="0x1" gp_index="1" name="{HOST}">
    <info name="HostName" value="{HOST}"/><info name="DMIProductSerial" value="{SERIAL}"/>
    <info name="DMIProductUUID" value="{UUID}"/><info name="LinuxCgroup" value="/user.slice/{USER}"/>
    <object type="Package" os_index="0" cpuset="0x1" complete_cpuset="0x1" nodeset="0x1" complete_nodeset="0x1" gp_index="2">
      <info name="CPUModel" value="A CPU"/><info name="Serial" value="{SERIAL}"/>
      <object type="NUMANode" os_index="0" cpuset="0x1" complete_cpuset="0x1" nodeset="0x1" complete_nodeset="0x1"
              gp_index="3" local_memory="1073741824"><page_type size="4096" count="262144"/></object>
      <object type="PU" os_index="0" cpuset="0x1" complete_cpuset="0x1" nodeset="0x1" complete_nodeset="0x1" gp_index="4"/>
    </object>
    <object type="OSDev" gp_index="5" name="eth0" subtype="net" osdev_type="2"><info name="Address" value="{MAC}"/></object>
    <object type="Misc" gp_index="6" name="MemoryModule"><info name="SerialNumber" value="{SERIAL}"/></object>
  </object>
</topology>
"""


class Gather(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        for path, text in TREE.items():
            self.put("source/" + path, text + "\n")
        self.put("topology.xml", TOPOLOGY)

    def put(self, path, text):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, path):
        with open(os.path.join(self.folder, path), encoding="utf-8") as file:
            return file.read()

    def gather(self, devices, *arguments, code=0):
        self.put("devices.json", json.dumps(devices))
        command = [sys.executable, os.path.join(MACHINES, "gather"), "made", "--root", "source", "--hwloc", "topology.xml",
                   "--devices", "devices.json", *arguments]
        result = subprocess.run(command, cwd=self.folder, env={**os.environ, "USER": USER}, capture_output=True, text=True,
                                check=False)
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(os.path.isdir(os.path.join(self.folder, "made")), code == 0)
        return result

    def made(self):
        found = {}
        for path, _, files in os.walk(os.path.join(self.folder, "made")):
            for name in files:
                relative = os.path.relpath(os.path.join(path, name), self.folder)
                found[relative] = self.read(relative)
        return found

    def test_nothing_that_identifies(self):
        self.gather([{**device(), "index": 0, "uuid": UUID, "serial": SERIAL}])
        found = self.made()
        everything = "\n".join(list(found) + list(found.values()))
        for planted in (MAC, UUID, UUID.replace("-", ""), HOST, USER, SERIAL):
            self.assertNotIn(planted, everything)
        self.assertEqual(sorted(found), sorted(
            ["made/opencl.json", "made/hwloc.xml"] + ["made/root/" + path for path in (
                "etc/os-release", "proc/cpuinfo", "proc/loadavg", "proc/sys/kernel/osrelease",
                "sys/class/power_supply/supply0/type", "sys/class/power_supply/supply0/status",
                "sys/class/power_supply/supply1/type", "sys/class/power_supply/supply1/scope",
                "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "sys/devices/system/cpu/cpu2/cpufreq/scaling_governor",
                "sys/devices/system/cpu/smt/active")]))
        self.assertEqual(self.read("made/root/proc/sys/kernel/osrelease"), "6.1.0-18-amd64\n")
        self.assertEqual(self.read("made/root/proc/cpuinfo"), "flags\t\t: fpu avx2\n")
        self.assertIn('value="A CPU"', self.read("made/hwloc.xml"))

    def test_what_slips_through_is_found(self):
        """Planted in a text that is copied as it is."""
        for name, word in ((f"GPU of {HOST}", HOST), (f"GPU of {USER.upper()}", USER), (f"GPU {MAC}", "hardware address"),
                           (f"GPU {UUID.upper()}", "UUID")):
            with self.subTest(name):
                result = self.gather([{**device(), "name": name}], code=1)
                self.assertIn(word, result.stderr)
                self.assertEqual(result.stderr.count("\n"), 1)
        self.gather([{**device(), "name": f"GPU of {HOST}"}], "--allow", HOST)

    def test_this_machine(self):
        """Whatever this machine is: it can be gathered, or the reason is one line; and what is there is not overwritten."""
        command = [sys.executable, os.path.join(MACHINES, "gather"), "this", "--breakeven", BREAKEVEN]
        result = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            self.assertIn("nothing was kept", result.stderr)
            self.skipTest(result.stderr)
        listed = subprocess.run([BREAKEVEN, "devices", "--json"], capture_output=True, text=True, check=True).stdout
        self.assertEqual(json.loads(self.read("this/opencl.json")), json.loads(listed))
        again = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        self.assertEqual((again.returncode, again.stderr), (1, "gather: this exists already\n"))


class Saved(unittest.TestCase):
    def setUp(self):
        self.driver = Driver(LIBRARY)
        self.addCleanup(self.driver.close)

    @staticmethod
    def devices(name):
        with open(os.path.join(MACHINES, name, "opencl.json"), encoding="utf-8") as file:
            return json.load(file)

    def list(self, devices, *arguments):
        result = self.driver.call(BREAKEVEN, "devices", *arguments, devices=devices)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        return result.stdout.decode("utf-8")

    def test_there_are_four(self):
        self.assertEqual(NAMES, ["laptop_integrated_gpu", "no_opencl", "pocl_only", "workstation_two_gpus"])
        self.assertEqual([len(self.devices(name)) for name in NAMES], [1, 0, 1, 2])

    def test_devices_come_out_as_they_went_in(self):
        for name in NAMES:
            with self.subTest(name):
                devices = self.devices(name)
                self.assertEqual(json.loads(self.list(devices, "--json")), devices)

    def test_a_difference_would_show(self):
        """Planted: each fact changed in turn changes what is listed, so that no row of the comparison is idle."""
        devices = self.devices("laptop_integrated_gpu")
        for key, value in devices[0].items():
            if key in ("index", "problem"):
                continue
            with self.subTest(key):
                changed = copy.deepcopy(devices)
                changed[0][key] = not value if isinstance(value, bool) else value + 1 if isinstance(value, int) else \
                    "cpu" if key == "type" else value[:-1] if isinstance(value, str) else \
                    [v + 1 if isinstance(v, int) else v + "_x" for v in value]
                self.assertNotEqual(json.loads(self.list(changed, "--json"))[0][key], value)

    def test_text(self):
        self.assertIn("no OpenCL device found", self.list(self.devices("no_opencl")))
        laptop = self.list(self.devices("laptop_integrated_gpu"))
        self.assertIn("0: Intel(R) UHD Graphics 620 [0x5917]\n   type gpu", laptop)
        workstation = self.list(self.devices("workstation_two_gpus"))
        self.assertRegex(workstation, r"0: Quadro P6000\n.*\n.*24\.00 GiB(.*\n)+1: Quadro RTX 6000\n")

    def test_two_gpus_are_not_one(self):
        devices = self.devices("workstation_two_gpus")
        result = self.driver.call(BREAKEVEN, "check", "--device", "Quadro", devices=devices)
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"matches several devices", result.stderr)

    def test_a_run_is_of_the_saved_cpu(self):
        result = self.driver.call(BREAKEVEN, "run", "--quick", "--ops", "add_scalar", "--types", "uint8", "--sizes", "64x64",
                                  "--threads", "1", devices=self.devices("no_opencl"),
                                  HWLOC_XMLFILE=os.path.join(MACHINES, "no_opencl", "hwloc.xml"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(b"AMD Ryzen 7 3700X 8-Core Processor (OpenMP)", result.stdout)
        self.assertIn(b"No OpenCL device was measured", result.stdout)

    def test_small(self):
        for name in NAMES:
            for path, _, files in os.walk(os.path.join(MACHINES, name)):
                for file in files:
                    self.assertLess(os.path.getsize(os.path.join(path, file)), 60000)
                    with open(os.path.join(path, file), encoding="utf-8") as opened:
                        text = opened.read()
                    self.assertFalse(re.search(r"(?i)serial|hostname|uuid[^_a-z]", text), file)


if __name__ == "__main__":
    unittest.main(verbosity=1)
