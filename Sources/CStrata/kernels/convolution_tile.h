// The micro-kernel of direct convolution: 2 x H output pixels by NV vectors of output channels,
// all accumulated in registers. The two halves have pointers of their own, so that a tile may span
// two rows of a narrow image.

#if VL == 16 || defined(__aarch64__)
#define CONV_REGISTERS 32
#else
#define CONV_REGISTERS 16
#endif

#define CONV_MAX_HALF 7

// One sweep of a kernel over an image: every output is a sum over taps_h x taps_w taps, each a dot
// product of `length` consecutive source floats with packed weights. Steps count floats.
typedef struct {
    const float *source;
    int64_t source_row, source_column;  // from one output to the next
    int64_t tap_row, tap_column;
    int32_t taps_h, taps_w, length;
    const float *weights;  // [block][taps_h][taps_w][length][vectors of the block]
    const float *bias;     // or NULL
    int32_t activation;
    float *result;
    int64_t result_row, result_column;
    int32_t rows, columns, channels;
    int32_t half, vectors;  // tile: 2 * half pixels by `vectors` vectors
    int32_t first, last;    // of the vectors of channels, those to do
} conv_sweep;

typedef void (*conv_tile_function)(const conv_sweep *sweep, const float *const source[2], float *const result[2],
                                   const float *weights, const float *bias, int64_t tail);

INLINE vec conv_activate(vec x, int32_t activation) {
    // Written so that NaN passes through.
    if (activation == STRATA_ACTIVATION_NONE) return x;
    x = (vec)((ivec)x & ~(x < (vec){0}));
    if (activation == STRATA_ACTIVATION_RELU) return x;
    ivec above = x > splat(6);
    return (vec)(((ivec)x & ~above) | ((ivec)splat(6) & above));
}

// `tail` is the place of the tile's last vector: it may overlap the one before, so that channel
// counts that are no multiple of VL need no masks (unless there are fewer than VL).
INLINE void conv_tile(const conv_sweep *sweep, const float *const source[2], float *const result[2],
                      const float *weights, const float *bias, int64_t tail, const int H, const int NV) {
    const int64_t width = MIN(sweep->channels, VL);
    vec sum[2][CONV_MAX_HALF][4];  // of which only H by NV come to exist
    UNROLL for (int v = 0; v < NV; v++) {
        vec start = bias ? load_some(bias + (v == NV - 1 ? tail : v * VL), width) : (vec){0};
        UNROLL for (int i = 0; i < H; i++) sum[0][i][v] = sum[1][i][v] = start;
    }
    const int64_t step = sweep->source_column;
    for (int32_t r = 0; r < sweep->taps_h; r++) {
        for (int32_t s = 0; s < sweep->taps_w; s++) {
            const float *a0 = source[0] + r * sweep->tap_row + s * sweep->tap_column;
            const float *a1 = source[1] + r * sweep->tap_row + s * sweep->tap_column;
            for (int64_t l = sweep->length; l > 0; l--) {
                // Keeps clang from making a pointer of each pixel and spilling them all.
                __asm__("" : "+r"(a0), "+r"(a1));
                vec b[4];
                UNROLL for (int v = 0; v < NV; v++) b[v] = load(weights + v * VL);
                UNROLL for (int i = 0; i < H; i++) {
                    vec x = splat(a0[i * step]);
                    UNROLL for (int v = 0; v < NV; v++) sum[0][i][v] += x * b[v];
                }
                UNROLL for (int i = 0; i < H; i++) {
                    vec x = splat(a1[i * step]);
                    UNROLL for (int v = 0; v < NV; v++) sum[1][i][v] += x * b[v];
                }
                a0++;
                a1++;
                weights += NV * VL;
            }
        }
    }
    UNROLL for (int half = 0; half < 2; half++) {
        UNROLL for (int i = 0; i < H; i++) {
            float *y = result[half] + i * sweep->result_column;
            UNROLL for (int v = 0; v < NV; v++) {
                vec value = conv_activate(sum[half][i][v], sweep->activation);
                if (NV == 1 && width < VL)
                    store_some(y, value, width);
                else
                    store(y + (v == NV - 1 ? tail : v * VL), value);
            }
        }
    }
}

#define CONV_TILE(H, NV)                                                                                          \
    static void conv_tile_##H##_##NV(const conv_sweep *sweep, const float *const source[2], float *const result[2], \
                                     const float *weights, const float *bias, int64_t tail) {                     \
        conv_tile(sweep, source, result, weights, bias, tail, H, NV);                                             \
    }

