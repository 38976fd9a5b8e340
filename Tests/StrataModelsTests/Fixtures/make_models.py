#!/usr/bin/env python3
"""Builds the zoo's networks in real Keras and writes what it counts and prints to models.json.

usage: make_models.py            writes models.json
       make_models.py NAME ...   prints summaries, to be compared with `zoo summary NAME --width 100`

Needs: pip install tensorflow-cpu keras
"""
import gc, json, math, os, pathlib, sys, zlib

os.environ.update(COLUMNS="100", LINES="40", TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="")
import keras
from keras import applications, layers as L


class LocalResponseNormalization(L.Layer):
    """Keras has none; only its name and shape matter here."""

    def call(self, x):
        return x


def conv(x, filters, size=3, strides=1, padding="same", activation="relu", **rest):
    return L.Conv2D(filters, size, strides, padding, activation=activation, **rest)(x)


def normalized(x, filters, size=3, strides=1, activated=True):
    x = conv(x, filters, size, strides, activation=None, use_bias=False)
    x = L.BatchNormalization()(x)
    return L.ReLU()(x) if activated else x


def dense(x, *units, activation="relu", dropout=0):
    x = L.Flatten()(x)
    for n in units:
        x = L.Dense(n, activation)(x)
        x = L.Dropout(dropout)(x) if dropout else x
    return x


def joined(y, x, filters, strides):
    shortcut = x if x.shape == y.shape else normalized(x, filters, 1, strides, False)
    return L.ReLU()(L.Add()([y, shortcut]))


def lenet5(i, modern=False):
    a, pool = ("relu", L.MaxPool2D) if modern else ("sigmoid", L.AveragePooling2D)
    x = pool(2)(conv(i, 6, 5, activation=a))
    x = pool(2)(conv(x, 16, 5, padding="valid", activation=a))
    return dense(x, 120, 84, activation=a)


def simple_convnet(i):
    return dense(L.MaxPool2D(2)(conv(i, 30, 5, padding="valid")), 100)


def tf_convnet(i):
    return dense(L.MaxPool2D(2)(conv(i, 10)), 100)


def cifar_cnn(i):
    x = L.MaxPool2D(2)(conv(conv(i, 16), 32))
    return dense(L.MaxPool2D(2)(conv(conv(x, 64, strides=2), 64, strides=2)), 128)


def alexnet_lite(i):
    x = L.MaxPool2D(3, 2)(conv(i, 64, 5))
    x = L.MaxPool2D(3, 2)(conv(x, 192, 5))
    x = conv(conv(conv(x, 384), 256), 256)
    return dense(L.MaxPool2D(3, 2)(x), 1024, 512, dropout=0.5)


def alexnet(i):
    x = LocalResponseNormalization()(conv(i, 96, 11, 4, "valid"))
    x = conv(L.MaxPool2D(3, 2)(x), 256, 5, groups=2)
    x = conv(L.MaxPool2D(3, 2)(LocalResponseNormalization()(x)), 384)
    x = conv(conv(x, 384, groups=2), 256, groups=2)
    return dense(L.MaxPool2D(3, 2)(x), 4096, 4096, dropout=0.5)


VGG = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}


def vgg(i, depth, cifar):
    x = i
    for count, filters in zip(VGG[depth], (64, 128, 256, 512, 512)):
        for _ in range(count):
            x = normalized(x, filters) if cifar else conv(x, filters)
        x = L.MaxPool2D(2)(x)
    return dense(x, *[512 if cifar else 4096] * 2)


def mini_resnet(i):
    x = L.MaxPool2D(2)(conv(i, 64))
    for _ in range(3):
        x = L.ReLU()(L.Add()([conv(conv(x, 64), 64), x]))
    return L.GlobalAveragePooling2D()(x)


def cifar_resnet(i, depth):
    x = normalized(i, 16)
    for filters in (16, 32, 64):
        for block in range((depth - 2) // 6):
            s = 2 if block == 0 and filters > 16 else 1
            y = normalized(normalized(x, filters, strides=s), filters, activated=False)
            x = joined(y, x, filters, s)
    return L.GlobalAveragePooling2D()(x)


RESNET = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3),
          152: (3, 8, 36, 3)}


def resnet(i, depth, first=False):
    x = L.MaxPool2D(3, 2, "same")(normalized(i, 64, 7, 2))
    for stage, count in enumerate(RESNET[depth]):
        f = 64 << stage
        for block in range(count):
            s = 2 if block == 0 and stage > 0 else 1
            if depth >= 50:
                y = normalized(x, f, 1, s if first else 1)
                y = normalized(y, f, 3, 1 if first else s)
                y = normalized(y, 4 * f, 1, activated=False)
            else:
                y = normalized(normalized(x, f, 3, s), f, activated=False)
            x = joined(y, x, y.shape[-1], s)
    return L.GlobalAveragePooling2D()(x)


def mobilenetv2(i):
    def bn(x, activated=True):
        x = L.BatchNormalization(momentum=0.999)(x)
        return L.ReLU(6.0)(x) if activated else x

    def pointwise(x, filters, **rest):
        return L.Conv2D(filters, 1, use_bias=False, **rest)(x)

    x, number = bn(L.Conv2D(32, 3, 2, "same", use_bias=False)(i)), 0
    for filters, count, stride in ((16, 1, 1), (24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1),
                                   (160, 3, 2), (320, 1, 1)):
        for block in range(count):
            y = bn(pointwise(x, 6 * x.shape[-1])) if number else x
            y = bn(L.DepthwiseConv2D(3, 1 if block else stride, "same", use_bias=False)(y))
            y = bn(pointwise(y, filters), activated=False)
            x = L.Add()([x, y]) if x.shape == y.shape else y
            number += 1
    return L.GlobalAveragePooling2D()(bn(pointwise(x, 1280)))


