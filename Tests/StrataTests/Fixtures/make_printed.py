"""Writes printed.npz, float32 arrays of many shapes and sizes, and printed.json, how NumPy prints
each: python3 make_printed.py"""

import json

import numpy as np

rng = np.random.default_rng(0)
arrays = []


def add(values, shape=None):
    values = np.asarray(values, np.float32)
    arrays.append(values if shape is None else values.reshape(shape))


# Values: whole, fractions, tiny, huge, mixed, not finite, negative zero.
for values in [
    [0], [1], [-1], [0.1], [1 / 3], [1e-5], [1e8], [123456789], [1e16], [-0.0], [np.nan],
    [np.inf], [-np.inf], [0.0001], [0.00009], [99999999], [100000000], [3.4e38], [1e-45],
    [1, 2, 3], [-1, 2, -3], [1, 2.5, -3], [0.1, 0.25, 1 / 3], [1e-3, 1, 1000], [1e-3, 1, 1001],
    [1e-3, 0.5], [1e10, 1], [1e-10, 1], [1e8, 1e5], [12345.678, 0.5], [0, 1e-5], [0, 1e-3],
    [np.nan, 1], [np.inf, 1.5], [-np.inf, 1e-9], [np.nan, np.inf], [1e9, np.nan], [-1e-9, -1],
    [0.5, 0.25, 0.125, 0.0625], [1.1, 22.22, 333.333], [1e3, 1e4, 1e5], [1e6, 1e7], [16777216, 1],
    [0.1 + 0.2, 0.3], [2 / 3, 200 / 3], [1.0000001, 1], [5e-324, 1], [1e-4, 1e-1], [9.9999e-5, 1],
    [123456.7, 1000], [1e-38, 1e38], [np.pi, np.e], [-0.5, 0.5], [1e5, 1e-1], [65504, 0.1],
]:
    add(values)
for value in [1e-5, 0.0001, 0.00015, 999999, 1e6, 1234567, 123456789, 1 / 3, 1e-45, 3.4e38, np.nan]:
    add(value)
# Shapes.
for shape in [
    (), (0,), (0, 3), (3, 0), (1, 1), (2, 3), (1, 2, 3), (2, 1, 2), (2, 2, 2), (2, 2, 2, 2),
    (1, 1, 1, 1), (2, 1, 2, 1, 2), (1, 3, 1, 2, 1, 2), (10, 1), (1, 10), (30,), (7, 12), (3, 20),
    (2, 5, 6), (1, 4, 4, 3), (1, 1, 40),
]:
    add(rng.normal(size=shape))
    add(rng.integers(-20, 20, size=shape))
    add(rng.normal(size=shape) * 10.0 ** rng.integers(-6, 6, size=shape))
# Too large to be printed whole.
for shape in [(1001,), (1000,), (1001, 1), (1, 1001), (20, 60), (2, 600), (600, 2), (7, 150),
              (6, 170), (5, 7, 30), (2, 8, 8, 9), (1, 28, 28, 2), (3, 2, 200), (101, 3, 4)]:
    add(rng.integers(0, 100, size=shape) / 4)
add(np.concatenate([np.zeros(600), [1e9], np.zeros(600)]))
add(np.concatenate([[1.5], np.ones(1200) * 1e-7, [2.25]]))
for _ in range(60):
    shape = tuple(rng.integers(1, 6, size=rng.integers(1, 4)))
    add(rng.normal(size=shape) * 10.0 ** rng.integers(-9, 10))
    add(np.round(rng.normal(size=shape) * 100, rng.integers(0, 4)))

np.savez("printed.npz", **{f"{index:03}": array for index, array in enumerate(arrays)})
with open("printed.json", "w") as file:
    json.dump([str(array) for array in arrays], file, indent=0)
