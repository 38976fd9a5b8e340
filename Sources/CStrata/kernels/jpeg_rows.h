// Rows of pixels from the samples of JPEG's components: those with fewer samples are enlarged, then
// colours are converted, to the bit as libjpeg does with its "fancy" upsampling.

typedef uint8_t jpeg_bytes __attribute__((vector_size(16), aligned(1)));
typedef int32_t jpeg_wide __attribute__((vector_size(64)));

// In both directions a sample has three quarters of the nearer old sample and one of the farther.
INLINE void jpeg_double_row(const uint8_t *near, const uint8_t *far, int32_t width, uint16_t *sums, uint8_t *row) {
    for (int32_t i = 0; i < width; i++) sums[i + 1] = (uint16_t)(3 * near[i] + far[i]);
    sums[0] = sums[1], sums[width + 1] = sums[width];
    uint16_t pair;
    for (int32_t i = 0; i < width; i++) {
        uint16_t left = (uint16_t)((3 * sums[i + 1] + sums[i] + 8) >> 4);
        uint16_t right = (uint16_t)((3 * sums[i + 1] + sums[i + 2] + 7) >> 4);
        pair = (uint16_t)(left | right << 8);
        memcpy(row + 2 * i, &pair, sizeof pair);
    }
}

// Likewise, in rows only.
INLINE void jpeg_double_columns(const uint8_t *old, int32_t width, uint16_t *sums, uint8_t *row) {
    for (int32_t i = 0; i < width; i++) sums[i + 1] = old[i];
    sums[0] = sums[1], sums[width + 1] = sums[width];
    uint16_t pair;
    for (int32_t i = 0; i < width; i++) {
        uint16_t left = (uint16_t)((3 * sums[i + 1] + sums[i] + 1) >> 2);
        uint16_t right = (uint16_t)((3 * sums[i + 1] + sums[i + 2] + 2) >> 2);
        pair = (uint16_t)(left | right << 8);
        memcpy(row + 2 * i, &pair, sizeof pair);
    }
}

// Row y of a component, as wide as the picture or somewhat wider: where it is, or made in `row`.
INLINE const uint8_t *jpeg_component_row(const strata_jpeg_plane *p, int64_t y, uint16_t *sums, uint8_t *row) {
    int64_t place = MIN(y / p->expand_v, p->height - 1);
    const uint8_t *near = p->samples + place * p->stride;
    // The other row that counts when rows are doubled.
    bool above = y % 2 == 0;
    int64_t other = above ? MAX(place - 1, 0) : MIN(place + 1, p->height - 1);
    const uint8_t *far = p->samples + other * p->stride;
    if (p->expand_h == 1 && p->expand_v == 1) return near;
    if (p->smooth && p->expand_h == 2 && p->expand_v == 2 && p->width > 2) {
        jpeg_double_row(near, far, p->width, sums, row);
    } else if (p->smooth && p->expand_h == 2 && p->expand_v == 1 && p->width > 2) {
        jpeg_double_columns(near, p->width, sums, row);
    } else if (p->smooth && p->expand_h == 1 && p->expand_v == 2) {
        for (int32_t i = 0; i < p->width; i++) row[i] = (uint8_t)((3 * near[i] + far[i] + (above ? 1 : 2)) >> 2);
    } else if (p->expand_h == 1) {
        return near;
    } else {
        for (int32_t i = 0; i < p->width; i++)
            for (int32_t j = 0; j < p->expand_h; j++) row[i * p->expand_h + j] = near[i];
    }
    return row;
}

INLINE void jpeg_clamp(jpeg_wide *v) {
    *v &= ~(*v < 0);
    jpeg_wide large = *v > 255;
    *v = (*v & ~large) | (large & 255);
}

// YCbCr to red, green and blue (JFIF), in parts of 65,536.
INLINE void jpeg_convert_ycc(jpeg_wide v[3]) {
    jpeg_wide cb = v[1] - 128, cr = v[2] - 128, y = v[0];
    v[0] = y + ((cr * 91881 + 32768) >> 16);
    v[1] = y + ((cb * -22554 + cr * -46802 + 32768) >> 16);
    v[2] = y + ((cb * 116130 + 32768) >> 16);
    for (int i = 0; i < 3; i++) jpeg_clamp(&v[i]);
}

