#!/usr/bin/env python3
"""Writes the .npy and .npz files beside it with NumPy. Each array counts 0, 1, 2, …"""
import os
import zipfile
import numpy as np
from numpy.lib import format

os.chdir(os.path.dirname(os.path.abspath(__file__)))
for code in "u1 i1 u2 i2 u4 i4 u8 i8 f2 f4 f8".split():
    np.save(f"little_{code}.npy", np.arange(6).reshape(2, 3).astype("<" + code))
    np.save(f"big_{code}.npy", np.arange(6).reshape(2, 3).astype(">" + code))
np.save("bool.npy", np.array([[False, True, True]]))
np.save("scalar.npy", np.float32(0))
np.save("vector.npy", np.arange(5, dtype=np.float32))
np.save("empty.npy", np.zeros((0, 3), np.float32))
np.save("fortran.npy", np.asfortranarray(np.arange(24, dtype=np.int16).reshape(2, 3, 4)))
np.save("fortran_big.npy", np.asfortranarray(np.arange(6, dtype=">f8").reshape(2, 3)))
for version in (2, 3):
    with open(f"version{version}.npy", "wb") as file:
        format.write_array(file, np.arange(6, dtype="<f4").reshape(2, 3), version=(version, 0))

arrays = {"dense/kernel": np.arange(6, dtype=np.float32).reshape(2, 3), "dense/bias": np.arange(3.0)}
np.savez("stored.npz", **arrays)
np.savez_compressed("deflated.npz", **arrays)
zipfile.ZIP64_LIMIT = zipfile.ZIP_FILECOUNT_LIMIT = 1  # as if every number were too large for 32 bits
np.savez("zip64.npz", **arrays)
