// The inverse cosine transform of JPEG: blocks of coefficients to samples, to the bit as libjpeg's
// "islow" computes them (Loeffler, Ligtenberg and Moschytz, "Practical Fast 1-D DCT Algorithms with 11
// Multiplications", 1989), in whole numbers of 13 fractional bits, of which 2 are kept in between.
// For 4, 2 or 1 samples a side, as libjpeg's reduced transforms do.
//
// Eight lanes whatever the instruction set, as a block has eight columns. Sums wrap around where a
// damaged file makes them too large.

typedef uint32_t jpeg_vec __attribute__((vector_size(32)));
typedef int32_t jpeg_signed __attribute__((vector_size(32)));
typedef int16_t jpeg_shorts __attribute__((vector_size(16), aligned(2)));
typedef uint16_t jpeg_ushorts __attribute__((vector_size(16), aligned(2)));

// The constant x with 13 fractional bits.
#define JPEG_FIX(x) ((uint32_t)(int32_t)((x) * 8192 + ((x) < 0 ? -0.5 : 0.5)))

// (v + half) >> shift, keeping the sign.
INLINE void jpeg_descale(jpeg_vec *v, int shift) {
    *v = (jpeg_vec)((jpeg_signed)(*v + (1u << (shift - 1))) >> shift);
}

// Eight values along the index of v, in each lane.
INLINE void jpeg_pass8(jpeg_vec v[8], int shift) {
    jpeg_vec z = (v[2] + v[6]) * JPEG_FIX(0.541196100);
    jpeg_vec even2 = z - v[6] * JPEG_FIX(1.847759065), even3 = z + v[2] * JPEG_FIX(0.765366865);
    jpeg_vec even0 = (v[0] + v[4]) << 13, even1 = (v[0] - v[4]) << 13;
    jpeg_vec a0 = even0 + even3, a3 = even0 - even3, a1 = even1 + even2, a2 = even1 - even2;

    jpeg_vec z1 = v[7] + v[1], z2 = v[5] + v[3], z3 = v[7] + v[3], z4 = v[5] + v[1];
    jpeg_vec z5 = (z3 + z4) * JPEG_FIX(1.175875602);
    z1 *= JPEG_FIX(-0.899976223), z2 *= JPEG_FIX(-2.562915447);
    z3 = z3 * JPEG_FIX(-1.961570560) + z5, z4 = z4 * JPEG_FIX(-0.390180644) + z5;
    jpeg_vec b0 = v[7] * JPEG_FIX(0.298631336) + z1 + z3, b1 = v[5] * JPEG_FIX(2.053119869) + z2 + z4;
    jpeg_vec b2 = v[3] * JPEG_FIX(3.072711026) + z2 + z3, b3 = v[1] * JPEG_FIX(1.501321110) + z1 + z4;

    v[0] = a0 + b3, v[7] = a0 - b3, v[1] = a1 + b2, v[6] = a1 - b2;
    v[2] = a2 + b1, v[5] = a2 - b1, v[3] = a3 + b0, v[4] = a3 - b0;
    for (int i = 0; i < 8; i++) jpeg_descale(&v[i], shift);
}

// Eight values to four.
INLINE void jpeg_pass4(jpeg_vec v[8], int shift) {
    jpeg_vec even = v[0] << 14, z = v[2] * JPEG_FIX(1.847759065) - v[6] * JPEG_FIX(0.765366865);
    jpeg_vec a0 = even + z, a1 = even - z;
    jpeg_vec b0 = v[5] * JPEG_FIX(1.451774981) - v[7] * JPEG_FIX(0.211164243) - v[3] * JPEG_FIX(2.172734803) +
                  v[1] * JPEG_FIX(1.061594337);
    jpeg_vec b1 = v[3] * JPEG_FIX(0.899976223) - v[7] * JPEG_FIX(0.509795579) - v[5] * JPEG_FIX(0.601344887) +
                  v[1] * JPEG_FIX(2.562915447);
    v[0] = a0 + b1, v[3] = a0 - b1, v[1] = a1 + b0, v[2] = a1 - b0;
    for (int i = 0; i < 4; i++) jpeg_descale(&v[i], shift + 1);
}

// Eight values to two.
INLINE void jpeg_pass2(jpeg_vec v[8], int shift) {
    jpeg_vec even = v[0] << 15;
    jpeg_vec odd = v[5] * JPEG_FIX(0.850430095) - v[7] * JPEG_FIX(0.720959822) - v[3] * JPEG_FIX(1.272758580) +
                   v[1] * JPEG_FIX(3.624509785);
    v[0] = even + odd, v[1] = even - odd;
    for (int i = 0; i < 2; i++) jpeg_descale(&v[i], shift + 2);
}

