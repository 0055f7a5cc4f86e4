# SPDX-License-Identifier: BSD-3-Clause
#
# A store with a made-up run of any number of cases, a profile and a sustained load, for the tests of reports. A constant
# cost plus one per pixel, so that devices and CPU cross; some cases fail or have marks. Names are hostile on purpose.
import json
import math
import os
import random
import sqlite3
import subprocess
import tempfile

GPU = 'GPU </script><script>alert(1)</script><!-- \u2028\u2029 "quoted\\" & <b>\'x\''
CPU = "=HYPERLINK(\"x\") CPU <img src=x onerror=alert(2)>"
CONTENTS = ["noise", "--><script>document.title='broken'</script>.tif"]
SIZES = {2: [(2 ** k, 2 ** k, 1) for k in range(6, 14)], 3: [(2 ** k, 2 ** k, 2 ** (k - 3)) for k in range(5, 10)]}
OPERATIONS = ["add_scalar", "binary_and", "erode", "flip", "gaussian_blur", "maximum", "mean", "median", "minimum", "rotate",
              "top_hat", "label"]


def parameters_of(operation):
    if operation in ("gaussian_blur",):
        return [f"sigma={s}" for s in (1, 2, 4, 8)]
    if operation in ("mean", "median", "minimum", "maximum", "erode", "top_hat"):
        return [f"radius={r},shape=box" for r in (1, 2, 3)]
    return ["scalar=1"] if operation == "add_scalar" else [""]


def case(operation, parameters, size, kind, content, residency, backend, seed):
    """The columns of one case; times follow from the size alone, but for a small wobble by the seed."""
    pixels = size[0] * size[1] * size[2]
    bytes_each = {"uint8": 1, "uint16": 2, "float32": 4}[kind]
    work = 1 + 5 * len(parameters) % 13 + (float(parameters.split("=")[1].split(",")[0]) if "=" in parameters else 0)
    wobble = 1 + 0.03 * math.sin(seed * 12.9898)
    moved = 0 if backend == "openmp" or residency == "resident" else bytes_each * pixels
    push = pull = 9000.0 + moved * 0.04 if moved else math.nan
    compute = (3000 + pixels * work * 0.11 if backend == "openmp" else 14000 + pixels * work * 0.0041) * wobble
    total = compute + (2 * push if moved else 0)
    row = {
        "operation": operation, "parameters": parameters, "dimensions": 3 if size[2] > 1 else 2, "width": size[0],
        "height": size[1], "depth": size[2], "type": kind, "content": content, "backend": backend,
        "device": CPU if backend == "openmp" else GPU, "device_type": "cpu" if backend == "openmp" else "gpu",
        "threads": 8 if backend == "openmp" else None, "residency": residency,
        "cache": "cold" if residency == "end_to_end" else "hot", "samples": 30, "median_ns": total, "ci_low_ns": total * 0.98,
        "ci_high_ns": total * 1.03, "min_ns": total * 0.95, "push_ns": push, "compute_ns": compute, "pull_ns": pull,
        "device_ns": compute * 0.9, "bytes_min": 2.0 * bytes_each * pixels, "flops": float(pixels * int(work)),
        "bytes_images": 2.0 * bytes_each * pixels, "bytes_read": 1.0 * bytes_each * pixels,
        "bytes_pushed": moved or None, "bytes_pulled": moved or None, "launches": None if backend == "openmp" else 1,
        "variant": "buffer", "status": "ok", "flags": "", "reason": "", "verdict": "", "first_call_ns": total * 9,
    }
    if seed % 17 == 0:
        row["flags"] = "noisy drift" if seed % 2 else "throttled"
    return row


def compare(device, cpu):
    """Speedup, its interval and the verdict of a device row."""
    ratio = cpu["median_ns"] / device["median_ns"]
    device.update(speedup=ratio, speedup_low=ratio * 0.95, speedup_high=ratio * 1.06)
    device["verdict"] = "GPU" if ratio * 0.95 > 1.1 else "CPU" if ratio * 1.06 < 0.91 else "toss-up"


def fail(row):
    """As a case that the device has too little memory for."""
    for name in ("median_ns", "ci_low_ns", "ci_high_ns", "min_ns", "push_ns", "compute_ns", "pull_ns", "device_ns", "speedup",
                 "speedup_low", "speedup_high", "first_call_ns"):
        row[name] = None
    row.update(verdict="", status="oom", reason="clCreateBuffer: CL_MEM_OBJECT_ALLOCATION_FAILURE </script> of 4 GiB")


def subject_cases(operation, parameters, kind, content, seed):
    rows = []
    for size in SIZES[2] + SIZES[3]:
        for residency in ("end_to_end", "resident"):
            seed += 1
            cpu = case(operation, parameters, size, kind, content, residency, "openmp", seed)
            gpu = case(operation, parameters, size, kind, content, residency, "opencl", seed + 7)
            compare(gpu, cpu)
            if seed % 97 == 0 or (operation == "label" and size[0] == 8192):
                fail(gpu)
            rows += [cpu, gpu]
    return rows


