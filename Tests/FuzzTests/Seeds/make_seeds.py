"""The smallest HDF5 files that have all that the reader knows, for the fuzzer: python3 make_seeds.py"""
import os

import h5py
import numpy as np

FOLDER = os.path.dirname(os.path.abspath(__file__))


def file(name):
    # The oldest form, with small heaps and trees, so that damage meets structure more often.
    return h5py.File(os.path.join(FOLDER, name), "w", libver=("earliest", "v108"))


with file("chunks.h5") as f:
    numbers = np.arange(6, dtype="<i2").reshape(2, 3)
    f.create_dataset("gzip", data=numbers, chunks=(2, 2), compression="gzip", shuffle=True)
    f.create_dataset("sum", data=numbers[0], chunks=(2,), fletcher32=True)
    f.create_dataset("unwritten", shape=(3,), dtype="f8", chunks=(2,), fillvalue=7.0)

with file("kinds.h5") as f:
    f["big"] = np.arange(2, dtype=">f4")
    f["scalar"] = np.float16(1)
    f["flags"] = np.array([True, False])
    f.attrs["name"] = "text"
    f.attrs["names"] = ["one", "three"]
    f.attrs["fixed_names"] = np.array([b"a", b"bc"])
    f.attrs["number"] = np.arange(3)

with file("model.weights.h5") as f:
    dense = f.create_group("layers/dense/vars")
    dense.attrs["name"] = "dense"
    dense["0"] = np.ones((2, 3), "f4")
    dense["1"] = np.zeros(3, "f4")

with file("legacy.h5") as f:
    f.attrs["layer_names"] = np.array([b"dense"])
    dense = f.create_group("dense")
    dense.attrs["weight_names"] = np.array([b"d/kernel:0", b"d/bias:0"])
    dense["d/kernel:0"] = np.ones((2, 3), "f4")
    dense["d/bias:0"] = np.zeros(3, "f4")
