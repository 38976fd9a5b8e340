"""Writes png_suite.npz: the PNG files that come with libpng's sources (contrib/pngsuite, by Willem van
Schaik, and contrib/testpngs), and beside each, as NAME.rgba, the height, the width and the CRC-32 of the
RGBA bytes that Pillow reads from it.

usage: make_png_suite.py LIBPNG_SOURCES
"""

import glob
import os
import sys
import zlib

import numpy as np
from PIL import Image

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.join(sys.argv[1], "contrib")
arrays = {}


def rgba(path):
    image = Image.open(path)
    image.load()
    data = open(path, "rb").read()
    depth, color = data[24], data[25]
    place = data.find(b"tRNS")
    key = int.from_bytes(data[place + 4:place + 6], "big") if place > 0 else None
    if color == 0 and (depth == 16 or depth < 8 and key is not None):
        # Pillow compares the transparent grey after spreading the numbers over 0...255, and has no
        # 16-bit greys with opacity: here by the standard, on the numbers in the file.
        grey = np.asarray(image.convert("L") if depth < 8 else image).astype(int)
        unit = 255 // (2**depth - 1) if depth < 8 else 1
        opacity = np.where(grey == (-1 if key is None else key * unit), 0, 255)
        grey = grey >> 8 if depth == 16 else grey
        return np.stack([grey, grey, grey, opacity], -1).astype(np.uint8)
    return np.asarray(image.convert("RGBA"))


for path in sorted(glob.glob(os.path.join(root, "**", "*.png"), recursive=True)):
    name = os.path.relpath(path, root)
    if "crashers" in name or "pngsuite" not in name and "testpngs" not in name:
        continue
    arrays[name] = np.frombuffer(open(path, "rb").read(), np.uint8)
    pixels = rgba(path)
    arrays[name + ".rgba"] = np.array([*pixels.shape[:2], zlib.crc32(pixels.tobytes())], np.int64)
np.savez_compressed(os.path.join(here, "png_suite.npz"), **arrays)
print(len(arrays) // 2, "files")
