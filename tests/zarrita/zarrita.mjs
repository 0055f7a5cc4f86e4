// SPDX-License-Identifier: BSD-3-Clause
//
// usage: zarrita.mjs read ARRAY FILE             every pixel as raw bytes, in C order
//        zarrita.mjs write ARRAY FILE SETTINGS   an array of version 3 of those pixels; SETTINGS as JSON: shape,
//                                                chunkShape, dtype, codecs, chunkSeparator, fillValue, dimensionNames
import { readFile, writeFile } from "node:fs/promises";
import FileSystemStore from "@zarrita/storage/fs";
import * as zarr from "zarrita";

const [action, path, file, settings] = process.argv.slice(2);
const store = new FileSystemStore(path);

if (action === "read") {
    const array = await zarr.open(store, { kind: "array" });
    const all = await zarr.get(array);
    await writeFile(file, Buffer.from(all.data.buffer, all.data.byteOffset, all.data.byteLength));
} else {
    const options = JSON.parse(settings);
    const array = await zarr.create(store, options);
    const bytes = await readFile(file);
    const types = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, float32: Float32Array };
    const data = new types[options.dtype](bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    const stride = options.shape.map((_, i) => options.shape.slice(i + 1).reduce((a, b) => a * b, 1));
    await zarr.set(array, options.shape.map(() => null), { data, shape: options.shape, stride });
}
