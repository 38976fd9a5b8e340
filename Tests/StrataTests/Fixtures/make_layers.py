#!/usr/bin/env python3
"""Writes layers.json and layers.npy: what Keras 3.15 gives for single layers, where the tests expect
the same.

layers.json lists cases: a layer as Keras serializes it, the shapes of its inputs, weights and output, and
its penalty. layers.npy holds their numbers, one after the other: inputs, weights, output, then the gradient
of sum(output * weight) with respect to inputs and trainable weights, where weight is cos(0), cos(1), ...
Constraints are cases of a weight before and after. Needs tensorflow-cpu and keras.
"""
import json
import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L
from keras.src.activations import ALL_OBJECTS
from keras.src.applications.convnext import LayerScale, StochasticDepth
from keras.src.applications.inception_resnet_v2 import CustomScaleLayer

here = os.path.dirname(os.path.abspath(__file__))
random = np.random.default_rng(5)
cases, numbers = [], []


def keep(*arrays):
    numbers.extend(np.asarray(a, "f4").reshape(-1) for a in arrays)


def case(layer, *shapes, name=None):
    shapes = shapes or ((2, 4, 5, 3),)
    inputs = [tf.constant(random.normal(size=s).astype("f4")) for s in shapes]
    argument = inputs if len(inputs) > 1 else inputs[0]
    layer.build(list(shapes) if len(shapes) > 1 else shapes[0])
    layer.set_weights([random.uniform(0.1, 1.5, size=w.shape) for w in layer.get_weights()])
    if isinstance(layer, L.Normalization):
        layer.finalize_state()
    training = {"training": False} if isinstance(layer, L.RandomFlip.__bases__[0]) else {}
    trainable = [v.value for v in layer.trainable_variables]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        y = layer(argument, **training)
        total = tf.reduce_sum(y * tf.reshape(tf.cos(tf.range(tf.size(y), dtype="float32")), y.shape))
    gradients = tape.gradient(total, inputs + trainable, unconnected_gradients="zero")
    cases.append({
        "name": name or layer.name, "layer": keras.saving.serialize_keras_object(layer),
        "inputs": shapes, "weights": [tuple(v.shape) for v in layer.weights],
        "trainable": [v.trainable for v in layer.weights], "output": tuple(y.shape),
        "penalty": float(sum(layer.losses)) if layer.losses else 0.0})
    keep(*inputs, *layer.get_weights(), y, *gradients)


def constraint(made, shape=(3, 2, 2, 4)):
    weight = random.normal(size=shape).astype("f4")
    cases.append({"name": "constraint", "constraint": keras.saving.serialize_keras_object(made), "weights": [shape]})
    keep(weight, made(tf.constant(weight)))


same = ((2, 3, 3, 2), (2, 3, 3, 2))
# threshold has no defaults; sparsemax is wrong in Keras 3.15: its [1, 1] gives [0, 0].
for activation in sorted({f.__name__ for f in ALL_OBJECTS} - {"threshold", "sparsemax"}):
    case(L.Activation(activation), (2, 3, 4))
for options in [
    dict(), dict(max_value=1.0), dict(negative_slope=0.1, threshold=0.5), dict(max_value=0.7, threshold=0.2),
]:
    case(L.ReLU(**options), (2, 3, 4))
for layer in [L.LeakyReLU(), L.LeakyReLU(0.1), L.ELU(), L.ELU(0.5), L.PReLU(), L.Softmax()]:
    case(layer, (2, 3, 4))
case(L.PReLU(shared_axes=[1, 2], alpha_regularizer="l1"))
case(L.Softmax(axis=[1, 2]))
case(L.Softmax(axis=1))

case(L.Dense(4, activation="tanh", kernel_regularizer=keras.regularizers.L1L2(0.1, 0.2), activity_regularizer="l2"), (3, 5))
case(L.Dense(2, use_bias=False, kernel_constraint="non_neg"), (2, 3, 4))
case(L.Conv2D(4, 3, padding="same", activation="relu", kernel_regularizer="l2", bias_regularizer="l1"))
case(L.Conv2D(4, (2, 3), strides=(2, 1), groups=2, use_bias=False), (2, 4, 5, 2))
case(L.Conv2D(2, 2, dilation_rate=2, kernel_initializer="orthogonal", kernel_constraint=keras.constraints.UnitNorm([0, 1, 2])))
for options in [
    dict(kernel_size=3), dict(kernel_size=3, strides=2, padding="same", activation="silu"),
    dict(kernel_size=(2, 3), depth_multiplier=2), dict(kernel_size=2, dilation_rate=2, use_bias=False),
]:
    case(L.DepthwiseConv2D(**options))
