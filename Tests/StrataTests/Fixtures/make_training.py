#!/usr/bin/env python3
"""Writes training.json: what Keras 3.15's optimizers, schedules, losses, metrics and callbacks give.

Needs tensorflow-cpu and keras.
"""
import io
import json
import os
import tempfile
from contextlib import redirect_stdout

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import warnings

import keras
import numpy as np
from keras import callbacks, layers as L, losses, metrics, optimizers
from keras.optimizers import schedules

warnings.filterwarnings("ignore")
here = os.path.dirname(os.path.abspath(__file__))
random = np.random.default_rng(3)
flat = lambda *arrays: [float(np.float32(x)) for a in arrays for x in np.asarray(a).reshape(-1)]

# Schedules, at steps around every boundary.
STEPS = list(range(0, 71)) + [99, 100, 101, 149, 150, 151, 310, 1000]
schedule_makers = {
    "exponential": schedules.ExponentialDecay(0.1, 10, 0.7),
    "exponential staircase": schedules.ExponentialDecay(0.1, 10, 0.7, staircase=True),
    "piecewise": schedules.PiecewiseConstantDecay([5, 20, 60], [1.0, 0.5, 0.1, 0.01]),
    "polynomial": schedules.PolynomialDecay(0.1, 30),
    "polynomial power": schedules.PolynomialDecay(0.1, 30, 0.01, 2.0),
    "polynomial cycle": schedules.PolynomialDecay(0.1, 30, 0.01, 0.5, cycle=True),
    "inverse": schedules.InverseTimeDecay(0.1, 10, 0.5),
    "inverse staircase": schedules.InverseTimeDecay(0.1, 10, 0.5, staircase=True),
    "cosine": schedules.CosineDecay(0.1, 50),
    "cosine alpha": schedules.CosineDecay(0.1, 50, alpha=0.1),
    "cosine warm-up": schedules.CosineDecay(0.01, 50, alpha=0.1, warmup_target=0.2, warmup_steps=12),
    "restarts": schedules.CosineDecayRestarts(0.1, 10),
    "restarts alpha": schedules.CosineDecayRestarts(0.1, 10, 1.5, 0.8, 0.1),
    "restarts equal": schedules.CosineDecayRestarts(0.1, 10, 1.0, 0.9),
}
schedule_values = {k: [float(s(step)) for step in STEPS] for k, s in schedule_makers.items()}

