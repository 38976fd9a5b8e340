#!/usr/bin/env python3
"""Writes models with Keras, one of each kind that needs care, and their predictions. Needs keras."""
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
from keras import layers as L

here = os.path.dirname(os.path.abspath(__file__)) + "/keras_kinds"
os.makedirs(here, exist_ok=True)
random = np.random.default_rng(4)


def numbers(*shape):
    return random.normal(size=shape).astype("f4")


def write(name, model, *xs, kind="keras"):
    weights = [np.abs(numbers(*w.shape)) * 0.3 + 0.1 for w in model.get_weights()]
    if name not in ["int8", "bfloat16"]:
        model.set_weights(weights)
    y = np.asarray(model.predict(list(xs) if len(xs) > 1 else xs[0], verbose=0), "f4")
    model.save(f"{here}/{name}.{kind}")
    np.savez_compressed(f"{here}/{name}.npz", y=y, **{f"x{i}": x for i, x in enumerate(xs)})


i = keras.Input((None, None, 3))
x = L.Conv2D(4, 3, padding="same", activation="relu")(i)
x = L.UpSampling2D()(L.MaxPooling2D()(x))
x = L.Concatenate()([x, L.BatchNormalization()(i)])
model = keras.Model(i, [L.Conv2D(2, 1)(x)])
write("unknown_size", model, numbers(2, 8, 12, 3))
a, b = keras.Input((4,), name="a"), keras.Input((3,), name="b")
write("unused_input", keras.Model([a, b], L.Dense(2)(a)), numbers(2, 4), numbers(2, 3))
i = keras.Input((5, 6, 4))
write("slices", keras.Model(i, i[..., ::-1] + i[:, 4:0:-3][:, :1] + i[:, ::-1, 1:-1:2][:, :, ::-1][:, :, :1]), numbers(2, 5, 6, 4))
i = keras.Input((3, 2, 4))
write("layer_normalization_axes", keras.Model(i, L.LayerNormalization(axis=[1, -1])(i)), numbers(2, 3, 2, 4))
write("activation_layers", keras.Sequential([
    L.Input((6, 6, 4)), L.Conv2D(3, 1, activation=L.PReLU(shared_axes=[1, 2])),
    L.DepthwiseConv2D(3, activation=L.PReLU()), L.Flatten(), L.Dense(4, activation=L.BatchNormalization()),
    L.Dense(3, activation=L.Dense(2, activation=L.LeakyReLU(0.1)))]), numbers(2, 6, 6, 4))
write("whole", keras.Sequential([
    L.Input((6, 6, 1)), L.Conv2D(3, 3), L.BatchNormalization(), L.Flatten(), L.Dense(2)]), numbers(2, 6, 6, 1), kind="h5")
model = keras.Sequential([L.Input((8,)), L.Dense(6, activation="relu"), L.Dense(4, use_bias=False)])
model.quantize("int8")
write("int8", model, numbers(3, 8))
keras.config.set_dtype_policy("bfloat16")
write("bfloat16", keras.Sequential([L.Input((8,)), L.Dense(6, activation="relu"), L.Dense(4)]), numbers(3, 8))
