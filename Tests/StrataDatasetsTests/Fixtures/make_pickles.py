"""Writes pickles.npz: batches of CIFAR as Python pickles them, each as an array of bytes. Of every batch
the three images are numpy.arange(9216) * 7 % 251 and the labels 3, 9 and 0."""

import io
import os
import pickle
import struct

import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
data = (np.arange(3 * 3072) * 7 % 251).astype(np.uint8).reshape(3, 3072)
labels = [3, 9, 0]
batch = {"batch_label": "training batch 1 of 5", "labels": labels, "data": data,
         "filenames": ["a.png", "b.png", "c.png"]}


class Python2(pickle._Pickler):
    """Writes text and bytes as Python 2's str, as the published files have them."""

    dispatch = dict(pickle._Pickler.dispatch)

    def save_string(self, value):
        value = value.encode("latin1") if isinstance(value, str) else value
        if len(value) < 256:
            self.write(b"U" + bytes([len(value)]) + value)
        else:
            self.write(b"T" + struct.pack("<i", len(value)) + value)
        self.memoize(value)

    dispatch[str] = save_string
    dispatch[bytes] = save_string


arrays = {}
for protocol in range(6):
    arrays[f"protocol{protocol}"] = pickle.dumps(batch, protocol)
stream = io.BytesIO()
Python2(stream, 2).dump(batch)
arrays["python2"] = stream.getvalue().replace(b"numpy._core.", b"numpy.core.")
arrays["bytes"] = pickle.dumps({key.encode(): value for key, value in batch.items()})
arrays["array_labels"] = pickle.dumps({"data": data, "labels": np.array(labels)})
arrays["scalar_labels"] = pickle.dumps({"data": data, "labels": list(np.array(labels, np.int32))})


class Command:
    def __reduce__(self):
        return os.system, ("touch /tmp/strata-ran",)


arrays["command"] = pickle.dumps({"data": Command(), "labels": labels})
arrays["columns"] = pickle.dumps({"data": np.asfortranarray(data), "labels": labels}, 2)
arrays["objects"] = pickle.dumps({"data": np.array([{}, []], object), "labels": labels})
np.savez_compressed(
    os.path.join(here, "pickles.npz"),
    **{name: np.frombuffer(value, np.uint8) for name, value in arrays.items()})