case(L.SeparableConv2D(2, 3, padding="same", activation="relu"))
case(L.SeparableConv2D(4, 2, strides=2, depth_multiplier=2, pointwise_regularizer="l2", depthwise_regularizer="l1"))
for options in [
    dict(kernel_size=3), dict(kernel_size=2, strides=2, padding="same"), dict(kernel_size=3, strides=2, padding="same"),
    dict(kernel_size=3, strides=2), dict(kernel_size=2, strides=3), dict(kernel_size=(4, 3), strides=(2, 3), padding="same"),
    dict(kernel_size=3, strides=2, padding="same", output_padding=1), dict(kernel_size=3, strides=2, output_padding=1),
    dict(kernel_size=3, strides=2, padding="same", output_padding=0), dict(kernel_size=3, dilation_rate=2, activation="relu"),
]:
    case(L.Conv2DTranspose(2, **options), (2, 3, 2, 2))

case(L.BatchNormalization(epsilon=0.01))
case(L.BatchNormalization(scale=False, beta_regularizer="l2"), (4, 5))
case(L.LayerNormalization())
case(L.LayerNormalization(axis=[1, 2, 3], epsilon=0.1, gamma_regularizer="l2"))
case(L.LayerNormalization(center=False, scale=False), (3, 6))
case(L.GroupNormalization(groups=2), (2, 3, 3, 4))
case(L.GroupNormalization(groups=1, scale=False))
case(L.GroupNormalization(groups=-1))

case(L.Reshape((5, -1)))
case(L.Reshape((60,)))
case(L.Permute((3, 1, 2)))
case(L.Flatten())
case(L.ZeroPadding2D(), (2, 2, 3, 2))
case(L.ZeroPadding2D(((1, 0), (2, 3))), (2, 2, 3, 2))
case(L.Cropping2D(((1, 0), (2, 1))))
case(L.Cropping2D((1, 2)))
case(L.UpSampling2D(), (2, 2, 3, 2))
case(L.UpSampling2D((3, 2), interpolation="bilinear"), (2, 3, 4, 1))
case(L.UpSampling2D(2, interpolation="bilinear"), (1, 2, 3, 2))

for layer in [L.Add(), L.Subtract(), L.Multiply(), L.Average(), L.Maximum(), L.Minimum(), L.Concatenate(), L.Concatenate(axis=1)]:
    case(layer, *same)
for layer in [L.Add(), L.Multiply(), L.Average(), L.Maximum(), L.Minimum()]:
    case(layer, *same, (2, 1, 1, 2))
case(L.Concatenate(), (1, 2, 2, 1), (1, 2, 2, 3), (1, 2, 2, 2))

case(L.MaxPooling2D())
case(L.MaxPooling2D(3, strides=1, padding="same"))
case(L.AveragePooling2D((2, 3), strides=2, padding="same"))
case(L.GlobalAveragePooling2D())
case(L.GlobalMaxPooling2D(keepdims=True))

case(L.Rescaling(0.5, offset=-1.0))
case(L.Normalization(mean=0.5, variance=2.0), (3, 4))
case(L.Normalization(mean=[0.5, 1.0, -1.0], variance=[2.0, 3.0, 0.5], invert=True))
case(L.Normalization())
for layer in [L.Dropout(0.3), L.SpatialDropout2D(0.3), L.GaussianNoise(0.2), L.Identity(), L.RandomFlip("horizontal"),
              L.RandomTranslation(0.1, (-0.2, 0.3), fill_mode="constant"), L.RandomContrast(0.2),
              L.ActivityRegularization(0.1, 0.2)]:
    case(layer, (1, 2, 2, 2))

C = keras.constraints
for made in [C.MaxNorm(), C.MaxNorm(0.5, axis=[0, 1, 2]), C.NonNeg(), C.UnitNorm(axis=[0, 1, 2]),
             C.MinMaxNorm(1.0, 1.5, rate=0.7), C.MinMaxNorm(2.0, 3.0, axis=[0, 1])]:
    constraint(made)

for options in [
    dict(height=3, width=7), dict(height=6, width=2, interpolation="nearest"), dict(height=8, width=5, interpolation="nearest"),
    dict(height=3, width=3, crop_to_aspect_ratio=True), dict(height=6, width=2, pad_to_aspect_ratio=True),
    dict(height=2, width=5, pad_to_aspect_ratio=True, fill_value=1.5),
]:
    case(L.Resizing(**options))
case(L.CenterCrop(3, 2))
case(L.CenterCrop(2, 6))
case(L.CenterCrop(9, 7))
for layer in [L.RandomRotation(0.1), L.RandomRotation((-0.1, 0.2), fill_mode="constant", fill_value=0.5),
              L.RandomZoom(0.3), L.RandomZoom((-0.2, 0.1), 0.3, fill_mode="nearest", interpolation="nearest"),
              L.RandomBrightness(0.2), L.RandomBrightness((0.1, 0.3), value_range=(-1.0, 1.0)),
              L.GaussianDropout(0.3), L.AlphaDropout(0.3), L.AlphaDropout(0.2, noise_shape=(None, 1, 2, 2))]:
    case(layer, (1, 2, 2, 2))
case(LayerScale(0.5, 3))
case(StochasticDepth(0.2))
case(CustomScaleLayer(0.17), *same)

with open(os.path.join(here, "layers.json"), "w") as file:
    json.dump(cases, file, separators=(",", ":"))
np.save(os.path.join(here, "layers.npy"), np.concatenate(numbers))
