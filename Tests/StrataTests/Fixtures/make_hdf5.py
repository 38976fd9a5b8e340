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



def early(file, name, shape, chunks):
    """Chunks that are all there from the beginning, which need no index."""
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_chunk(chunks)
    properties.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    space = h5py.h5s.create_simple(shape)
    data = h5py.h5d.create(file.id, name.encode(), h5py.h5t.IEEE_F32LE, space, properties)
    h5py.Dataset(data)[...] = numbers("f4", *shape)


# The newer format: its headers, its heaps of many names, and its ways to find chunks.
with h5py.File(f"{here}/latest.h5", "w", libver="latest") as file:
    make = lambda name, dtype="f4", shape=(7, 10), chunks=(3, 4), **options: file.create_dataset(
        name, data=numbers(dtype, *shape), chunks=chunks, **options)
    make("fixed")
    make("fixed filters", compression="gzip", shuffle=True, fletcher32=True)
    make("fixed lzf", compression="lzf")
    make("fixed pages", "u2", (2500,), (1,))
    make("fixed pages lzf", "u2", (1100, 2), (1, 2), compression="lzf")
    make("single", chunks=(7, 10))
    make("single gzip", chunks=(7, 10), compression="gzip")
    early(file, "implicit", (7, 10), (3, 4))
    make("growing", maxshape=(None, 10))
    make("growing second", maxshape=(7, None))
    make("growing third", "i2", (3, 4, 25), (2, 2, 2), maxshape=(3, 4, None))
    make("growing gzip", maxshape=(None, 10), compression="gzip")
    make("growing long", "u2", (900,), (1,), maxshape=(None,))
    make("growing long gzip", "u2", (300, 2), (1, 2), maxshape=(None, 2), compression="gzip")
    make("bounded", maxshape=(20, 30))
    make("growing both", maxshape=(None, None))
    make("growing both lzf", maxshape=(None, None), compression="lzf")
    make("growing both long", "u2", (40, 40), (1, 1), maxshape=(None, None))
    make("scaleoffset", "i4", scaleoffset=True)
    part = file.create_dataset("part", (6, 4), "f4", chunks=(3, 2), fillvalue=9)
    part[:3, :2] = numbers("f4", 3, 2)
    part = file.create_dataset("growing part", (6, 400), "f4", chunks=(1, 1), maxshape=(6, None), fillvalue=9)
    part[:3, :2] = numbers("f4", 3, 2)
    part[5, 399] = 7
    file.create_dataset("unwritten", (2, 2), "f4", chunks=(1, 2), fillvalue=5)
    file["contiguous"] = numbers("f4", 7, 10)
    file["scalar"] = np.float32(7)
    group = file.create_group("many")
    for index in range(300):
        group[str(index)] = np.uint8(index % 256)
    for index in range(20):
        group.attrs[f"attribute {index}"] = f"text {index}"
    file.attrs["long"] = np.bytes_(b"x" * 70000)
    group = file.create_group("ordered", track_order=True)
    for name in "zyxab":
        group[name] = np.float32(1)
    for index in range(12):
        group.attrs[f"attribute {index}"] = f"text {index}"
    file["type"] = np.dtype("<i4")
    file.create_dataset("named", data=numbers("i4", 3), dtype=file["type"])
    # As Keras writes what HDF5 has no type for: the upper halves of 0, 1, 2 as float32.
    for name in ["bfloat16", "float8_e4m3fn"]:
        file[name] = np.array([0, 0x3F80, 0x4000], "<u2").view("V2")
        file[name].attrs["dtype"] = name

# A block of the user's own at the beginning, and names in the order they were made.
with h5py.File(f"{here}/block.h5", "w", userblock_size=1024, track_order=True) as file:
    for index in range(20):
        file[f"b{20 - index}/c"] = numbers("f4", 3)
    for index in range(12):
        file.attrs[f"attribute {index}"] = f"text {index}"
    file.create_dataset("chunks", data=numbers("f4", 7, 10), chunks=(3, 4), compression="lzf")

# A little of everything, for the fuzzer.
with h5py.File(f"{here}/small.h5", "w") as file:
    file["layer/vars/0"] = numbers("f4", 2)
    file["layer/vars"].attrs["name"] = "layer"
    file.attrs["names"] = np.array([b"one", b"three"])
    file.create_dataset("chunks", data=numbers("i2", 5), chunks=(2,), compression="gzip", shuffle=True, fletcher32=True)

with h5py.File(f"{here}/small_latest.h5", "w", libver="latest") as file:
    file["layer/vars/0"] = numbers("f4", 2)
    for index in range(10):
        file["layer"].attrs[f"name {index}"] = "layer"
        file.require_group("many")[f"{index}"] = np.uint8(index)
    for name, limit in [("fixed", None), ("growing", (None,)), ("growing both", (None, None))]:
        shape = (6,) * len(limit or (6,))
        file.create_dataset(name, data=numbers("i2", *shape), chunks=(2,) * len(shape), maxshape=limit,
                            compression="lzf")