# Optimizers: two weights, scripted gradients, all weights after each of six steps.
start = [random.normal(size=(3, 4)).astype("f4"), random.normal(size=5).astype("f4")]
gradients = [[random.normal(size=w.shape).astype("f4") * (3 if s == 2 else 1) for w in start] for s in range(6)]
gradients[4][1][:] = 0
O = optimizers
optimizer_makers = {
    "sgd": O.SGD(0.1),
    "momentum": O.SGD(0.1, 0.9),
    "nesterov": O.SGD(0.1, 0.9, nesterov=True),
    "rmsprop": O.RMSprop(0.1),
    "rmsprop centered": O.RMSprop(0.1, momentum=0.9, centered=True),
    "adagrad": O.Adagrad(0.1),
    "adadelta": O.Adadelta(1.0),
    "adam": O.Adam(0.1),
    "amsgrad": O.Adam(0.1, amsgrad=True),
    "adamw": O.AdamW(0.1),
    "adamax": O.Adamax(0.1),
    "nadam": O.Nadam(0.1),
    "lion": O.Lion(0.1),
    "lion options": O.Lion(0.1, 0.8, 0.9, weight_decay=0.1, clipnorm=1.0),
    "ftrl": O.Ftrl(0.1),
    "ftrl options": O.Ftrl(0.1, -0.7, 0.3, 0.2, 0.1, 0.05, beta=0.4, weight_decay=0.1),
    "adam epsilon": O.Adam(0.1, epsilon=0.5),
    "adamax epsilon": O.Adamax(0.1, epsilon=0.5),
    "nadam epsilon": O.Nadam(0.1, epsilon=0.5),
    "rmsprop epsilon": O.RMSprop(0.1, epsilon=0.5),
    "adagrad epsilon": O.Adagrad(0.1, epsilon=0.5),
    "adadelta epsilon": O.Adadelta(1.0, epsilon=0.5),
    "decay": O.SGD(0.1, 0.9, weight_decay=0.2),
    "clipnorm": O.SGD(0.1, clipnorm=1.5),
    "clipvalue": O.SGD(0.1, clipvalue=0.7),
    "global clipnorm": O.Adam(0.1, global_clipnorm=2.0),
    "ema": O.SGD(0.1, use_ema=True, ema_momentum=0.6),
    "ema overwrite": O.SGD(0.1, 0.9, use_ema=True, ema_momentum=0.6, ema_overwrite_frequency=2),
    "all": O.Adam(0.1, weight_decay=0.1, clipnorm=1.0, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=3),
    "accumulation": O.Adam(0.1, weight_decay=0.1, gradient_accumulation_steps=2),
    "accumulation, averaged": O.SGD(
        schedules.ExponentialDecay(0.1, 2, 0.5),
        0.9,
        clipnorm=1.0,
        use_ema=True,
        ema_momentum=0.6,
        ema_overwrite_frequency=2,
        gradient_accumulation_steps=3,
    ),
    "schedule": O.SGD(schedules.ExponentialDecay(0.1, 2, 0.5), weight_decay=0.2),
}
optimizer_results = {}
for name, optimizer in optimizer_makers.items():
    weights = [keras.Variable(w) for w in start]
    optimizer.build(weights)
    after = []
    for step in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(g) for g in step], weights)
        after.append(flat(*weights))
    optimizer.finalize_variable_values(weights)
    optimizer_results[name] = {"steps": after, "finished": flat(*weights)}

