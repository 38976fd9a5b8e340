#!/usr/bin/env python3
"""Writes summaries.json: what Keras 3 prints of small models with the options of `summary`.

Needs: pip install tensorflow-cpu keras
"""
import json, os, pathlib

os.environ.update(COLUMNS="120", LINES="40", TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="")
import keras
from keras import layers as L


def nested():
    """Models in a model, two levels deep; one of them used twice, one frozen."""
    inner = keras.Sequential([keras.Input((8, 8, 3)), L.Conv2D(3, 3, padding="same"), L.ReLU()])
    j = keras.Input((8, 8, 3))
    other = keras.Model(j, L.BatchNormalization()(inner(L.Conv2D(3, 1)(j))), name="other")
    other.trainable = False
    i = keras.Input((8, 8, 3))
    x = inner(L.Add()([inner(i), other(i)]))
    return keras.Model(i, L.Dense(2)(L.Flatten()(x)), name="outer")


def stacked():
    """A sequence with a sequence in it, and a frozen layer."""
    inner = keras.Sequential([keras.Input((4,)), L.Dense(6, "relu"), L.Dense(4)], name="inner")
    frozen = L.Dense(4, trainable=False)
    return keras.Sequential([keras.Input((4,)), frozen, L.Dropout(0.5), inner, L.Dense(1)])


def chain():
    i = keras.Input((4,))
    x = i
    for units in (5, 6, 7, 8):
        x = L.ReLU()(L.Dense(units)(x))
    return keras.Model(i, x)


MODELS = {"nested": nested, "stacked": stacked, "chain": chain}
CASES = [
    *[(m, {"expand_nested": e, "show_trainable": t, "line_length": n})
      for m in ("nested", "stacked") for e in (False, True) for t in (False, True)
      for n in (None, 60)],
    *[("chain", {"layer_range": r}) for r in (
        ["dense_1", "re_lu_2"], ["dense", "dense"], ["re_lu_1", "dense_2"], ["re_lu_2", "dense_1"],
        [".*_1", ".*_2"], ["input", "re_lu$"])],
]


def printed(name, options):
    keras.utils.clear_session()
    lines = []
    MODELS[name]().summary(print_fn=lambda text, **_: lines.append(text), **options)
    return "\n".join(lines)


cases = [{"model": m, **{k: v for k, v in o.items() if v}, "text": printed(m, o)} for m, o in CASES]
path = pathlib.Path(__file__).with_name("summaries.json")
path.write_text("[\n" + ",\n".join(json.dumps(c, ensure_ascii=False) for c in cases) + "\n]\n")
