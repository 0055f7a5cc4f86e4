# SPDX-License-Identifier: BSD-3-Clause
"""Runs a program with tests/fake_opencl as the only OpenCL driver; which devices and faults it has is given as a list."""
import copy
import json
import os
import subprocess
import tempfile

GPU = {"name": "Made-up GPU", "platform": "Made-up platform", "vendor": "Nobody", "driver": "1.0", "version": "OpenCL 1.2",
       "type": "gpu", "compute_units": 24, "clock_mhz": 1150, "global_bytes": 8 << 30, "local_bytes": 65536,
       "max_alloc_bytes": 2 << 30, "cache_bytes": 524288, "max_work_group": 256, "image2d_max_px": [16384, 16384],
       "image3d_max_px": [2048, 2048, 2048], "images": True, "unified_memory": True, "double_precision": True,
       "exact_division": True, "extensions": ["cl_khr_fp64"], "problem": None}


def device(faults=None, **changes):
    """A sound device with changes; a change to None takes the member away."""
    made = {**copy.deepcopy(GPU), **changes}
    if faults:
        made["faults"] = faults
    return {key: value for key, value in made.items() if value is not None or GPU.get(key, 0) is None}


class Driver:
    """A folder with the driver's registration, its devices, and room for a run's files."""

    def __init__(self, library):
        self._folder = tempfile.TemporaryDirectory()
        self.folder = self._folder.name
        os.mkdir(os.path.join(self.folder, "vendors"))
        with open(os.path.join(self.folder, "vendors", "fake.icd"), "w", encoding="utf-8") as file:
            file.write(library + "\n")

    def close(self):
        self._folder.cleanup()

    def path(self, name):
        return os.path.join(self.folder, name)

    def call(self, program, *arguments, devices, **environment):
        with open(self.path("devices.json"), "w", encoding="utf-8") as file:
            json.dump(devices, file)
        if os.path.exists(self.path("counter")):
            os.remove(self.path("counter"))
        own = {"OCL_ICD_VENDORS": self.path("vendors"), "FAKE_OPENCL": self.path("devices.json"),
               "FAKE_OPENCL_COUNTER": self.path("counter"), **environment}
        kept = {key: value for key, value in os.environ.items() if key != "OCL_ICD_FILENAMES"}
        return subprocess.run([program, *arguments], cwd=self.folder, capture_output=True, env={**kept, **own}, timeout=120,
                              check=False)