# Losses and metrics: kinds of targets and predictions, ordinary and at the edges.
softmax = lambda x: np.exp(x) / np.exp(x).sum(-1, keepdims=True)
n, c = 12, 7
one_hot = np.eye(c, dtype="f4")[random.integers(0, c, n)]
probabilities = softmax(random.normal(size=(n, c)) * 2).astype("f4")
probabilities[0] = 0
probabilities[0, 3] = 1
probabilities[1] = 1 / c
real = random.normal(size=(n, 3)).astype("f4") * 2
guess = (real + random.normal(size=(n, 3))).astype("f4")
real[0], guess[0] = 0, 0
real[1], guess[1] = 0, [1, -2, 0]
guess[2] = real[2]
guess[3] = real[3] + [30, -40, 1]
counts = random.integers(0, 5, size=(n, 3)).astype("f4")
rates = random.uniform(0, 4, size=(n, 3)).astype("f4")
rates[0, 0] = 0
flags = random.integers(0, 2, size=(n, 1)).astype("f4")
chances = random.uniform(0, 1, size=(n, 1)).astype("f4")
chances[:5, 0] = [0, 1, 0.5, 0.25, 0.75]
many_flags = random.integers(0, 2, size=(n, 3)).astype("f4")
many_chances = random.uniform(0, 1, size=(n, 3)).astype("f4")
signs = many_flags * 2 - 1
masks = random.integers(0, 2, size=(n, 2, 2, 1)).astype("f4")
mask_chances = random.uniform(0, 1, size=(n, 2, 2, 1)).astype("f4")
pixels = random.integers(0, 4, size=(n, 2, 3)).astype("f4")
pixel_scores = softmax(random.normal(size=(n, 2, 3, 4))).astype("f4")
data = {
    "classes": (one_hot, probabilities),
    "labels": (one_hot.argmax(-1).astype("f4"), probabilities),
    "label column": (one_hot.argmax(-1).astype("f4")[:, None], probabilities),
    "real": (real, guess),
    "counts": (counts, rates),
    "binary": (flags, chances),
    "binary row": (flags[:, 0], chances),
    "flags": (many_flags, many_chances),
    "signs": (signs, guess),
    "masks": (masks, mask_chances),
    "pixels": (pixels, pixel_scores),
}
sample_weights = random.uniform(0, 2, n).astype("f4")
loss_cases = {
    "mean_absolute_percentage_error": (losses.MeanAbsolutePercentageError(), ["real", "counts"]),
    "mean_squared_logarithmic_error": (losses.MeanSquaredLogarithmicError(), ["real", "counts"]),
    "mean_squared_error": (losses.MeanSquaredError(), ["real", "binary row", "masks"]),
    "mean_absolute_error": (losses.MeanAbsoluteError(), ["real", "binary row", "masks"]),
    "huber_loss": (losses.Huber(), ["real"]),
    "huber_loss 2.5": (losses.Huber(2.5), ["real"]),
    "log_cosh": (losses.LogCosh(), ["real"]),
    "poisson": (losses.Poisson(), ["counts"]),
    "cosine_similarity": (losses.CosineSimilarity(), ["real"]),
    "hinge": (losses.Hinge(), ["signs", "flags"]),
    "squared_hinge": (losses.SquaredHinge(), ["signs", "flags"]),
    "categorical_hinge": (losses.CategoricalHinge(), ["classes"]),
    "kl_divergence": (losses.KLDivergence(), ["classes", "flags"]),
    "dice": (losses.Dice(), ["masks", "flags"]),
    "dice axes": (losses.Dice(axis=(1, 2, 3)), ["masks"]),
    "binary_crossentropy": (losses.BinaryCrossentropy(label_smoothing=0.1), ["binary", "masks"]),
    "categorical_crossentropy": (losses.CategoricalCrossentropy(label_smoothing=0.1), ["classes"]),
    "sparse_categorical_crossentropy": (losses.SparseCategoricalCrossentropy(), ["labels", "label column", "pixels"]),
}
loss_results = []
for name, (loss, kinds) in loss_cases.items():
    for kind in kinds:
        target, prediction = data[kind]
        # Keras wants a weight's axes to be those of the losses.
        column = kind in ("masks", "pixels") and not name.startswith("dice")
        weights = sample_weights.reshape(n, 1, 1) if column else sample_weights
        loss_results.append({"name": name, "data": kind, "plain": float(loss(target, prediction)),
                             "weighted": float(loss(target, prediction, weights))})

