"""Model files of real Keras, and what Keras computes with them: python3 make_keras_files.py

For each case keras_files/NAME.keras and NAME.npz: samples x and targets t, predictions y, and the
losses and weights of two more epochs. The files were saved after some training, so that they hold
the state of the optimizer."""
import os

os.environ["KERAS_BACKEND"] = "tensorflow"
import keras
import numpy as np
from keras import layers as L
from keras import optimizers as O

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keras_files")


def case(name, model, shape, outputs, kind="classes", batch=4, **settings):
    random = np.random.default_rng(len(name))
    x = random.standard_normal((10, *shape)).astype("float32")
    t = {
        "classes": lambda: random.integers(0, outputs, 10).astype("float32"),
        "pixels": lambda: random.choice([255, *range(outputs)], (10, 2, 3)).astype("float32"),
        "numbers": lambda: random.standard_normal((10, outputs)).astype("float32"),
    }[kind]()
    model.compile(**settings)
    model.fit(x, t, batch_size=batch, epochs=2, shuffle=False, verbose=0)
    model.save(os.path.join(FOLDER, name + ".keras"))
    arrays = {"batch": np.array(batch, "float32"), "x": x, "t": t, "y": np.array(model.predict(x, batch_size=batch, verbose=0))}
    history = model.fit(x, t, batch_size=batch, epochs=2, shuffle=False, verbose=0)
    arrays["losses"] = np.array(history.history["loss"], "float32")
    for number, weight in enumerate(model.weights):
        arrays[f"weight{number}"] = np.array(weight)
    np.savez(os.path.join(FOLDER, name + ".npz"), **arrays)


def block(name, channels, filters):
    a = keras.Input((5, 4, channels))
    # A bias before a normalization has no gradient but rounding, which Adam makes steps of.
    x = L.Conv2D(filters, 3, padding="same", use_bias=False, kernel_regularizer="l2")(a)
    x = L.BatchNormalization(momentum=0.7)(x)
    return keras.Model(a, L.ReLU(max_value=6)(x), name=name)


def nested():
    """A shared model, models in models, a layer with several calls, an unused random layer."""
    a = keras.Input((5, 4, 3), name="image")
    shared = block("shared", 3, 3)
    x = shared(shared(L.GaussianNoise(0.0)(a)))
    tail = keras.Sequential([L.Conv2D(4, 1), L.PReLU(shared_axes=[1, 2])], name="tail")
    y = L.Concatenate()([tail(x), L.Average()([shared(a), a])])
    two = L.Dense(4, name="twice")
    return keras.Model(a, L.Softmax()(two(two(L.Dense(4)(L.GlobalAveragePooling2D()(y))))))


def words():
    """What can be said of an input and a call: a fixed batch, inputs by name, the mode."""
    adapted = L.Normalization()
    adapted.adapt(np.random.default_rng(3).standard_normal((9, 4, 3)))
    a = keras.Input(batch_shape=(2, 4, 3))
    x = L.Dense(3, "relu")(inputs=adapted(a))
    return keras.Model(a, L.Dense(2)(L.Flatten()(L.BatchNormalization()(x, training=True))))


def operations():
    """Operations on tensors: Keras lists them as layers, with constants among what they are given."""
    ops = keras.ops
    a = keras.Input((4, 5, 3), name="image")
    x = (ops.cast(a, "float32") / 255.0 - 0.5) * np.array([1.0, 2.0, 4.0], "float32") + 1 / (2.5 + abs(a))
    x = ops.relu(L.Conv2D(4, 3, padding="same")(x)) + keras.activations.leaky_relu(a[..., :1], 0.1)
    x = ops.concatenate([x, ops.pad(a[:, 1:3, ::2], [[0, 0], [1, 1], [0, 2], [0, 0]])], axis=-1)
    gate = ops.sigmoid(L.Dense(7)(ops.mean(x, axis=(1, 2), keepdims=True)))
    x = x * gate + ops.maximum(-x, 0.25) ** 2
    x = ops.stack([ops.max(x, [1, 2]), ops.transpose(x, (0, 3, 1, 2))[:, :, 1, 0]], axis=1)
    first, second = ops.split(ops.gelu(x), 2, axis=1)
    first = ops.squeeze(first, axis=1) - ops.where(second[:, 0] > 0.5, second[:, 0], 2)
    x = ops.expand_dims(ops.clip(ops.reshape(first, (-1, 7)), -1.0, 1.5), 1)
    x = ops.var(ops.softmax(x, axis=-1) + ops.log_softmax(x), axis=1) + ops.tanh(L.Dense(7)(ops.hard_shrink(first, 0.3)))
    return keras.Model(a, L.Dense(2)(x))


os.makedirs(FOLDER, exist_ok=True)
keras.utils.set_random_seed(1)
case(
    "nested",
    nested(),
    (5, 4, 3),
    4,
    optimizer=O.Adam(
        O.schedules.CosineDecay(0.01, 20, alpha=0.1), amsgrad=True, use_ema=True, clipnorm=1.0
    ),
    loss=keras.losses.SparseCategoricalCrossentropy(),
    metrics=["accuracy", keras.metrics.SparseTopKCategoricalAccuracy(2, name="top2")],
)
keras.utils.clear_session()
case(
    "sequential",
    keras.Sequential(
        [
            keras.Input((7, 5, 2)),
            L.ZeroPadding2D(((1, 0), (0, 2))),
            L.SeparableConv2D(4, 3, strides=2, activation="swish", depth_multiplier=2),
            L.MaxPooling2D(2, 1, "same"),
            L.Dropout(0.0, seed=3),
            L.Flatten(),
            L.Dense(3, kernel_constraint=keras.constraints.MaxNorm(1.0), kernel_initializer="he_normal"),
        ]
    ),
    (7, 5, 2),
    3,
    "numbers",
    optimizer=O.RMSprop(0.005, momentum=0.5, centered=True, weight_decay=0.01),
    loss=["mse"],
    metrics={"dense": ["mae"]},
)
keras.utils.clear_session()
case(
    "nadam",
    keras.Sequential([keras.Input((6,)), L.Dense(5, "tanh"), L.BatchNormalization(), L.Dense(2)]),
    (6,),
    2,
    "numbers",
    optimizer="nadam",
    loss=keras.losses.Huber(),
    metrics=[],
)
keras.utils.clear_session()
case(
    "options",
    keras.Sequential(
        [
            keras.Input((4, 5, 3)),
            L.Rescaling([0.5, 1.0, 2.0], np.array([0.1, 0.0, -0.1])),
            L.Conv2D(6, 3, activation=L.LeakyReLU(negative_slope=0.1)),
            L.Activation("sparsemax"),
            L.Dense(4, activation=L.ReLU(max_value=2.0, negative_slope=0.2)),
        ]
    ),
    (4, 5, 3),
    4,
    "pixels",
    optimizer=O.Adamax(0.02, gradient_accumulation_steps=2),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=255),
    metrics=[keras.metrics.SparseCategoricalCrossentropy(from_logits=True, ignore_class=255)],
)
keras.utils.clear_session()
case("operations", operations(), (4, 5, 3), 2, "numbers", optimizer=O.Ftrl(0.01), loss="mse", metrics=[])
keras.utils.clear_session()
case("words", words(), (4, 3), 2, "numbers", batch=2, optimizer="lion", loss="mse", metrics=[])
