"""Writes the images/ beside this file, and images.npz with what Pillow reads from them."""

import os

import numpy as np
from PIL import Image

here = os.path.dirname(os.path.abspath(__file__))
folder = os.path.join(here, "images")
os.makedirs(folder, exist_ok=True)
random = np.random.default_rng(0)
height, width = 7, 13
y, x = np.mgrid[:height, :width]


def smooth(channels):
    """Gradients with a little noise, so that every filter of PNG's is the best for some row."""
    planes = [x * 15 + y * 7 * c + random.integers(0, 9 * (c + 1), x.shape) for c in range(channels)]
    return (np.stack(planes, -1) % 256).astype(np.uint8).squeeze()


images = {
    "grey": Image.fromarray(smooth(1)),
    "grey_opacity": Image.fromarray(smooth(2), "LA"),
    "rgb": Image.fromarray(smooth(3)),
    "rgba": Image.fromarray(smooth(4), "RGBA"),
    "bilevel": Image.fromarray(smooth(1) > 128),
    "grey16": Image.fromarray((x * 5000 + y * 301 + 17).astype(np.uint16)),
}
colors = Image.fromarray(smooth(3))
for bits in 1, 2, 4, 8:
    images[f"palette{bits}"] = colors.quantize(2**bits)
expected = {}
for name, image in images.items():
    options = {"bits": int(name[7:])} if name.startswith("palette") else {}
    image.save(os.path.join(folder, name + ".png"), **options)
images["palette4"].save(
    os.path.join(folder, "palette_opacity.png"), bits=4, transparency=bytes(range(0, 160, 16)))
images["grey"].save(os.path.join(folder, "grey.pgm"))
images["rgb"].save(os.path.join(folder, "rgb.ppm"))

modes = {"P": "RGB", "1": "L"}
for name in sorted(os.listdir(folder)):
    image = Image.open(os.path.join(folder, name))
    if name == "palette_opacity.png":
        image = image.convert("RGBA")
    if image.mode in modes:
        image = image.convert(modes[image.mode])
    array = np.asarray(image)
    if name == "grey16.png":
        array = (array >> 8).astype(np.uint8)
    expected[name] = array.reshape(height, width, -1).astype(np.uint8)
    grey = "grey_of_" + name
    if image.mode == "RGB":
        expected[grey] = np.asarray(image.convert("L"))[..., None]
np.savez(os.path.join(here, "images.npz"), **expected)