M = metrics
metric_cases = {
    "binary_accuracy": (lambda: M.BinaryAccuracy(), ["binary", "binary row", "flags", "masks"]),
    "binary_accuracy 0.3": (lambda: M.BinaryAccuracy(threshold=0.3), ["binary", "flags"]),
    "categorical_accuracy": (lambda: M.CategoricalAccuracy(), ["classes"]),
    "sparse_categorical_accuracy": (lambda: M.SparseCategoricalAccuracy(), ["labels", "label column", "pixels"]),
    "top_k_categorical_accuracy": (lambda: M.TopKCategoricalAccuracy(), ["classes"]),
    "top_k_categorical_accuracy 2": (lambda: M.TopKCategoricalAccuracy(2), ["classes"]),
    "sparse_top_k_categorical_accuracy": (lambda: M.SparseTopKCategoricalAccuracy(), ["labels"]),
    "sparse_top_k_categorical_accuracy 2": (lambda: M.SparseTopKCategoricalAccuracy(2), ["labels", "pixels"]),
    "precision": (lambda: M.Precision(), ["binary", "flags", "masks"]),
    "precision 0.3": (lambda: M.Precision(0.3), ["binary", "flags"]),
    "precision class": (lambda: M.Precision(class_id=2), ["flags"]),
    "recall": (lambda: M.Recall(), ["binary", "flags", "masks"]),
    "recall 0.3": (lambda: M.Recall(0.3), ["binary", "flags"]),
    "recall class": (lambda: M.Recall(class_id=2), ["flags"]),
    "true_positives": (lambda: M.TruePositives(), ["binary", "flags"]),
    "true_negatives": (lambda: M.TrueNegatives(), ["binary", "flags"]),
    "false_positives 0.3": (lambda: M.FalsePositives(0.3), ["binary", "flags"]),
    "false_negatives 0.3": (lambda: M.FalseNegatives(0.3), ["binary", "flags"]),
    "f1_score": (lambda: M.F1Score("macro"), ["classes", "flags"]),
    "f1_score micro": (lambda: M.F1Score("micro"), ["classes"]),
    "f1_score weighted": (lambda: M.F1Score("weighted"), ["classes"]),
    "f1_score 0.5": (lambda: M.F1Score("macro", threshold=0.5), ["flags", "binary"]),
    "auc": (lambda: M.AUC(), ["binary", "flags", "masks"]),
    "auc PR": (lambda: M.AUC(curve="PR"), ["binary", "flags"]),
    "auc 5": (lambda: M.AUC(5), ["binary", "flags"]),
    "mean_io_u": (lambda: M.MeanIoU(4, sparse_y_pred=False, dtype="float32"), ["pixels"]),
    "mean_squared_error": (lambda: M.MeanSquaredError(), ["real", "masks"]),
    "mean_absolute_error": (lambda: M.MeanAbsoluteError(), ["real"]),
    "root_mean_squared_error": (lambda: M.RootMeanSquaredError(), ["real"]),
    "r2_score": (lambda: M.R2Score(), ["real"]),
    "mean_absolute_percentage_error": (lambda: M.MeanAbsolutePercentageError(), ["real"]),
    "cosine_similarity": (lambda: M.CosineSimilarity(), ["real"]),
}
metric_results = []
for name, (make, kinds) in metric_cases.items():
    for kind in kinds:
        target, prediction = data[kind]
        results = {}
        for key, weights in {"plain": None, "weighted": sample_weights}.items():
            if key == "weighted" and kind in ("masks", "pixels"):  # Keras wants weights of their shape.
                weights = None if name != "mean_io_u" else np.repeat(sample_weights, 6).reshape(pixels.shape)
            metric = make()
            for rows in (slice(0, 5), slice(5, None)):
                metric.update_state(target[rows], prediction[rows], None if weights is None else weights[rows])
            results[key] = float(metric.result())
            if key == "weighted" and weights is None:
                results[key] = None
        metric_results.append({"name": name, "data": kind} | results)
confusion = np.zeros((4, 4))
guesses = pixel_scores.argmax(-1)
for t, p in zip(pixels.reshape(-1).astype(int), guesses.reshape(-1)):
    confusion[t, p] += 1


# Several outputs: names and numbers. Batches of equal size: Keras's losses of single outputs are means
# over batches, whatever their size, while its sum of them counts samples.
def two_outputs():
    a, b = keras.Input((3,), name="a"), keras.Input((2,), name="b")
    x = L.Concatenate()([L.Dense(4, "tanh", name="left")(a), L.Dense(3, "tanh", name="right")(b)])
    return keras.Model([a, b], [L.Dense(3, "softmax", name="kind")(x), L.Dense(1, name="size")(x)])


model = two_outputs()
model.set_weights([random.normal(size=w.shape).astype("f4") for w in model.get_weights()])
before = flat(*model.get_weights())
inputs = [random.normal(size=(n, 3)).astype("f4"), random.normal(size=(n, 2)).astype("f4")]
outputs = [random.integers(0, 3, n).astype("f4"), random.normal(size=(n, 1)).astype("f4")]
model.compile(
    optimizers.SGD(0.1), loss=["sparse_categorical_crossentropy", "mse"], loss_weights=[0.7, 0.3],
    metrics=[["accuracy"], ["mae"]], weighted_metrics=[["accuracy"], ["mae", "mse"]])
