#!/usr/bin/env python3
"""Writes models with Keras 2, and what it computes with them. Needs tf_keras, or TensorFlow 2.12."""
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

try:
    import tf_keras as keras
except ImportError:
    keras = tf.keras

here = os.path.dirname(os.path.abspath(__file__)) + "/keras2"
L = keras.layers
random = np.random.default_rng(2)
shape = (6, 6, 4)
x = random.normal(size=(5,) + shape).astype("f4")
classes = np.array([0, 2, 1, 1, 0])
rows = random.normal(size=(5, 3)).astype("f4")


def randomize(model):
    model.set_weights([np.abs(random.normal(size=w.shape)).astype("f4") * 0.3 + 0.1 for w in model.get_weights()])


def write(name, model, kinds, y=None):
    """The model, its predictions, and the losses of two further epochs if it is compiled."""
    arrays = {"x": x, "y": model.predict(x, verbose=0)}
    for kind in kinds:
        options = {"save_format": "keras_v3"} if kind == "keras" and keras.__version__ < "2.13" else {}
        model.save(f"{here}/{name}.{kind}", **options)
    if y is not None:
        history = model.fit(x, y, batch_size=5, epochs=2, shuffle=False, verbose=0)
        arrays |= {"t": y, "losses": np.array(history.history["loss"])}
    np.savez_compressed(f"{here}/{name}.npz", **arrays)


def trained(name, kinds, optimizer, y=classes, loss="sparse_categorical_crossentropy", metrics=["accuracy"]):
    model = keras.Sequential([
        L.Input(shape), L.Conv2D(4, 3, activation=L.LeakyReLU(alpha=0.1)), L.Conv2D(2, 1), L.Flatten(),
        L.Dense(3, "softmax")])
    model.compile(optimizer, loss, metrics=metrics)
    model.fit(x, y, batch_size=5, epochs=3, shuffle=False, verbose=0)
    write(name, model, kinds, y)


if keras.__version__ < "2.13":
    trained("keras2_12", ["keras"], "adam")
    sys.exit()

inner = keras.Sequential([L.Input(shape), L.Conv2D(4, 1), L.BatchNormalization()], name="inner")
i = L.Input(shape)
graph = keras.Model(i, L.Add()([i, L.Conv2D(4, 1)(i)]), name="graph")
i = L.Input(shape)
model = keras.Model(i, L.LeakyReLU(alpha=0.1)(graph(graph(inner(inner(i))))))
randomize(model)
write("nested", model, ["keras", "h5"])

i = L.Input(shape)
keras.Model(i, i * 2, name="doubled").save(f"{here}/operation.keras")

model = keras.Sequential([
    L.DepthwiseConv2D(3, padding="same", activation="hard_sigmoid", input_shape=shape),
    L.BatchNormalization(axis=-1), L.SpatialDropout2D(0.2), L.ThresholdedReLU(0.3),
    L.Conv2DTranspose(3, 2, strides=2), L.SeparableConv2D(2, 3), L.LayerNormalization(axis=[1, -1]),
    L.RandomFlip("horizontal"), L.Softmax(axis=[1, -1])])
randomize(model)
write("keys", model, ["keras", "h5"])

trained("adam", ["keras", "h5"], "adam")
trained("decay", ["h5"], keras.optimizers.legacy.Adam(0.01, decay=0.1))
trained("momentum", ["keras", "h5"], keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True), rows,
        keras.losses.MeanSquaredError(), ["mae", keras.metrics.RootMeanSquaredError()])
