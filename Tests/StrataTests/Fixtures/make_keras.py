#!/usr/bin/env python3
"""Writes keras.npz and keras.json: what Keras 3.15 gives where the tests expect the same.

keras.npz holds, for each case of training, CASE/before and CASE/after (the model's weights, one after
the other), CASE/history/NAME, CASE/evaluate (loss, then metrics), CASE/predict, and the data they share.
keras.json holds layer names and orders, summaries, the order of callbacks and lines of progress.
Needs tensorflow-cpu and keras.
"""
import io
import json
import os
from contextlib import redirect_stdout

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras
import numpy as np
from keras import layers as L, losses, optimizers

here = os.path.dirname(os.path.abspath(__file__))
random = np.random.default_rng(7)
arrays, facts = {}, {}

# 22 samples: the last batch of five holds two. The last ones are of one class, so that a validation
# split taken after shuffling would show.
vectors = random.normal(size=(22, 6)).astype("f4")
images = random.integers(0, 256, size=(14, 6, 7, 3)).astype("u1")
labels = random.integers(0, 3, size=22).astype("u1")
labels[-5:] = 2
image_labels = random.integers(0, 3, size=14).astype("u1")
numbers = random.normal(size=(22, 3)).astype("f4")
flags = random.integers(0, 2, size=(22, 3)).astype("f4")
one_hot = np.eye(3, dtype="f4")[labels]
sample_weights = random.uniform(0, 2, size=22).astype("f4")
for name in ["vectors", "images", "labels", "image_labels", "numbers", "flags", "one_hot", "sample_weights"]:
    arrays["data/" + name] = globals()[name]


def case(name, model, x, y, loss, optimizer=None, metrics=("accuracy",), epochs=3, batch=5, **fit):
    """Trains a model from its present weights, which are made less symmetric first."""
    model.set_weights([w + random.uniform(0.01, 0.2, size=w.shape).astype("f4") for w in model.get_weights()])
    flat = lambda: np.concatenate([w.reshape(-1) for w in model.get_weights()])
    arrays[name + "/before"] = flat()
    model.compile(optimizer or optimizers.SGD(0.1), loss, metrics=list(metrics))
    history = model.fit(x, y, batch_size=batch, epochs=epochs, verbose=0, shuffle=False, **fit)
    for key, values in history.history.items():
        arrays[f"{name}/history/{key}"] = np.array(values)
    arrays[name + "/after"] = flat()
    arrays[f"{name}/evaluate"] = np.array(model.evaluate(x, y, batch_size=batch, verbose=0)).reshape(-1)
    arrays[f"{name}/predict"] = model.predict(x, batch_size=batch, verbose=0)


def net(units=3, activation="softmax"):
    return keras.Sequential([L.Input((6,)), L.Dense(5, "tanh"), L.Dense(units, activation)])


sparse = "sparse_categorical_crossentropy"
for name, optimizer in {
    "sgd": optimizers.SGD(0.1),
    "momentum": optimizers.SGD(0.05, momentum=0.9),
    "nesterov": optimizers.SGD(0.05, momentum=0.9, nesterov=True),
    "adam": optimizers.Adam(0.01),
    "adam_options": optimizers.Adam(0.01, beta_1=0.8, beta_2=0.95, epsilon=1e-3),
    "rmsprop": optimizers.RMSprop(0.01),
    "rmsprop_momentum": optimizers.RMSprop(0.01, rho=0.8, momentum=0.5),
    "rmsprop_centered": optimizers.RMSprop(0.01, momentum=0.3, centered=True),
    "adagrad": optimizers.Adagrad(0.1),
}.items():
    case(name, net(), vectors, labels, sparse, optimizer, epochs=4)

case("sparse_column", net(), vectors, labels[:, None], sparse)
case("sparse_logits", net(3, None), vectors, labels, losses.SparseCategoricalCrossentropy(from_logits=True))
case("sparse_softplus", net(3, "softplus"), vectors, labels, sparse)
case("sparse_relu", net(3, "relu"), vectors, labels, sparse, optimizers.SGD(0.001))
case("sparse_logits_of_softmax", net(), vectors, labels, losses.SparseCategoricalCrossentropy(from_logits=True))
case("binary_logits_of_sigmoid", net(1, "sigmoid"), vectors, flags[:, 0], losses.BinaryCrossentropy(from_logits=True))
case("categorical", net(), vectors, one_hot, "categorical_crossentropy")
case("categorical_smooth", net(), vectors, one_hot, losses.CategoricalCrossentropy(label_smoothing=0.2))
case("categorical_logits", net(3, None), vectors, one_hot,
     losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1))