def densenet121(i):
    def unit(x, filters, size):
        x = L.ReLU()(L.BatchNormalization()(x))
        return L.Conv2D(filters, size, padding="same", use_bias=False)(x)

    x = L.MaxPool2D(3, 2, "same")(normalized(i, 64, 7, 2))
    for block, count in enumerate((6, 12, 24, 16)):
        if block:
            x = L.AveragePooling2D(2)(unit(x, x.shape[-1] // 2, 1))
        for _ in range(count):
            x = L.Concatenate()([x, unit(unit(x, 128, 1), 32, 3)])
    return L.GlobalAveragePooling2D()(L.ReLU()(L.BatchNormalization()(x)))


def unet(i):
    def twice(x, filters):
        return conv(conv(x, filters), filters)

    x, levels = i, []
    for filters in (64, 128, 256, 512):
        levels.append((twice(x, filters), filters))
        x = L.MaxPool2D(2)(levels[-1][0])
    x = twice(x, 1024)
    for same, filters in reversed(levels):
        x = L.Concatenate()([same, L.Conv2DTranspose(filters, 2, 2)(x)])
        x = twice(x, filters)
    return keras.Model(i, conv(x, 2, 1, activation="softmax"))


def sequential_cifar_cnn():
    model = keras.Sequential([keras.Input((32, 32, 3))])
    for filters, strides in ((16, 1), (32, 1), (0, 0), (64, 2), (64, 2), (0, 0)):
        model.add(L.Conv2D(filters, 3, strides, "same", activation="relu") if filters
                  else L.MaxPool2D(2))
    for layer in (L.Flatten(), L.Dense(128, "relu"), L.Dense(10, "softmax")):
        model.add(layer)
    return model


SMALL, DIGITS, LARGE = ((32, 32, 3), 10), ((28, 28, 1), 10), ((224, 224, 3), 1000)
NETWORKS = {
    "lenet5": (DIGITS, lenet5), "lenet5_modern": (DIGITS, lambda i: lenet5(i, True)),
    "simple_convnet": (DIGITS, simple_convnet), "tf_convnet": (DIGITS, tf_convnet),
    "cifar_cnn": (SMALL, cifar_cnn), "alexnet_lite": (SMALL, alexnet_lite),
    "alexnet": (((227, 227, 3), 1000), alexnet), "mini_resnet": (SMALL, mini_resnet),
    "mobilenetv2": (LARGE, mobilenetv2), "densenet121": (LARGE, densenet121),
    "unet": (((256, 256, 1), 2), unet),
}
for d in VGG:
    NETWORKS[f"vgg{d}"] = (LARGE, lambda i, d=d: vgg(i, d, False))
    NETWORKS[f"vgg{d}_cifar"] = (SMALL, lambda i, d=d: vgg(i, d, True))
for d in (20, 32, 44, 56, 110):
    NETWORKS[f"resnet{d}"] = (SMALL, lambda i, d=d: cifar_resnet(i, d))
for d in RESNET:
    NETWORKS[f"resnet{d}"] = (LARGE, lambda i, d=d: resnet(i, d))
    if d >= 50:
        NETWORKS[f"resnet{d}_v1"] = (LARGE, lambda i, d=d: resnet(i, d, True))

READY = {"sequential_cifar_cnn": sequential_cifar_cnn}
for n in ("VGG16", "VGG19", "ResNet50", "ResNet101", "ResNet152", "MobileNetV2", "DenseNet121",
          "DenseNet169", "DenseNet201"):
    READY["applications_" + n.lower()] = lambda n=n: getattr(applications, n)(weights=None)
# Other arguments of keras.applications than its defaults.
VARIANTS = {
    "VGG16(include_top=False, pooling='avg', input_shape=(64, 48, 3))",
    "VGG16(input_shape=(32, 32, 1), classes=7, classifier_activation='sigmoid')",
    "ResNet50(include_top=False, pooling='max', input_shape=(64, 64, 3))",
    "ResNet50(include_top=False, input_shape=(65, 33, 3))",
    "MobileNetV2(alpha=0.35, input_shape=(96, 96, 3), classes=5)",
    "MobileNetV2(alpha=1.4, include_top=False, pooling='max', input_shape=(97, 64, 3))",
    "DenseNet121(include_top=False, pooling='avg', input_shape=(64, 64, 3))",
}


def build(name):
    keras.utils.clear_session()
    gc.collect()
    if "(" in name:
        return eval(f"applications.{name[:-1]}, weights=None)")
    if name in READY:
        return READY[name]()
    (shape, classes), body = NETWORKS[name]
    i = keras.Input(shape)
    x = body(i)
    return x if isinstance(x, keras.Model) else keras.Model(i, L.Dense(classes, "softmax")(x))


def printed(model):
    lines = []
    model.summary(print_fn=lambda text, **_: lines.append(text))
    return "\n".join(lines)


def count(weights):
    return sum(math.prod(w.shape) for w in weights)


def facts(name):
    model = build(name)
    text = printed(model)
    return {"name": model.name, "layers": len(model.layers),
            "total": model.count_params(), "trainable": count(model.trainable_weights),
            "summary_crc32": zlib.crc32(text.rstrip("\n").encode())}


if sys.argv[1:]:
    for n in sys.argv[1:]:
        print(printed(build(n)))
else:
    everything = {n: facts(n) for n in [*NETWORKS, *READY, *sorted(VARIANTS)]}
    path = pathlib.Path(__file__).with_name("models.json")
    rows = [f" {json.dumps(n)}: {json.dumps(f)}" for n, f in everything.items()]
    path.write_text("{\n" + ",\n".join(rows) + "\n}\n")
