#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Zarr stores pass between us and other libraries, in both directions, without a wrong pixel.

Version 2 with zarr-python (Debian's python3-zarr); version 3 with zarrita, which needs node and, in tests/zarrita,
`npm ci`, and is else skipped. zarrita writes no shards, so those are put together here and read by it and by us.

usage: test_zarr_python.py ZARR_TOOL        ends with 77 where zarr-python is missing
"""
import itertools
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

try:
    import numcodecs
    import numpy as np
    import zarr
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

TOOL = os.path.abspath(sys.argv.pop(1))
ZARRITA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "zarrita")
MISSING = [name for name, there in (("node", shutil.which("node")), ("zarrita (npm ci in tests/zarrita)",
                                    os.path.isdir(os.path.join(ZARRITA, "node_modules", "zarrita")))) if not there]


def run(*command, pixels=b"", ok=True):
    result = subprocess.run([str(word) for word in command], input=pixels, capture_output=True, timeout=60, check=False)
    if ok and result.returncode:
        raise AssertionError(f"{command} ended with {result.returncode}: {result.stderr.decode()}")
    return result


def ours(path, dtype, shape, channel=-1, frame=-1, level=0, region=(0, 0, 0, 0, 0, 0)):
    result = run(TOOL, "read", path, channel, frame, level, *region)
    return np.frombuffer(result.stdout, dtype).reshape(shape)


def write(path, image, version, *, ome=0, chunk=(1, 8, 16), shard=(0, 0, 0), codec="none", level=0, separator="/", mode=0):
    """`image` along t, c, z, y, x."""
    return run(TOOL, "write", path, version, ome, image.dtype.name, *image.shape, *chunk, *shard, codec, level, separator,
               mode, pixels=image.tobytes())


def made(shape, dtype, seed=1):
    """Smooth with some noise, so that codecs have something to find and something to fail at."""
    noise = np.random.default_rng(seed).integers(0, 9, shape)
    ramp = sum(index * (3 + 7 * axis) for axis, index in enumerate(np.indices(shape)))
    return ((ramp + noise) % 251).astype(dtype) * (1 if np.dtype(dtype).itemsize == 1 else np.dtype(dtype).type(257))


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.count = 0

    def path(self):
        self.count += 1
        return os.path.join(self.folder, f"{self.count}.zarr")


class Version2(Folder):
    CODECS = {
        "none": None, "zlib": numcodecs.Zlib(4), "gzip": numcodecs.GZip(4), "zstd": numcodecs.Zstd(3),
        "lz4": numcodecs.LZ4(), "blosc lz4": numcodecs.Blosc("lz4", shuffle=1),
        "blosc zstd bitshuffle": numcodecs.Blosc("zstd", 3, 2), "blosc lz4hc": numcodecs.Blosc("lz4hc", shuffle=0),
        "blosc zlib": numcodecs.Blosc("zlib"), "blosc blosclz": numcodecs.Blosc("blosclz"),
    }

    def test_read_every_codec_and_type(self):
        types = itertools.cycle(("|u1", "<u2", "<u4", "<f4", ">u2", ">f4", ">u4"))
        for (name, codec), dtype in zip(list(self.CODECS.items()) * 2, types):
            image, path = made((5, 20, 33), dtype), self.path()
            zarr.open(path, "w", shape=image.shape, chunks=(2, 7, 16), dtype=dtype, compressor=codec)[:] = image
            with self.subTest(codec=name, dtype=dtype):
                np.testing.assert_array_equal(ours(path, image.dtype.newbyteorder("="), image.shape), image)

    def test_read_order_separator_and_bytes(self):
        for order, separator, dtype in itertools.product("CF", "./", ("<u2", ">u2", ">f4")):
            image, path = made((5, 20, 33), dtype), self.path()
            array = zarr.open(path, "w", shape=image.shape, chunks=(3, 8, 10), dtype=dtype, order=order,
                              dimension_separator=separator)
            array[:] = image
            with self.subTest(order=order, separator=separator, dtype=dtype):
                np.testing.assert_array_equal(ours(path, image.dtype.newbyteorder("="), image.shape), image)
                part = ours(path, image.dtype.newbyteorder("="), (3, 11, 15), region=(9, 4, 1, 15, 11, 3))
                np.testing.assert_array_equal(part, image[1:4, 4:15, 9:24])

    def test_read_fill_values(self):
        for dtype, fill in (("u1", 7), ("<u2", 65535), ("<u4", 4294967295), ("<f4", -1.5), ("<f4", float("nan")),
                            ("<f4", float("inf")), ("<f4", float("-inf")), ("<u2", None)):
            path = self.path()
            array = zarr.open(path, "w", shape=(20, 30), chunks=(8, 8), dtype=dtype, fill_value=fill)
            array[3:5, 20:22] = 9
            with self.subTest(dtype=dtype, fill=fill):
                found = ours(path, dtype, (20, 30))
                self.assertEqual(found[3, 20], 9)
                np.testing.assert_array_equal(found[10:], np.full((10, 30), 0 if fill is None else fill, dtype))

    def test_read_channels_frames_and_labels(self):
        image, path = made((2, 3, 4, 10, 12), "<u2"), self.path()
        zarr.open(path, "w", shape=image.shape, chunks=(2, 2, 3, 4, 5), dtype="<u2")[:] = image
        for frame, channel in itertools.product(range(2), range(3)):
            np.testing.assert_array_equal(ours(path, "<u2", (4, 10, 12), channel, frame), image[frame, channel])
        self.assertIn(b"has to be chosen", run(TOOL, "read", path, -1, 0, 0, *[0] * 6, ok=False).stderr)
        self.assertIn(b"no channel 3", run(TOOL, "read", path, 3, 0, 0, *[0] * 6, ok=False).stderr)
        labels, path = made((9, 11), "<i4"), self.path()
        array = zarr.open(path, "w", shape=labels.shape, chunks=(4, 4), dtype="<i4")
        array[:] = labels
        np.testing.assert_array_equal(ours(path, "<u4", labels.shape), labels)
        array[8, 10] = -1
        result = run(TOOL, "read", path, 0, 0, 0, *[0] * 6, ok=False)
        self.assertEqual((result.returncode, result.stdout), (2, b""))
        self.assertIn(b"2.2: holds negative numbers", result.stderr)

    def test_refused(self):
        for settings, reason in (({"dtype": "<i2"}, "int16 pixels are not read"), ({"dtype": "<f8"}, "float64 pixels"),
                                 ({"dtype": "<f2"}, "float16"), ({"dtype": "<u8"}, "uint64"), ({"dtype": "?"}, "bool"),
                                 ({"dtype": "<c8"}, "complex64"), ({"dtype": "S3"}, "|S3"),
                                 ({"compressor": numcodecs.BZ2()}, 'codec "bz2" is not known'),
                                 ({"filters": [numcodecs.Delta("<u2")]}, "filters are not read: delta")):
            path = self.path()
            zarr.open(path, "w", **{"shape": (8, 8), "chunks": (4, 4), "dtype": "<u2", **settings})
            with self.subTest(reason=reason):
                result = run(TOOL, "read", path, 0, 0, 0, *[0] * 6, ok=False)
                self.assertEqual(result.returncode, 2)
                self.assertIn(reason, result.stderr.decode())
                self.assertIn(path + "/.zarray: ", result.stderr.decode())

    def test_write(self):
        for codec, dtype in itertools.product(("none", "blosc-lz4", "zstd", "gzip"), ("u1", "<u2", "<u4", "<f4")):
            separator = "/" if dtype in ("u1", "<f4") else "."
            image, path = made((2, 2, 3, 20, 33), dtype), self.path()
            write(path, image, 2, codec=codec, separator=separator, chunk=(2, 16, 20))
            with self.subTest(codec=codec, dtype=dtype, separator=separator):
                array = zarr.open(path, "r")
                np.testing.assert_array_equal(array[:], image)
                files = sum(len(names) for _, _, names in os.walk(path)) - len((".zarray", ".zattrs"))
                self.assertEqual(files, array.nchunks)
                np.testing.assert_array_equal(ours(path, dtype, (3, 20, 33), 0, 1), image[1, 0])

    def test_write_ome_and_pyramid(self):
        image, path = made((1, 2, 3, 21, 34), "<u2"), self.path()
        write(path, image, 2, ome=1, codec="zstd")
        run(TOOL, "pyramid", path, 3)
        group = zarr.open(path, "r")
        self.assertEqual([level["path"] for level in group.attrs["multiscales"][0]["datasets"]], ["0", "1", "2"])
        np.testing.assert_array_equal(group["0"][:], image[0])
        padded = np.pad(image[0].astype(float), [(0, 0), (0, 1), (0, 1), (0, 0)], "edge")
        mean = padded.reshape(2, 2, 2, 11, 2, 17, 2).mean((2, 4, 6))
        np.testing.assert_array_equal(group["1"][:], np.rint(mean))
        self.assertEqual(group["2"].shape, (2, 1, 6, 9))
        found = json.loads(run(TOOL, "info", path, 2).stdout)
        self.assertEqual([axis["scale"] for axis in found["axes"]], [1, 4, 4, 4])
        self.assertEqual([axis["translation"] for axis in found["axes"]], [0, 1.5, 1.5, 1.5])

    def test_no_pyramid_where_channels_share_a_chunk(self):
        path = self.path()
        group = zarr.open_group(path, "w")
        group.create_dataset("0", data=made((2, 8, 8), "<u2"), chunks=(2, 4, 4), dimension_separator="/")
        group.attrs["multiscales"] = [{"version": "0.4", "axes": [{"name": name} for name in "cyx"],
                                       "datasets": [{"path": "0"}]}]
        result = run(TOOL, "pyramid", path, 2, ok=False)
        self.assertIn(b"chunks of several channels or time points are not written", result.stderr)
        self.assertEqual(len(zarr.open(path, "r").attrs["multiscales"][0]["datasets"]), 1)

    def test_the_comparison_sees_one_wrong_pixel(self):
        image, path = made((3, 20, 33), "<u2"), self.path()
        write(path, image[None, None], 2)
        array = zarr.open(path, "r+")
        array[2, 19, 32] += 1
        with self.assertRaises(AssertionError):
            np.testing.assert_array_equal(ours(path, "<u2", image.shape), image)


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return struct.pack("<I", crc ^ 0xffffffff)


def shard(chunks, first):
    """Bytes of a shard of encoded chunks, None for one that is left out."""
    size = 16 * len(chunks) + 4
    at, index = size if first else 0, b""
    for chunk in chunks:
        index += struct.pack("<QQ", *((at, len(chunk)) if chunk is not None else (2**64 - 1, 2**64 - 1)))
        at += len(chunk or b"")
    index += crc32c(index)
    data = b"".join(chunk or b"" for chunk in chunks)
    return index + data if first else data + index


BYTES = {"name": "bytes", "configuration": {"endian": "little"}}


def make_sharded(path, image, inner, outer, first, skip):
    """A version 3 array with gzip inside shards; chunks whose number `skip` holds are left out."""
    meta = {"zarr_format": 3, "node_type": "array", "shape": image.shape, "data_type": image.dtype.name,
            "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": outer}},
            "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}}, "fill_value": 5,
            "codecs": [{"name": "sharding_indexed", "configuration": {
                "chunk_shape": inner, "codecs": [BYTES, {"name": "gzip", "configuration": {"level": 1}}],
                "index_codecs": [BYTES, {"name": "crc32c"}], "index_location": "start" if first else "end"}}]}
    os.makedirs(path)
    with open(os.path.join(path, "zarr.json"), "w", encoding="utf-8") as file:
        json.dump(meta, file)
    padded = np.pad(image, [(0, -size % step) for size, step in zip(image.shape, outer)])
    for corner in itertools.product(*(range(0, size, step) for size, step in zip(padded.shape, outer))):
        chunks = []
        for number, piece in enumerate(itertools.product(*(range(0, a, b) for a, b in zip(outer, inner)))):
            window = tuple(slice(c + p, c + p + b) for c, p, b in zip(corner, piece, inner))
            packer = zlib.compressobj(1, wbits=31)
            chunks.append(None if number in skip else packer.compress(padded[window].tobytes()) + packer.flush())
            if number in skip:
                padded[window] = 5
        name = os.path.join(path, "c", *(str(c // step) for c, step in zip(corner, outer)))
        os.makedirs(os.path.dirname(name), exist_ok=True)
        with open(name, "wb") as file:
            file.write(shard(chunks, first))
    return padded[tuple(slice(size) for size in image.shape)]


class Shards(Folder):
    def test_read(self):
        for first, skip in itertools.product((False, True), ((), (1, 6))):
            image, path = made((3, 20, 33), "u2"), self.path()
            expected = make_sharded(path, image, (1, 4, 8), (2, 8, 16), first, skip)
            with self.subTest(first=first, skip=skip):
                np.testing.assert_array_equal(ours(path, "u2", image.shape), expected)
                if not first and not MISSING:
                    np.testing.assert_array_equal(zarrita_reads(path, "u2", image.shape), expected)
                part = ours(path, "u2", (2, 3, 20), region=(7, 11, 1, 20, 3, 2))
                np.testing.assert_array_equal(part, expected[1:3, 11:14, 7:27])


def zarrita(*words):
    return run("node", os.path.join(ZARRITA, "zarrita.mjs"), *words)


def zarrita_reads(path, dtype, shape):
    zarrita("read", path, path + ".raw")
    return np.fromfile(path + ".raw", dtype).reshape(shape)


@unittest.skipIf(MISSING, "missing: " + ", ".join(MISSING))
class Version3(Folder):
    def test_write(self):
        for codec, dtype, separator, shard_shape in (("none", "u1", "/", (0, 0, 0)), ("blosc-lz4", "u2", ".", (0, 0, 0)),
                                                     ("zstd", "f4", "/", (2, 16, 16)), ("gzip", "u4", ".", (2, 8, 32)),
                                                     ("none", "u2", "/", (1, 16, 48)), ("blosc-lz4", "u1", "/", (4, 8, 16))):
            image, path = made((2, 2, 3, 20, 33), dtype), self.path()
            write(path, image, 3, codec=codec, separator=separator, shard=shard_shape,
                  chunk=(1, 8, 16) if shard_shape[0] else (2, 16, 20))
            with self.subTest(codec=codec, dtype=dtype, shard=shard_shape):
                np.testing.assert_array_equal(zarrita_reads(path, dtype, image.shape), image)
                np.testing.assert_array_equal(ours(path, dtype, (3, 20, 33), 1, 1), image[1, 1])

    def test_read(self):
        for codecs, dtype, separator in (([BYTES], "uint16", "/"), ([BYTES], "float32", "."),
                                         ([BYTES], "uint32", "/"),
                                         ([BYTES, {"name": "zstd", "configuration": {"level": 3}}], "uint16", "."),
                                         ([{"name": "bytes", "configuration": {"endian": "big"}}], "uint16", "/"),
                                         ([{"name": "transpose", "configuration": {"order": [2, 0, 1]}}, BYTES], "uint16", "/"),
                                         ([BYTES, {"name": "blosc", "configuration": {
                                             "cname": "lz4", "clevel": 5, "shuffle": "shuffle", "typesize": 2,
                                             "blocksize": 0}}], "uint16", "/")):
            image, path = made((3, 20, 33), dtype), self.path()
            image.tofile(path + ".raw")
            zarrita("write", path, path + ".raw", json.dumps({
                "shape": image.shape, "chunkShape": (2, 7, 16), "dtype": dtype, "codecs": codecs,
                "chunkSeparator": separator, "fillValue": 0, "dimensionNames": ["z", "y", "x"]}))
            with self.subTest(codecs=codecs, dtype=dtype):
                np.testing.assert_array_equal(ours(path, dtype, image.shape), image)

    def test_ome_and_pyramid(self):
        image, path = made((1, 2, 3, 21, 34), "u4"), self.path()
        write(path, image, 3, ome=1, codec="zstd", shard=(2, 16, 16))
        run(TOOL, "pyramid", path, 2)
        with open(os.path.join(path, "zarr.json"), encoding="utf-8") as file:
            ome = json.load(file)["attributes"]["ome"]
        self.assertEqual((ome["version"], len(ome["multiscales"][0]["datasets"])), ("0.5", 2))
        np.testing.assert_array_equal(zarrita_reads(os.path.join(path, "1"), "u4", (2, 2, 11, 17)),
                                      image[0, :, ::2, ::2, ::2])


if __name__ == "__main__":
    unittest.main()