history = model.fit(inputs, outputs, batch_size=4, epochs=2, shuffle=False, verbose=0, sample_weight=sample_weights)
several = {
    "before": before, "after": flat(*model.get_weights()), "history": history.history,
    "evaluate": model.evaluate(inputs, outputs, batch_size=4, verbose=0, return_dict=True),
    "predict": [flat(p) for p in model.predict(inputs, verbose=0)],
    "inputs": [flat(x) for x in inputs], "outputs": [flat(y) for y in outputs],
}

# Callbacks, driven with scripted numbers. The one weight holds the epoch's number.
names = iter(range(1000))


def drive(make, sequence, name="val_loss", extra=None, fails=False):
    model = keras.Sequential([L.Input((1,)), L.Dense(1, use_bias=False)])
    model.compile(optimizers.SGD(0.5), "mse", metrics=["accuracy"])
    model.evaluate(np.ones((1, 1)), np.ones((1, 1)), verbose=0)
    saved = []
    model.save_weights = lambda path, overwrite: saved.append(path.replace(".weights.h5", ".npz"))
    callback = make()
    callback.set_model(model)
    out, rates, epochs = io.StringIO(), [], 0
    with redirect_stdout(out):
        callback.on_train_begin()
        for epoch, value in enumerate(sequence):
            callback.on_epoch_begin(epoch)
            rates.append(float(np.asarray(model.optimizer.learning_rate)))
            for batch in range(3):
                callback.on_train_batch_begin(batch)
                callback.on_train_batch_end(batch, {"loss": 1.0 + epoch})
            model.set_weights([np.full((1, 1), epoch + 1.0, "f4")])
            logs = {"accuracy": 0.25, "loss": 1.0 + epoch} | ({} if value is None else {name: value})
            logs |= (extra or {}).get(epoch, {})
            callback.on_epoch_end(epoch, logs)
            epochs += 1
            if model.stop_training:
                break
        callback.on_train_end()
    return {"epochs": epochs, "rates": rates, "weight": float(model.get_weights()[0][0, 0]),
            "text": out.getvalue().replace(".weights.h5", ".npz"), "saved": saved}