CONV_TILE(1, 1) CONV_TILE(2, 1) CONV_TILE(3, 1) CONV_TILE(4, 1) CONV_TILE(5, 1)
CONV_TILE(1, 2) CONV_TILE(2, 2) CONV_TILE(3, 2)
CONV_TILE(1, 4)
#if CONV_REGISTERS == 32
CONV_TILE(6, 1) CONV_TILE(7, 1) CONV_TILE(4, 2) CONV_TILE(5, 2) CONV_TILE(6, 2) CONV_TILE(7, 2)
CONV_TILE(2, 4) CONV_TILE(3, 4)
#endif
#undef CONV_TILE

// By log2 of the vectors and by half.
static const conv_tile_function conv_tiles[3][CONV_MAX_HALF + 1] = {
#if CONV_REGISTERS == 32
    {0, conv_tile_1_1, conv_tile_2_1, conv_tile_3_1, conv_tile_4_1, conv_tile_5_1, conv_tile_6_1, conv_tile_7_1},
    {0, conv_tile_1_2, conv_tile_2_2, conv_tile_3_2, conv_tile_4_2, conv_tile_5_2, conv_tile_6_2, conv_tile_7_2},
    {0, conv_tile_1_4, conv_tile_2_4, conv_tile_3_4},
#else
    {0, conv_tile_1_1, conv_tile_2_1, conv_tile_3_1, conv_tile_4_1, conv_tile_5_1},
    {0, conv_tile_1_2, conv_tile_2_2, conv_tile_3_2},
    {0, conv_tile_1_4},
#endif
};

// ---- Blocks of output channels -------------------------------------------------------------------

INLINE int32_t conv_vectors(int32_t channels) { return (channels + VL - 1) / VL; }

// Vectors of the block that begins at vector `first`: `vectors`, less at the end, always 1, 2 or 4.
INLINE int32_t conv_block(int32_t first, int32_t total, int32_t vectors) {
    int32_t rest = total - first;
    while (vectors > rest) vectors /= 2;
    return vectors;
}

// The first channel of a vector; the last one is moved back to end with the channels.
INLINE int32_t conv_channel(int32_t vector, int32_t channels) {
    return channels < VL ? 0 : MIN(vector * VL, channels - VL);
}

static void conv_run_sweep(const conv_sweep *sweep) {
    const int32_t total = conv_vectors(sweep->channels), half = sweep->half;
    const int64_t depth = (int64_t)sweep->taps_h * sweep->taps_w * sweep->length;
    const int64_t halves_per_row = (sweep->columns + half - 1) / half, halves = halves_per_row * sweep->rows;
    for (int32_t first = sweep->first, count; first < sweep->last; first += count) {
        count = conv_block(first, total, sweep->vectors);
        const conv_tile_function tile = conv_tiles[count / 2][half];
        const float *weights = sweep->weights + first * VL * depth;
        const int64_t tail = conv_channel(first + count - 1, sweep->channels) - first * VL;
        int64_t row = 0, place = 0;
        for (int64_t i = 0; i < halves; i += 2) {
            // The last half of a row is moved back to end with it; an odd one out is done twice.
            const float *source[2];
            float *result[2];
            for (int j = 0; j < 2; j++) {
                if (i + j < halves) {
                    int64_t column = MIN(place * half, sweep->columns - half);
                    source[j] = sweep->source + row * sweep->source_row + column * sweep->source_column;
                    result[j] = sweep->result + row * sweep->result_row + column * sweep->result_column + first * VL;
                    if (++place == halves_per_row) place = 0, row++;
                } else {
                    source[j] = source[0];
                    result[j] = result[0];
                }
            }
            tile(sweep, source, result, weights, sweep->bias ? sweep->bias + first * VL : NULL, tail);
        }
    }
}

// Chooses the tile for `rows` of `columns` pixels by an estimate of its cycles: two multiply-adds or
// two loads a cycle, at least eight sums in flight.
static void conv_choose_tile(int64_t rows, int64_t columns, int32_t channels, int32_t *half, int32_t *vectors) {
    const int32_t total = conv_vectors(channels);
    double best = INFINITY;
    for (int32_t log = 0; log < 3; log++) {
        if ((1 << log) > total) break;
        for (int32_t h = 1; h <= MIN(CONV_MAX_HALF, columns); h++) {
            if (!conv_tiles[log][h]) break;
            const double tiles = ceil(rows * ceil((double)columns / h) / 2);
            double cycles = 0;
            for (int32_t first = 0, count; first < total; first += count) {
                count = conv_block(first, total, 1 << log);
                cycles += tiles * (MAX(h * count, MAX(h + count / 2.0, 4)) + 1);
            }
            if (cycles < best) best = cycles, *half = h, *vectors = 1 << log;
        }
    }
}