case("categorical_softplus", net(3, "softplus"), vectors, one_hot, "categorical_crossentropy")
case("binary", net(1, "sigmoid"), vectors, flags[:, 0], "binary_crossentropy")
case("binary_column", net(1, "sigmoid"), vectors, flags[:, :1], "binary_crossentropy")
case("binary_logits", net(1, None), vectors, flags[:, 0], losses.BinaryCrossentropy(from_logits=True))
case("binary_many", net(3, "sigmoid"), vectors, flags, losses.BinaryCrossentropy(label_smoothing=0.1))
case("binary_relu", net(1, "relu"), vectors, flags[:, 0], "binary_crossentropy")
case("squared", net(3, None), vectors, numbers, "mean_squared_error",
     metrics=["mean_squared_error", "mean_absolute_error"])
case("squared_flat", net(1, None), vectors, numbers[:, 0], "mean_squared_error",
     metrics=["mean_absolute_error"])
case("absolute", net(3, None), vectors, numbers, "mean_absolute_error", metrics=[])

case("validation_split", net(), vectors, labels, sparse, validation_split=0.3)
case("validation_data", net(), vectors[:11], labels[:11], sparse, validation_data=(vectors[11:], labels[11:]))
case("validation_batch", net(), vectors[:11], labels[:11], sparse, validation_batch_size=3,
     validation_data=(vectors[11:], labels[11:]))
case("class_weight", net(), vectors, labels, sparse, class_weight={0: 2.0, 2: 0.25}, validation_split=0.3)
case("class_weight_one_hot", net(), vectors, one_hot, "categorical_crossentropy", class_weight={0: 2.0, 2: 0.25})
case("sample_weight", net(), vectors, labels, sparse, sample_weight=sample_weights)
case("sample_weight_split", net(), vectors, labels, sparse, sample_weight=sample_weights, validation_split=0.3)
case("sample_weight_squared", net(3, None), vectors, numbers, "mean_squared_error", metrics=[],
     sample_weight=sample_weights)


def image_net(*layers):
    return keras.Sequential([L.Input((6, 7, 3)), L.Rescaling(1 / 127.5, offset=-1), *layers])


def frozen(layer):
    layer.trainable = False
    return layer


image_case = lambda name, model, **fit: case(name, model, images, image_labels, sparse, batch=4, **fit)
head = lambda: [L.GlobalAveragePooling2D(), L.Dense(3, "softmax")]
image_case("batch_norm", image_net(L.Conv2D(4, 3, padding="same", use_bias=False), L.BatchNormalization(), L.ReLU(), *head()))
image_case("batch_norm_plain", image_net(
    L.Conv2D(4, 3), L.BatchNormalization(momentum=0.8, epsilon=0.01, center=False, scale=False), *head()))
image_case("batch_norm_center", image_net(L.Conv2D(4, 3), L.BatchNormalization(momentum=0.8, scale=False), *head()))
image_case("batch_norm_frozen", image_net(L.Conv2D(4, 3), frozen(L.BatchNormalization()), *head()))
image_case("batch_norm_vectors", image_net(L.Flatten(), L.Dense(5), L.BatchNormalization(momentum=0.7), L.Dense(3, "softmax")))
image_case("frozen_convolution", image_net(frozen(L.Conv2D(4, 3, activation="relu")), L.Conv2D(4, 3), *head()))
image_case("pooling", image_net(
    L.Conv2D(4, 3, strides=2, padding="same", activation="relu"), L.MaxPool2D(3, 2, padding="same"),
    L.AveragePooling2D(2, 1, padding="same"), L.Flatten(), L.Dense(3, "softmax")))
image_case("pooling_valid", image_net(
    L.Conv2D(4, (2, 3), strides=(1, 2), activation="sigmoid"), L.AveragePooling2D((2, 1), 1),
    L.MaxPooling2D((3, 2)), L.Flatten(), L.Dense(3, "softmax")))
image_case("dilation_groups", image_net(
    L.Conv2D(4, 2, dilation_rate=(2, 1), padding="same", activation="relu"),
    L.Conv2D(6, 3, groups=2, dilation_rate=2, activation="relu"), L.GlobalMaxPooling2D(), L.Dense(3, "softmax")))
image_case("dropout", image_net(L.Dropout(0.5), L.Conv2D(4, 3), L.Dropout(0.9), *head()), epochs=0)


def residual():
    i = L.Input((6, 7, 3))
    x = L.Conv2D(4, 3, padding="same", activation="relu")(L.Rescaling(1 / 255)(i))
    y = L.Conv2D(4, 3, padding="same", activation="relu")(x)
    y = L.Conv2D(4, 3, padding="same")(y)
    x = L.ReLU()(L.Add()([y, x]))
    return keras.Model(i, L.Dense(3, "softmax")(L.GlobalAveragePooling2D()(x)))


image_case("residual", residual())


def shared():
    i = L.Input((6,))
    d = L.Dense(6, "tanh")
    return keras.Model(i, L.Dense(3, "softmax")(L.Add()([d(d(i)), i])))