def cases(count):
    subjects = [(operation, parameters, kind, content) for kind in ("uint16", "uint8", "float32") for content in CONTENTS
                for operation in OPERATIONS for parameters in parameters_of(operation)]
    random.Random(1).shuffle(subjects)  # few cases have some of everything too
    rows = []
    while len(rows) < count:  # the same again with other names
        again = f"_{len(rows)}" if len(rows) >= 52 * len(subjects) else ""
        operation, parameters, kind, content = subjects[len(rows) // 52 % len(subjects)]
        rows += subject_cases(operation + again, parameters, kind, content, len(rows))
    return rows[:count]


def limits():
    rows = []
    for device, kind, backend, memory, cache, peak in ((CPU, "cpu", "openmp", 40e9, 300e9, 4e11), (GPU, "gpu", "opencl", 2.5e12, 5e12, 4e13)):
        for k in range(16, 31, 2):
            for name in ("read", "write", "copy", "triad"):
                rate = cache if k < 24 else memory
                rows.append((device, kind, backend, "bandwidth", name, None, 2 ** k, rate, rate * 0.97, rate * 0.99, 40, "B/s", ""))
        rows.append((device, kind, backend, "peak", "float32_fma", None, None, peak, peak * 0.98, peak, 40, "op/s", ""))
        rows.append((device, kind, backend, "peak", "float64_fma", None, None, None, None, None, 0, "op/s", "no such </script> unit"))
    return rows


def insert(database, table, names, rows):
    marks = ",".join("?" * len(names))
    database.executemany(f"INSERT INTO {table} ({','.join(names)}) VALUES ({marks})", rows)


TIMES = ["median_ns", "ci_low_ns", "ci_high_ns", "min_ns", "push_ns", "compute_ns", "pull_ns", "device_ns", "first_call_ns"]


def on_machine(row, times):
    """The case on a machine whose times are so many times as long; the speedup over its own CPU stays."""
    return {name: value * times if name in TIMES and value is not None else value for name, value in row.items()}


def write_store(breakeven, path, count, machine="made up <b>", times=1):
    """Makes the store by importing one row, so that its schema is the program's, and fills it."""
    header = "operation,parameters,dimensions,width,height,depth,type,content,backend,device,threads,residency,cache,samples,median_ns," \
             "ci_low_ns,ci_high_ns,min_ns,push_ns,compute_ns,pull_ns,device_ns,bytes_min,flops,speedup,speedup_low,speedup_high,verdict,status,flags"
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as table:
        table.write(header + "\nflip,,2,64,64,1,uint8,noise,openmp,CPU,4,resident,hot,15,1.5,,,,,,,,,,,,,,ok,\n")
        table.flush()
        subprocess.run([breakeven, "import", table.name, "--db", path], check=True, stdout=subprocess.DEVNULL)
    environment = json.dumps({
        "tool": {"version": "0.1.0"}, "host": {"name": "lab </script>"}, "times": times,
        "cpu": {"model": CPU, "cores": 8, "l1d_cache_bytes": 32768, "l1d_caches": 8, "l2_cache_bytes": 1 << 20, "l2_caches": 8,
                "l3_cache_bytes": 32 << 20, "l3_caches": 1, "memory_bytes": None},
        "opencl_devices": [{"name": GPU, "type": "gpu", "cache_bytes": 50 << 20}]})
    database = sqlite3.connect(path)
    database.execute("DELETE FROM cases")
    database.execute("UPDATE run SET environment = ?, name = ?", (environment, machine))
    group = database.execute("SELECT id FROM groups").fetchone()[0]
    rows = [dict(on_machine(row, times), run=1, group_id=group) for row in cases(count)]
    names = sorted({name for row in rows for name in row})
    insert(database, "cases", names, [[None if isinstance(row.get(name), float) and math.isnan(row[name]) else row.get(name)
                                       for name in names] for row in rows])
    database.execute("INSERT INTO profile VALUES (1, '', 'lab </script>', ?, 1, 2)", (environment,))
    insert(database, "limits", ["device", "device_type", "backend", "stage", "name", "threads", "bytes", "value", "low", "high", "samples",
                                "unit", "reason", "profile"], [row + (1,) for row in limits()])
    insert(database, "series", ["device", "backend", "load", "time_s", "rate", "clock_mhz", "temperature_c", "power_w", "profile"],
           [(GPU, "opencl", "compute", t / 2, 4e13 * (1 if t < 30 else 0.8), 1980 if t < 30 else 1500, 40 + t / 3, 600 - t, 1)
            for t in range(1, 120)])
    database.commit()
    database.close()
    os.sync()
    return rows