// 16 pixels: inks, where 255 is all of it, on what the black ink leaves.
INLINE void jpeg_convert_inks(jpeg_wide v[4]) {
    for (int i = 0; i < 3; i++) {
        jpeg_wide covered = v[i] * v[3] + 128;
        v[i] = v[3] - ((covered + (covered >> 8)) >> 8);
        jpeg_clamp(&v[i]);
    }
}

INLINE void jpeg_store(const jpeg_wide v[3], uint8_t *result, int64_t count) {
    jpeg_bytes r = __builtin_convertvector(v[0], jpeg_bytes), g = __builtin_convertvector(v[1], jpeg_bytes);
    jpeg_bytes b = __builtin_convertvector(v[2], jpeg_bytes);
    typedef uint8_t twice __attribute__((vector_size(32)));
    twice rg = __builtin_shufflevector(r, g, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
                                       21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
    twice bb = __builtin_shufflevector(b, b, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6,
                                       7, 8, 9, 10, 11, 12, 13, 14, 15);
    jpeg_bytes pixels[3] = {
        __builtin_shufflevector(rg, bb, 0, 16, 32, 1, 17, 33, 2, 18, 34, 3, 19, 35, 4, 20, 36, 5),
        __builtin_shufflevector(rg, bb, 21, 37, 6, 22, 38, 7, 23, 39, 8, 24, 40, 9, 25, 41, 10, 26),
        __builtin_shufflevector(rg, bb, 42, 11, 27, 43, 12, 28, 44, 13, 29, 45, 14, 30, 46, 15, 31, 47),
    };
    if (count >= 16)
        memcpy(result, pixels, 48);
    else
        memcpy(result, pixels, (size_t)count * 3);
}

INLINE void jpeg_pixels(const uint8_t *const rows[4], int colors, int64_t width, uint8_t *result) {
    int components = colors == STRATA_JPEG_CMYK || colors == STRATA_JPEG_YCCK ? 4 : 3;
    for (int64_t x = 0; x < width; x += 16) {
        jpeg_wide v[4];
        for (int i = 0; i < components; i++)
            v[i] = __builtin_convertvector(*(const jpeg_bytes *)(rows[i] + x), jpeg_wide);
        if (colors == STRATA_JPEG_YCC || colors == STRATA_JPEG_YCCK) jpeg_convert_ycc(v);
        // Files have how much light an ink lets through; what YCCK becomes is ink.
        if (colors == STRATA_JPEG_CMYK)
            for (int i = 0; i < 3; i++) v[i] = 255 - v[i];
        if (components == 4) jpeg_convert_inks(v);
        jpeg_store(v, result + 3 * x, width - x);
    }
}

static void jpeg_rows(const void *args, int64_t begin, int64_t end, void *scratch) {
    const strata_jpeg_rows_args *a = args;
    int64_t room = a->width + 128;
    uint16_t *sums = scratch;
    int components = a->colors == STRATA_JPEG_GREY                                        ? 1
                     : a->colors == STRATA_JPEG_CMYK || a->colors == STRATA_JPEG_YCCK ? 4
                                                                                          : 3;
    for (int64_t y = begin; y < end; y++) {
        const uint8_t *rows[4];
        for (int i = 0; i < components; i++)
            rows[i] = jpeg_component_row(&a->planes[i], y, sums, (uint8_t *)scratch + (2 + i) * room);
        switch (a->colors) {  // so that each is compiled by itself
            case STRATA_JPEG_GREY: memcpy(a->result + y * a->width, rows[0], (size_t)a->width); break;
            case STRATA_JPEG_RGB: jpeg_pixels(rows, STRATA_JPEG_RGB, a->width, a->result + 3 * y * a->width); break;
            case STRATA_JPEG_YCC: jpeg_pixels(rows, STRATA_JPEG_YCC, a->width, a->result + 3 * y * a->width); break;
            case STRATA_JPEG_CMYK: jpeg_pixels(rows, STRATA_JPEG_CMYK, a->width, a->result + 3 * y * a->width); break;
            default: jpeg_pixels(rows, STRATA_JPEG_YCCK, a->width, a->result + 3 * y * a->width);
        }
    }
}

#define JPEG_KERNELS .jpeg_transform = jpeg_transform, .jpeg_rows = jpeg_rows
