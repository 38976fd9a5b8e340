"""Writes the pictures/ beside this file, pictures.npz with what Pillow (libjpeg-turbo) reads from
them, reduced.npz with what libjpeg-turbo's djpeg makes of them in smaller sizes, and resized.npz with
what TensorFlow and Pillow make of one of them. Needs Debian's libjpeg-turbo-progs."""

import io
import os
import struct
import subprocess
import tempfile

import numpy as np
from PIL import Image, ImageOps

here = os.path.dirname(os.path.abspath(__file__))
folder = os.path.join(here, "pictures")
os.makedirs(folder, exist_ok=True)
random = np.random.default_rng(0)
width, height = 37, 29


def photo(width=width, height=height):
    """Soft colours, an edge and some noise."""
    y, x = np.mgrid[:height, :width]
    waves = [128 + 100 * np.sin(x / (3 + c) + y / (7 - c)) for c in range(3)]
    picture = np.stack(waves, -1) + random.normal(0, 8, (height, width, 3))
    picture[(x - 20) ** 2 + (y - 12) ** 2 < 60] += [90, -60, 20]
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))


def write(name, data):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def saved(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


# JPEG: options of cjpeg.
picture = photo()
temporary = tempfile.mkdtemp()


def text(name, content):
    path = os.path.join(temporary, name)
    with open(path, "w") as file:
        file.write(content)
    return path


progression = text("progression", """0: 0-0, 0, 1; 1 2: 0-0, 0, 1; 0: 1-5, 0, 2; 2: 1-63, 0, 1;
1: 1-63, 0, 1; 0: 6-63, 0, 2; 0: 1-63, 2, 1; 0 1 2: 0-0, 1, 0; 2: 1-63, 1, 0; 1: 1-63, 1, 0;
0: 1-63, 1, 0;""")
one_by_one = text("one_by_one", "0; 1; 2;")
large = text("large", "\n".join(" ".join(str(1 + i * 9) for i in range(64)) for _ in range(2)))
cjpeg = {
    "444": "-sample 1x1", "422": "-sample 2x1", "440": "-sample 1x2", "420": "-sample 2x2",
    "411": "-sample 4x1", "410": "-sample 4x2 -quality 90", "441": "-sample 1x4",
    "mixed": "-sample 2x2,2x1,1x2", "finer_chroma": "-sample 1x1,2x2,2x2",
    "threes": "-sample 3x1,1x1,1x1", "progressive_420": "-progressive",
    "progressive_440": "-progressive -sample 1x2 -quality 95",
    "progressive_411": "-progressive -sample 4x1 -quality 30",
    "many_scans": f"-scans {progression} -restart 2B", "one_by_one": f"-scans {one_by_one}",
    "restart": "-restart 1B -sample 2x1", "restart_rows": "-restart 1 -progressive",
    "wide_tables": f"-qtables {large} -quality 100", "rgb": "-rgb", "grey": "-grayscale",
    "grey_factors": "-grayscale -sample 2x2", "best": "-quality 100 -optimize", "worst": "-quality 2",
}
for name, options in cjpeg.items():
    ppm = saved(picture, "PPM")
    data = subprocess.run(["cjpeg"] + options.split(), input=ppm, capture_output=True, check=True)
    write(name + ".jpg", data.stdout)
for size in (1, 1), (2, 3), (5, 2), (8, 8), (16, 17):
    write("%dx%d.jpg" % size, saved(photo(*size), "JPEG", quality=90))
cmyk = saved(picture.convert("CMYK"), "JPEG", quality=90)
write("cmyk.jpg", cmyk)
mark = cmyk.index(b"Adobe") + 11
write("ycck.jpg", cmyk[:mark] + b"\2" + cmyk[mark + 1 :])
for orientation in range(2, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif.endian = "<>"[orientation % 2]
    write(f"turned{orientation}.jpg", saved(picture, "JPEG", exif=exif))
write("more_after_the_end.jpg", saved(picture, "JPEG", quality=50) + b"more")

# GIF.
few = picture.quantize(20)
write("plain.gif", saved(few, "GIF", interlace=0))
write("interlaced.gif", saved(few, "GIF", interlace=1))
write("transparent.gif", saved(few, "GIF", transparency=3))
write("grey.gif", saved(picture.convert("L"), "GIF"))
write("noise.gif", saved(Image.fromarray(random.integers(0, 256, (60, 150), np.uint8)), "GIF"))
frames = [few, picture.quantize(5)]
write("frames.gif", saved(frames[0], "GIF", save_all=True, append_images=frames[1:]))
part = bytearray(saved(few, "GIF", interlace=0))
part[6:10] = struct.pack("<HH", 45, 40)
frame = part.index(b",", 13 + 3 * 32)
part[frame + 1 : frame + 5] = struct.pack("<HH", 5, 3)
write("part.gif", bytes(part))

# BMP.
write("colours.bmp", saved(picture, "BMP"))
write("palette.bmp", saved(few, "BMP"))
write("bilevel.bmp", saved(picture.convert("1"), "BMP"))
write("grey.bmp", saved(picture.convert("L"), "BMP"))
write("opacity.bmp", saved(Image.merge("RGBA", [*picture.split(), picture.convert("L")]), "BMP"))


def bmp(depth, compression, data, extra=b"", colors=0, rows=height, columns=width):
    offset = 14 + 40 + len(extra)
    header = struct.pack("<2sIHHI", b"BM", offset + len(data), 0, 0, offset)
    header += struct.pack(
        "<IiiHHIIiiII", 40, columns, rows, 1, depth, compression, len(data), 0, 0, colors, 0)
    return header + extra + data


values = np.asarray(picture).astype(int)
padding = [(0, 0), (0, width % 2)]
fives = (values[..., 0] >> 3) << 10 | (values[..., 1] >> 3) << 5 | values[..., 2] >> 3
sixes = (values[..., 0] >> 3) << 11 | (values[..., 1] >> 2) << 5 | values[..., 2] >> 3
write("fives.bmp", bmp(16, 0, np.pad(fives, padding)[::-1].astype("<u2").tobytes()))
masks = struct.pack("<III", 0xF800, 0x7E0, 0x1F)
write("sixes.bmp", bmp(16, 3, np.pad(sixes, padding)[::-1].astype("<u2").tobytes(), masks))
words = values[..., 0] << 16 | values[..., 1] << 8 | values[..., 2]
write("words.bmp", bmp(32, 0, words[::-1].astype("<u4").tobytes()))
write("from_the_top.bmp", bmp(32, 0, words.astype("<u4").tobytes(), rows=-height))
palette = bytes(random.integers(0, 256, 64, np.uint8) & np.tile([255, 255, 255, 0], 16))
nibbles = random.integers(0, 256, (height, 20), np.uint8)
write("nibbles.bmp", bmp(4, 0, nibbles.tobytes(), palette, 16))
runs8 = bytes([5, 1, 0, 3, 4, 5, 6, 0, 2, 9, 0, 0, 0, 2, 3, 1, 4, 2, 0, 0, 10, 7, 0, 1])
write("runs8.bmp", bmp(8, 1, runs8, palette, 16, 4, 10))
runs4 = bytes([5, 0x12, 0, 5, 0x34, 0x56, 0x70, 0, 0, 0, 10, 0xAB, 0, 0, 10, 0x11, 0, 0, 10, 0x23, 0, 1])
write("runs4.bmp", bmp(4, 2, runs4, palette, 16, 4, 10))
core = struct.pack("<2sIHHIIHHHH", b"BM", 0, 0, 0, 26, 12, width, height, 1, 24)
rows = np.pad(values[::-1, :, ::-1].reshape(height, -1), [(0, 0), (0, -3 * width % 4)])
write("core.bmp", core + rows.astype(np.uint8).tobytes())

expected = {}
reduced = {}
for name in sorted(os.listdir(folder)):
    path = os.path.join(folder, name)
    image = ImageOps.exif_transpose(Image.open(path))
    if name == "transparent.gif":
        image = image.convert("RGBA")
    elif image.mode not in ("RGB", "RGBA") and not (image.mode == "L" and name.endswith("jpg")):
        image = image.convert("RGB")
    expected[name] = np.asarray(image).reshape(image.height, image.width, -1)
    if name.endswith(".jpg") and name[:-4] in cjpeg:
        for scale in 4, 2, 1:
            small = subprocess.run(
                ["djpeg", "-scale", f"{scale}/8", path], capture_output=True, check=True).stdout
            array = np.asarray(Image.open(io.BytesIO(small)))
            reduced[f"{scale}_{name}"] = array.reshape(array.shape[0], array.shape[1], -1)
np.savez_compressed(os.path.join(here, "pictures.npz"), **expected)
np.savez_compressed(os.path.join(here, "reduced.npz"), **reduced)

import tensorflow as tf  # noqa: E402
from keras.utils import image_dataset_from_directory  # noqa: E402

resized = {"original": np.asarray(picture)}
filters = {"antialiased": Image.BILINEAR, "area": Image.BOX}
for new in (12, 10), (29, 50), (64, 16), (1, 1), (40, 45), (28, 36):
    name = "%dx%d" % new
    for method in "nearest", "bilinear":
        array = tf.image.resize(np.asarray(picture), new, method=method).numpy()
        resized[f"{method}_stretch_{name}"] = array.astype(np.float32)
    for method, pillow in filters.items():
        resized[f"{method}_stretch_{name}"] = np.asarray(picture.resize(new[::-1], pillow))
with tempfile.TemporaryDirectory() as temporary:
    os.makedirs(os.path.join(temporary, "class"))
    picture.save(os.path.join(temporary, "class", "a.png"))
    for new in (20, 20), (10, 30), (60, 16), (7, 7), (33, 70):
        for aspect in "crop", "pad":
            for method in "nearest", "bilinear":
                pictures = image_dataset_from_directory(
                    temporary, image_size=new, interpolation=method, labels=None, verbose=False,
                    **{f"{aspect}_to_aspect_ratio": True})
                name = f"{method}_{aspect}_%dx%d" % new
                resized[name] = next(iter(pictures)).numpy()[0].astype(np.float32)
np.savez_compressed(os.path.join(here, "resized.npz"), **resized)
