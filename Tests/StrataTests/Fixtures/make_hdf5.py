#!/usr/bin/env python3
"""Writes the .h5 files that the tests read. Needs h5py. Every array holds 0, 1, 2, … in its shape."""
import os

import h5py
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))


def numbers(dtype, *shape):
    return np.arange(int(np.prod(shape))).reshape(shape).astype(dtype)


with h5py.File(f"{here}/kinds.h5", "w") as file:
    for code in ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8"]:
        for order in "<>":
            file[f"types/{order}{code}"] = numbers(order + code, 2, 3)
    file["types/bool"] = np.array([False, True, True])
    file["scalar"] = np.float32(7)
    file["none"] = np.zeros((0, 3), "f4")
    file["text"] = "words"
    file["deep/er/and/deeper"] = numbers("f4", 2)
    file["é"] = numbers("f4", 3)
    group = file.create_group("attributes")
    group.attrs["name"] = "conv2d_é"
    group.attrs["empty"] = ""
    group.attrs["names"] = ["a", "longer", ""]
    group.attrs["fixed"] = np.bytes_("fixed")
    group.attrs["fixed_names"] = np.array([b"one", b"three"])
    group.attrs["number"] = np.int64(5)
    group.attrs["numbers"] = numbers(">f8", 3)

# More names than one node of a tree leads to; more attributes than fit the header's first piece.
with h5py.File(f"{here}/many.h5", "w") as file:
    for index in range(260):
        file[str(index)] = np.uint8(index % 256)
    for index in range(20):
        file.attrs[f"attribute {index}"] = f"text {index}"

with h5py.File(f"{here}/chunks.h5", "w") as file:
    make = lambda name, dtype="f4", shape=(7, 10), chunks=(3, 4), **options: file.create_dataset(
        name, data=numbers(dtype, *shape), chunks=chunks, **options)
    make("plain")
    make("gzip", compression="gzip")
    make("shuffle", compression="gzip", shuffle=True)
    make("checksum", fletcher32=True)
    make("odd checksum", dtype="u1", shape=(7,), chunks=(7,), fletcher32=True)
    make("all", dtype=">f8", compression="gzip", shuffle=True, fletcher32=True)
    make("three", dtype="i2", shape=(3, 4, 5), chunks=(2, 2, 2), compression="gzip")
    make("one chunk", chunks=(7, 10), compression="gzip", compression_opts=9)
    make("many", dtype="i4", shape=(200,), chunks=(2,))
    make("lzf", compression="lzf")
    part = file.create_dataset("part", (6, 4), "f4", chunks=(3, 2), fillvalue=9)
    part[:3, :2] = numbers("f4", 3, 2)
    file.create_dataset("unwritten", (2, 2), "f4", fillvalue=5)
    file.create_dataset("bomb", (1 << 20, 1 << 20), "f4", chunks=(1 << 10, 1 << 10), compression="gzip")

with h5py.File(f"{here}/links.h5", "w") as file:
    file["a"] = numbers("f4", 2)
    file["b"] = h5py.SoftLink("/a")
