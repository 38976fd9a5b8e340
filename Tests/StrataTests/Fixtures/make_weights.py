#!/usr/bin/env python3
"""Writes the files of weights that the tests load: legacy.h5, legacy_model.h5 and what is in them,
legacy.npz; and arrays.safetensors, encoded here by the format's description. Needs keras and
tensorflow-cpu."""
import json
import os
import struct

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import h5py
import keras
import numpy as np
from keras import layers as L
from keras.src.legacy.saving import legacy_h5_format

here = os.path.dirname(os.path.abspath(__file__))
random = np.random.default_rng(3)

inner = keras.Sequential([L.Input((4, 4, 2)), L.BatchNormalization(name="norm"), L.Conv2D(2, 1, name="mix")], name="inner")
model = keras.Sequential(
    [L.Input((5, 5, 1)), L.Conv2D(2, 2, name="conv"), L.BatchNormalization(name="norm"), L.ReLU(), inner,
     L.Flatten(), L.Dense(3, name="dense")], name="legacy")
model.set_weights([random.normal(size=w.shape) for w in model.get_weights()])
with h5py.File(f"{here}/legacy.h5", "w") as file:
    legacy_h5_format.save_weights_to_hdf5_group(file, model)
model.save(f"{here}/legacy_model.h5")


def weights(layer, prefix=""):
    inside = getattr(layer, "layers", [])
    own = {} if inside else {prefix + w.name: w.numpy() for w in layer.weights}
    for child in inside:
        own |= weights(child, prefix + child.name + "/")
    return own


np.savez_compressed(f"{here}/legacy.npz", **weights(model))

# safetensors: the header's length, the header in JSON, the elements. All count 0, 1, 2, …
types = {"F64": "<f8", "I64": "<i8", "U64": "<u8", "F32": "<f4", "I32": "<i4", "U32": "<u4", "BF16": None,
         "F16": "<f2", "I16": "<i2", "U16": "<u2", "I8": "i1", "U8": "u1", "BOOL": "?"}
header, data = {"__metadata__": {"format": "pt", "note": "é"}}, b""
for code, dtype in types.items():
    numbers = np.arange(6).reshape(2, 3)
    if dtype is None:
        elements = (numbers.astype("<f4").view("<u4") >> 16).astype("<u2").tobytes()
    else:
        elements = numbers.astype(dtype).tobytes()
    header[f"array/{code}"] = {"dtype": code, "shape": [2, 3], "data_offsets": [len(data), len(data) + len(elements)]}
    data += elements
header["scalar"] = {"dtype": "U8", "shape": [], "data_offsets": [len(data), len(data) + 1]}
header["none"] = {"dtype": "F32", "shape": [0, 2], "data_offsets": [len(data) + 1, len(data) + 1]}
text = json.dumps(header).encode()
with open(f"{here}/arrays.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + data + b"\x07")