INLINE void jpeg_transpose(jpeg_vec v[8]) {
    jpeg_vec t[8], u[8];
    for (int i = 0; i < 8; i += 2) {
        t[i] = __builtin_shufflevector(v[i], v[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        t[i + 1] = __builtin_shufflevector(v[i], v[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
    for (int i = 0; i < 8; i += 4)
        for (int j = 0; j < 2; j++) {
            u[i + j] = __builtin_shufflevector(t[i + j], t[i + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
            u[i + j + 2] = __builtin_shufflevector(t[i + j], t[i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        }
    for (int i = 0; i < 4; i++) {
        v[i] = __builtin_shufflevector(u[i], u[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        v[i + 4] = __builtin_shufflevector(u[i], u[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

// Samples of -128 ... 127, beyond which they are cut off, as bytes.
INLINE void jpeg_level(jpeg_vec *v) {
    jpeg_signed s = (jpeg_signed)*v + 128;
    s &= ~(s < 0);
    jpeg_signed large = s > 255;
    *v = (jpeg_vec)((s & ~large) | (large & 255));
}

// One block to size x size samples.
INLINE void jpeg_block(const int16_t *block, const jpeg_vec q[8], int size, uint8_t *samples, int64_t stride) {
    jpeg_shorts rows[8], others = {0};
    for (int i = 0; i < 8; i++) rows[i] = *(const jpeg_shorts *)(block + 8 * i);
    for (int i = 1; i < 8; i++) others |= rows[i];
    others |= rows[0] & (jpeg_shorts){0, -1, -1, -1, -1, -1, -1, -1};
    uint64_t bits[2];
    memcpy(bits, &others, sizeof bits);
    if (size == 1 || (bits[0] | bits[1]) == 0) {  // the same everywhere
        int32_t value = (int32_t)((uint32_t)(int32_t)block[0] * q[0][0] + 4) >> 3;
        value = MAX(MIN(value + 128, 255), 0);
        for (int y = 0; y < size; y++) memset(samples + y * stride, value, (size_t)size);
        return;
    }
    jpeg_vec v[8];
    for (int i = 0; i < 8; i++) v[i] = (jpeg_vec)__builtin_convertvector(rows[i], jpeg_signed) * q[i];
    if (size == 8) {
        jpeg_pass8(v, 11);
        jpeg_transpose(v);
        jpeg_pass8(v, 18);
    } else if (size == 4) {
        jpeg_pass4(v, 11);
        jpeg_transpose(v);
        jpeg_pass4(v, 18);
    } else {
        jpeg_pass2(v, 11);
        jpeg_transpose(v);
        jpeg_pass2(v, 18);
    }
    // Lanes are rows now; the samples of a row become the bytes of a number.
    for (int i = 0; i < size; i++) jpeg_level(&v[i]);
    if (size == 8) {
        jpeg_vec left = v[0] | v[1] << 8 | v[2] << 16 | v[3] << 24;
        jpeg_vec right = v[4] | v[5] << 8 | v[6] << 16 | v[7] << 24;
        jpeg_vec half[2] = {__builtin_shufflevector(left, right, 0, 8, 1, 9, 2, 10, 3, 11),
                            __builtin_shufflevector(left, right, 4, 12, 5, 13, 6, 14, 7, 15)};
        uint8_t packed[64];
        memcpy(packed, half, sizeof packed);
        for (int y = 0; y < 8; y++) memcpy(samples + y * stride, packed + 8 * y, 8);
    } else {
        jpeg_vec packed = v[0] | v[1] << 8;
        if (size == 4) packed |= v[2] << 16 | v[3] << 24;
        for (int y = 0; y < size; y++) {
            uint32_t row = packed[y];
            memcpy(samples + y * stride, &row, (size_t)size);
        }
    }
}

static void jpeg_transform(const void *args, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const strata_jpeg_transform_args *a = args;
    jpeg_vec q[8];
    for (int i = 0; i < 8; i++)
        q[i] = __builtin_convertvector(*(const jpeg_ushorts *)(a->quantization + 8 * i), jpeg_vec);
    for (int64_t row = begin; row < end; row++) {
        const int16_t *block = a->coefficients + row * a->columns * 64;
        uint8_t *samples = a->samples + row * a->size * a->stride;
        for (int64_t column = 0; column < a->columns; column++, block += 64, samples += a->size)
            switch (a->size) {  // so that each is compiled by itself
                case 8: jpeg_block(block, q, 8, samples, a->stride); break;
                case 4: jpeg_block(block, q, 4, samples, a->stride); break;
                case 2: jpeg_block(block, q, 2, samples, a->stride); break;
                default: jpeg_block(block, q, 1, samples, a->stride);
            }
    }
}