case("shared", shared(), vectors, labels, sparse, optimizers.Adam(0.01))

# Names, order, connections.


def graph_shared():
    i = L.Input((8, 8, 3)); c = L.Conv2D(3, 3, padding="same")
    a = c(i); b = c(a); s = L.Add()([b, a]); r = L.ReLU()(c(s))
    return keras.Model(i, L.GlobalAveragePooling2D()(r))


def graph_branches():
    i = L.Input((8, 8, 3))
    a = L.Conv2D(4, 1)(i)
    b = L.ReLU()(L.Conv2D(4, 3, padding="same")(L.Conv2D(4, 1)(i)))
    c = L.Conv2D(4, 1)(L.MaxPooling2D(3, 1, padding="same")(i))
    x = L.Add()([c, a, b])
    return keras.Model(i, L.Dense(2)(L.Flatten()(x)))


def graph_shortcut():
    i = L.Input((8, 8, 3)); x = L.ReLU()(L.BatchNormalization()(L.Conv2D(4, 3, padding="same")(i)))
    for f in (4, 8):
        y = L.BatchNormalization()(L.Conv2D(f, 3, padding="same", use_bias=False)(x))
        y = L.BatchNormalization()(L.Conv2D(f, 3, padding="same", use_bias=False)(L.ReLU()(y)))
        s = x if f == 4 else L.BatchNormalization()(L.Conv2D(f, 1, use_bias=False)(x))
        x = L.ReLU()(L.Add()([y, s]))
    return keras.Model(i, L.Dense(2)(L.GlobalMaxPooling2D()(x)))


def graph_nested():
    inner = keras.Sequential([L.Input((8, 8, 3)), L.Conv2D(3, 3, padding="same"), L.ReLU()])
    # Named, because a Sequential of Keras also uses up the name of the Functional inside it.
    j = L.Input((8, 8, 3)); other = keras.Model(j, L.Activation("tanh")(L.Conv2D(3, 1)(j)), name="other")
    i = L.Input((8, 8, 3)); x = L.Add()([inner(i), other(i)]); x = inner(x)
    return keras.Model(i, L.Dense(2)(L.Flatten()(x)), name="outer")


def graph_two_inputs():
    a = L.Input((4,)); b = L.Input((4,)); d = L.Dense(4)
    first = d(b); second = d(a)
    x = L.Add()([L.Dense(4)(second), first])
    return keras.Model([a, b], [L.Dense(1)(x), L.ReLU()(first)])


def graph_late_shared():
    i = L.Input((4,)); d = L.Dense(4); e = L.Dense(4)
    deep = e(L.ReLU()(L.ReLU()(d(i))))
    x = L.Add()([d(L.Activation("tanh")(i)), deep, e(i)])
    return keras.Model(i, d(x))


def graph_order_of_making():
    last = L.Dense(2); first = L.Conv2D(3, 3); flat = L.Flatten(); named = L.Conv2D(3, 1, name="named")
    i = L.Input((8, 8, 3)); third = L.Conv2D(3, 1)
    return keras.Model(i, last(flat(third(named(first(i))))))


def described(model, length):
    out = io.StringIO()
    model.summary(line_length=length, print_fn=lambda line, **_: out.write(line + "\n"))
    return {"name": model.name, "layers": [l.name for l in model.layers],
            "weights": [list(w.shape) for w in model.weights], "summary": out.getvalue()}


facts["graphs"] = {}
for name, make in list(globals().items()):
    if name.startswith("graph_"):
        keras.utils.clear_session()
        facts["graphs"][name[6:]] = described(make(), 80)

facts["summaries"] = {}
for length in (40, 60, 76):
    keras.utils.clear_session()
    m = keras.Sequential([L.Input((28, 28, 1)), L.Conv2D(32, 3), L.BatchNormalization(), L.AveragePooling2D(2),
                          L.GlobalAveragePooling2D(), L.Dense(10, name="a_head_with_quite_a_long_name")])
    facts["summaries"][f"sequential_{length}"] = described(m, length)["summary"]
    keras.utils.clear_session()
    facts["summaries"][f"branches_{length}"] = described(graph_branches(), length)["summary"]
keras.utils.clear_session()
# Of layers without weights Keras calls only some unbuilt; these are.
m = keras.Sequential([L.Rescaling(2), L.Conv2D(4, 3), L.BatchNormalization(), L.Flatten(), L.Dense(3)])
facts["summaries"]["unbuilt"] = described(m, 80)["summary"]
for name, optimizer in {"sgd": optimizers.SGD(), "momentum": optimizers.SGD(momentum=0.9), "adam": optimizers.Adam(),
                        "rmsprop": optimizers.RMSprop(), "rmsprop_all": optimizers.RMSprop(momentum=0.1, centered=True),
                        "adagrad": optimizers.Adagrad()}.items():
    keras.utils.clear_session()
    m = keras.Sequential([L.Input((6,)), frozen(L.Dense(5)), L.BatchNormalization(), L.Dense(3)])
    m.compile(optimizer, "mse")
    m.fit(vectors, numbers, verbose=0)
    facts["summaries"]["trained_" + name] = "\n".join(described(m, 80)["summary"].split("\n")[-6:])