falling = [1.0, 0.9, 0.95, 0.94, 0.9, 0.899, 0.7, 0.75, 0.8, 0.8, 0.8, 0.8]
accuracies = [0.1, 0.3, 0.2, 0.3, 0.35, 0.2, 0.1, 0.0]
tiny = [1.0, 1.0 - 1e-9, 1.0 - 2e-9, 1.0 - 3e-9]
C = callbacks
weights_only = dict(save_weights_only=True, verbose=1)
sequences = {
    "falling": falling, "accuracies": accuracies, "tiny": tiny, "rising": [1.0, 2.0, 3.0, 4.0],
    "flat": [0.5] * 30, "none": [None] * 3,
}
callback_cases = {
    "stop": (lambda: C.EarlyStopping(verbose=1), "falling", "val_loss"),
    "stop patience": (lambda: C.EarlyStopping(patience=3, verbose=1), "falling", "val_loss"),
    "stop delta": (lambda: C.EarlyStopping(patience=3, min_delta=0.05, verbose=1), "falling", "val_loss"),
    "stop restore": (lambda: C.EarlyStopping(patience=3, verbose=1, restore_best_weights=True), "falling", "val_loss"),
    "stop restore late": (lambda: C.EarlyStopping(patience=30, verbose=1, restore_best_weights=True), "falling", "val_loss"),
    "stop baseline": (lambda: C.EarlyStopping(patience=3, baseline=0.8, verbose=1), "falling", "val_loss"),
    "stop start": (lambda: C.EarlyStopping(start_from_epoch=4, verbose=1), "falling", "val_loss"),
    "stop start restore": (
        lambda: C.EarlyStopping(start_from_epoch=4, patience=2, verbose=1, restore_best_weights=True), "falling", "val_loss"),
    "stop rising": (lambda: C.EarlyStopping(verbose=1), "rising", "val_loss"),
    "stop accuracy": (lambda: C.EarlyStopping("val_accuracy", patience=2, verbose=1), "accuracies", "val_accuracy"),
    "stop minimum": (lambda: C.EarlyStopping("val_accuracy", patience=2, verbose=1, mode="min"), "accuracies", "val_accuracy"),
    "stop tiny": (lambda: C.EarlyStopping(patience=1, verbose=1), "tiny", "val_loss"),
    "plateau": (lambda: C.ReduceLROnPlateau(patience=2, verbose=1), "falling", "val_loss"),
    "plateau flat": (lambda: C.ReduceLROnPlateau(factor=0.3, patience=3, cooldown=2, min_lr=0.01, verbose=1), "flat", "val_loss"),
    "plateau delta": (lambda: C.ReduceLROnPlateau(factor=0.5, patience=1, min_delta=0.06, verbose=1), "falling", "val_loss"),
    "plateau accuracy": (lambda: C.ReduceLROnPlateau("val_accuracy", patience=1, verbose=1), "accuracies", "val_accuracy"),
    "scheduler": (lambda: C.LearningRateScheduler(lambda epoch, rate: rate * 0.7 if epoch else rate, 1), "rising", "val_loss"),
    "checkpoint": (lambda: C.ModelCheckpoint("w-{epoch:02d}-{val_loss:.3f}.weights.h5", **weights_only), "rising", "val_loss"),
    "checkpoint best": (
        lambda: C.ModelCheckpoint("best.weights.h5", save_best_only=True, **weights_only), "falling", "val_loss"),
    "checkpoint threshold": (
        lambda: C.ModelCheckpoint("best.weights.h5", save_best_only=True, initial_value_threshold=0.9, **weights_only),
        "falling", "val_loss"),
    "checkpoint accuracy": (
        lambda: C.ModelCheckpoint("a-{val_accuracy:6.2e}.weights.h5", "val_accuracy", save_best_only=True, **weights_only),
        "accuracies", "val_accuracy"),
    "checkpoint batches": (
        lambda: C.ModelCheckpoint("b-{epoch}-{batch:03d}-{loss:.1f}.weights.h5", save_freq=4, **weights_only), "rising", "val_loss"),
}
callback_results = {
    key: {"sequence": sequences[sequence], "name": name} | drive(make, sequences[sequence], name)
    for key, (make, sequence, name) in callback_cases.items()
}

tables = {}
folder = tempfile.mkdtemp()
for key, arguments, extra, runs in [
    ("plain", {}, {}, 1), ("validated late", {}, {1: {"val_loss": 0.125}}, 1),
    ("append", {"append": True}, {}, 2), ("overwrite", {}, {}, 2), ("semicolon", {"separator": ";"}, {}, 1),
]:
    path = os.path.join(folder, key + ".csv")
    for run in range(runs):
        name = "loss" if key == "validated late" else "val_loss"
        drive(lambda: C.CSVLogger(path, **arguments), [0.5, 1e-5, 1e20], name, extra)
    tables[key] = open(path, newline="").read()

result = {
    "steps": STEPS, "schedules": schedule_values,
    "start": [flat(w) for w in start], "gradients": [[flat(g) for g in s] for s in gradients],
    "optimizers": optimizer_results,
    "data": {k: {"shapes": [list(t.shape), list(p.shape)], "target": flat(t), "prediction": flat(p)}
             for k, (t, p) in data.items()},
    "weights": flat(sample_weights), "losses": loss_results, "metrics": metric_results,
    "confusion": flat(confusion), "several": several, "callbacks": callback_results, "tables": tables,
}
with open(os.path.join(here, "training.json"), "w") as file:
    json.dump(result, file, separators=(",", ":"))
print(os.path.getsize(os.path.join(here, "training.json")), "bytes")