# The order of callbacks: hook, epoch or batch, keys of the logs.


class Recorder(keras.callbacks.Callback):
    log = []


def hook(name):
    def record(self, *arguments, logs=None):
        if arguments and isinstance(arguments[-1], dict): *arguments, logs = arguments
        words = [name] + [str(a) for a in arguments if a is not None]
        if logs and "predict" not in name: words.append(",".join(sorted(logs)))
        self.log.append(" ".join(words))
    return record


for part in ("train", "test", "predict"):
    for name in (f"on_{part}_begin", f"on_{part}_end", f"on_{part}_batch_begin", f"on_{part}_batch_end"):
        setattr(Recorder, name, hook(name))
for name in ("on_epoch_begin", "on_epoch_end"):
    setattr(Recorder, name, hook(name))


def recorded(run):
    m = net(); m.compile("sgd", sparse, metrics=["accuracy"])
    Recorder.log = []
    run(m, [Recorder()])
    return Recorder.log


class StopAtBatch(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None): self.model.stop_training = True


class StopAtEpoch(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None): self.model.stop_training = epoch == 2


facts["hooks"] = {
    "fit": recorded(lambda m, c: m.fit(vectors, labels, batch_size=8, epochs=2, verbose=0, validation_split=0.3, callbacks=c)),
    "initial": recorded(lambda m, c: m.fit(vectors, labels, batch_size=32, epochs=5, initial_epoch=3, verbose=0, callbacks=c)),
    "stop_epoch": recorded(lambda m, c: m.fit(vectors, labels, batch_size=32, epochs=9, verbose=0, callbacks=[StopAtEpoch(), *c])),
    "stop_batch": recorded(lambda m, c: m.fit(vectors, labels, batch_size=8, epochs=9, verbose=0, validation_split=0.3, callbacks=[StopAtBatch(), *c])),
    "evaluate": recorded(lambda m, c: m.evaluate(vectors, labels, batch_size=8, verbose=0, callbacks=c)),
    "predict": recorded(lambda m, c: m.predict(vectors, batch_size=8, verbose=0, callbacks=c)),
}

# Progress, by a clock that the test's clock repeats: [verbose, steps, epochs, seconds a step, logs].
from keras.src.utils import progbar as bar_module


def progress(verbose, steps, epochs, seconds, logs):
    now = [1000.0]
    real, bar_module.time.time = bar_module.time.time, lambda: now[0]
    logger = keras.callbacks.ProgbarLogger()
    logger.set_params({"verbose": verbose, "epochs": epochs, "steps": steps})
    out = io.StringIO()
    with redirect_stdout(out):
        logger.on_train_begin()
        for epoch in range(epochs):
            logger.on_epoch_begin(epoch)
            for step in range(steps):
                now[0] += seconds if step else 2 * seconds
                logger.on_train_batch_end(step, dict(logs))
            logger.on_epoch_end(epoch, {**logs, **{"val_" + k: v for k, v in logs.items()}})
    bar_module.time.time = real
    return out.getvalue()


facts["progress"] = []
for verbose, steps, epochs, seconds, logs in [
    (2, 3, 1, 0.003, {"accuracy": 0.36, "loss": 1.17541}), (2, 10, 2, 0.25, {"loss": 12345.678}),
    (2, 100, 1, 1.7, {"loss": 0.0001234}), (2, 12, 1, 0.00004, {"loss": -0.5}), (2, 7, 1, 700.0, {"loss": float("nan")}),
    (1, 3, 2, 0.3, {"accuracy": 0.36, "loss": 1.17541}), (1, 12, 1, 0.02, {"loss": -0.0005}),
    (1, 9, 1, 700.0, {"loss": 0.5}), (1, 1, 1, 0.6, {"loss": 1e-3}), (1, 11, 1, 7.0, {"loss": 20.0}),
]:
    facts["progress"].append({"verbose": verbose, "steps": steps, "epochs": epochs, "seconds": seconds,
                              "names": list(logs), "values": [repr(v) for v in logs.values()],
                              "text": progress(verbose, steps, epochs, seconds, logs)})

np.savez(os.path.join(here, "keras.npz"), **arrays)
with open(os.path.join(here, "keras.json"), "w") as file:
    json.dump(facts, file, indent=None, ensure_ascii=False, allow_nan=False)
    file.write("\n")
