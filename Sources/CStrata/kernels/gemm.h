// Matrix product. The block below is the heart of it, and of Winograd's and of the pointwise
// convolution:
//
//   gemm_block(rows, vectors, k, a, a_row, a_depth, b, b_row, c, c_row, start, finish)
//
//   c[rows, vectors * VL] = a[rows, k] * b[k, vectors * VL], held in registers while k goes by.
//   rows is 1 ... GEMM_ROWS and vectors is 1 or 2 (GEMM_COLUMNS = 2 * VL floats).
//   a: element (i, l) is a[i * a_row + l * a_depth], so either order of storage will do.
//   b: row l begins at b + l * b_row and is read in whole vectors: a packed panel
//      [k][vectors * VL] (b_row = vectors * VL), or any matrix whose row ends late enough.
//   c: row i begins at c + i * c_row.
//   start: GEMM_SET, GEMM_ADD (c + sum: sums of long products stay accurate) or GEMM_CONTINUE
//      (the sum begins with c: cutting k into calls changes no bit).
//   finish: NULL to store whole vectors as they are; otherwise see gemm_finish.
//
// Whatever the rows and vectors of a call, an element's terms are added in the order of k.
#ifndef STRATA_GEMM_H
#define STRATA_GEMM_H

#if defined(__aarch64__)
#define GEMM_ROWS 12
#elif VL == 16
#define GEMM_ROWS 14
#else
#define GEMM_ROWS 6
#endif
#include "lanes.h"

#define GEMM_COLUMNS (2 * VL)

enum { GEMM_SET, GEMM_ADD, GEMM_CONTINUE };

// Columns of c there really are, bias (readable in whole vectors, or NULL), limits (activation).
typedef struct {
    int64_t columns;
    const float *bias;
    float low, high;
} gemm_finish;

#define GEMM_ROUND_UP(x, unit) (((x) + (unit) - 1) / (unit) * (unit))

// NaN stays NaN.
INLINE vec clamp(vec x, float low, float high) {
    vec l = splat(low), h = splat(high);
    ivec below = x < l;
    x = (vec)((below & (ivec)l) | (~below & (ivec)x));
    ivec above = x > h;
    return (vec)((above & (ivec)h) | (~above & (ivec)x));
}

INLINE float lower_limit(int32_t activation) { return activation == STRATA_ACTIVATION_NONE ? -INFINITY : 0; }
INLINE float upper_limit(int32_t activation) { return activation == STRATA_ACTIVATION_RELU6 ? 6 : INFINITY; }

// Loops over registers have to go.
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE void gemm_block_of(const int rows, const int vectors, int64_t k, const float *a, int64_t a_row,
                                int64_t a_depth, const float *b, int64_t b_row, float *c, int64_t c_row, int start,
                                const gemm_finish *finish) {
    vec sum[GEMM_ROWS][2];
    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int v = 0; v < vectors; v++) sum[i][v] = (vec){0};
    if (start == GEMM_CONTINUE) {
        UNROLL for (int i = 0; i < rows; i++)
            UNROLL for (int v = 0; v < vectors; v++) sum[i][v] = load(c + i * c_row + v * VL);
    }

    const int half = (rows + 1) / 2;
    const float *upper = a, *lower = a + half * a_row;
    for (int64_t l = 0; l < k; l++) {
        vec row[2];
        UNROLL for (int v = 0; v < vectors; v++) row[v] = load(b + v * VL);
#if defined(__x86_64__)
        // Keeps clang from turning every row's address into a pointer of its own, and spilling them.
        __asm__("" : "+r"(upper), "+r"(lower));
#endif
        UNROLL for (int i = 0; i < rows; i++) {
            vec x = splat(i < half ? upper[i * a_row] : lower[(i - half) * a_row]);
            UNROLL for (int v = 0; v < vectors; v++) sum[i][v] += x * row[v];
        }
        upper += a_depth;
        lower += a_depth;
        b += b_row;
    }

    if (start == GEMM_ADD) {
        UNROLL for (int i = 0; i < rows; i++)
            UNROLL for (int v = 0; v < vectors; v++) sum[i][v] += load(c + i * c_row + v * VL);
    }
    if (finish) {
        UNROLL for (int v = 0; v < vectors; v++) {
            vec bias = finish->bias ? load(finish->bias + v * VL) : (vec){0};
            UNROLL for (int i = 0; i < rows; i++)
                sum[i][v] = clamp(sum[i][v] + bias, finish->low, finish->high);
        }
    }
    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int v = 0; v < vectors; v++) store(c + i * c_row + v * VL, sum[i][v]);
}

#define GEMM_PARAMETERS                                                                                          \
    int64_t k, const float *a, int64_t a_row, int64_t a_depth, const float *b, int64_t b_row, float *c,          \
        int64_t c_row, int start, const gemm_finish *finish
#define GEMM_ARGUMENTS k, a, a_row, a_depth, b, b_row, c, c_row, start, finish

#if GEMM_ROWS == 14
#define GEMM_EACH_ROWS(X, v) \
    X(1, v) X(2, v) X(3, v) X(4, v) X(5, v) X(6, v) X(7, v) X(8, v) X(9, v) X(10, v) X(11, v) X(12, v) X(13, v) X(14, v)
#elif GEMM_ROWS == 12
#define GEMM_EACH_ROWS(X, v) \
    X(1, v) X(2, v) X(3, v) X(4, v) X(5, v) X(6, v) X(7, v) X(8, v) X(9, v) X(10, v) X(11, v) X(12, v)
#else
#define GEMM_EACH_ROWS(X, v) X(1, v) X(2, v) X(3, v) X(4, v) X(5, v) X(6, v)
#endif

#define X(r, v) \
    static void gemm_block_##r##_##v(GEMM_PARAMETERS) { gemm_block_of(r, v, GEMM_ARGUMENTS); }
GEMM_EACH_ROWS(X, 1)
GEMM_EACH_ROWS(X, 2)
#undef X

static void gemm_block(int64_t rows, int64_t vectors, GEMM_PARAMETERS) {
#define X(r, v) gemm_block_##r##_##v,
    static void (*const blocks[2][GEMM_ROWS])(GEMM_PARAMETERS) = {{GEMM_EACH_ROWS(X, 1)}, {GEMM_EACH_ROWS(X, 2)}};
#undef X
    if (!finish || finish->columns == vectors * VL) {
        blocks[vectors - 1][rows - 1](GEMM_ARGUMENTS);
        return;
    }
    float whole[GEMM_ROWS * GEMM_COLUMNS];
    const size_t bytes = (size_t)finish->columns * sizeof(float);
    if (start != GEMM_SET)
        for (int64_t i = 0; i < rows; i++) memcpy(whole + i * GEMM_COLUMNS, c + i * c_row, bytes);
    blocks[vectors - 1][rows - 1](k, a, a_row, a_depth, b, b_row, whole, GEMM_COLUMNS, start, finish);
    for (int64_t i = 0; i < rows; i++) memcpy(c + i * c_row, whole + i * GEMM_COLUMNS, bytes);
}

// Rows are cut into equal blocks rather than full ones and a small rest.
INLINE int64_t gemm_block_rows(int64_t rows) {
    int64_t blocks = (rows + GEMM_ROWS - 1) / GEMM_ROWS;
    return (rows + blocks - 1) / blocks;
}

// ---- Packing --------------------------------------------------------------------------------------

#if VL == 16
#define INTERLEAVE_LOW(a, b) \
    __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define INTERLEAVE_HIGH(a, b) \
    __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#elif VL == 8
#define INTERLEAVE_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define INTERLEAVE_HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#else
#define INTERLEAVE_LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define INTERLEAVE_HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#endif

// Turns VL rows of VL floats into columns: log2(VL) times, the halves are shuffled like cards.
INLINE void transpose(vec row[VL]) {
    UNROLL for (int step = 1; step < VL; step *= 2) {
        vec shuffled[VL];
        UNROLL for (int i = 0; i < VL / 2; i++) {
            shuffled[2 * i] = INTERLEAVE_LOW(row[i], row[i + VL / 2]);
            shuffled[2 * i + 1] = INTERLEAVE_HIGH(row[i], row[i + VL / 2]);
        }
        UNROLL for (int i = 0; i < VL; i++) row[i] = shuffled[i];
    }
}

// b[k, columns] with rows `stride` apart, into panels [k][GEMM_COLUMNS], filled up with zeros. Eight
// rows go side by side: a matrix in memory is read faster that way.
static void gemm_pack(int64_t k, int64_t columns, const float *b, int64_t stride, float *panels) {
    for (int64_t l = 0; l < k; l += 8) {
        const int64_t rows = MIN(8, k - l);
        for (int64_t j = 0; j < columns; j += VL) {
            float *to = panels + (j / GEMM_COLUMNS * k + l) * GEMM_COLUMNS + j % GEMM_COLUMNS;
            for (int64_t i = 0; i < rows; i++)
                store(to + i * GEMM_COLUMNS, load_some(b + (l + i) * stride + j, columns - j));
        }
    }
}

// The same of the transpose of b[columns, k].
static void gemm_pack_transposed(int64_t k, int64_t columns, const float *b, int64_t stride, float *panels) {
    for (int64_t j = 0; j < columns; j += VL)
        for (int64_t l = 0; l < k; l += VL) {
            float *to = panels + (j / GEMM_COLUMNS * k + l) * GEMM_COLUMNS + j % GEMM_COLUMNS;
            vec block[VL];
            UNROLL for (int i = 0; i < VL; i++)
                block[i] = j + i < columns ? load_some(b + (j + i) * stride + l, k - l) : (vec){0};
            transpose(block);
            for (int i = 0; i < VL && l + i < k; i++) store(to + i * GEMM_COLUMNS, block[i]);
        }
}

// ---- Few rows: bound by reading b, which is read along its rows -------------------------------------

#define GEMM_THIN_ROWS 4
#define GEMM_THIN_COLUMNS 512

INLINE void gemm_thin_of(const int rows, int64_t k, int64_t columns, const float *a, int64_t a_row,
                               int64_t a_depth, const float *b, int64_t b_row, float *sum) {
    const int depth = rows == 1 ? 8 : 4;
    for (int64_t l = 0; l < k; l += depth) {
        const int64_t deep = MIN(depth, k - l);
        const float *al = a + l * a_depth, *bl = b + l * b_row;
        int64_t j = 0;
        if (deep == depth) {
            vec x[GEMM_THIN_ROWS][8];
            UNROLL for (int i = 0; i < rows; i++)
                UNROLL for (int d = 0; d < depth; d++) x[i][d] = splat(al[i * a_row + d * a_depth]);
            for (; j + VL <= columns; j += VL) {
                vec s[GEMM_THIN_ROWS];
                UNROLL for (int i = 0; i < rows; i++) s[i] = load(sum + i * GEMM_THIN_COLUMNS + j);
                UNROLL for (int d = 0; d < depth; d++) {
                    vec row = load(bl + d * b_row + j);
                    UNROLL for (int i = 0; i < rows; i++) s[i] += x[i][d] * row;
                }
                UNROLL for (int i = 0; i < rows; i++) store(sum + i * GEMM_THIN_COLUMNS + j, s[i]);
            }
        }
        for (int i = 0; i < rows; i++)
            for (int64_t d = 0; d < deep; d++) {
                float factor = al[i * a_row + d * a_depth];
                for (int64_t rest = j; rest < columns; rest++)
                    sum[i * GEMM_THIN_COLUMNS + rest] += factor * bl[d * b_row + rest];
            }
    }
}

// ---- The product ------------------------------------------------------------------------------------

// A block of b, GEMM_DEPTH by GEMM_WIDTH, is packed and stays in the second-level cache; the sum
// over each GEMM_DEPTH of k is added to c as a whole.
#define GEMM_DEPTH 256
#define GEMM_WIDTH 512
#define GEMM_PACKED_ROWS GEMM_ROUND_UP(GEMM_ROWS, VL)

static void gemm_thin(const strata_gemm_args *args, int64_t row, int64_t rows, int64_t column, int64_t columns) {
    float sum[GEMM_THIN_ROWS * GEMM_THIN_COLUMNS];
    const int64_t a_row = args->transpose_a ? 1 : args->k, a_depth = args->transpose_a ? args->m : 1;
    const float low = lower_limit(args->activation), high = upper_limit(args->activation);
    for (int64_t l = 0; l < args->k; l += GEMM_DEPTH) {
        const int64_t depth = MIN(GEMM_DEPTH, args->k - l);
        const float *a = args->a + row * a_row + l * a_depth, *b = args->b + l * args->n + column;
        memset(sum, 0, (size_t)rows * GEMM_THIN_COLUMNS * sizeof(float));
        switch (rows) {
        case 1: gemm_thin_of(1, depth, columns, a, a_row, a_depth, b, args->n, sum); break;
        case 2: gemm_thin_of(2, depth, columns, a, a_row, a_depth, b, args->n, sum); break;
        case 3: gemm_thin_of(3, depth, columns, a, a_row, a_depth, b, args->n, sum); break;
        default: gemm_thin_of(4, depth, columns, a, a_row, a_depth, b, args->n, sum); break;
        }
        const bool last = l + depth == args->k;
        for (int64_t i = 0; i < rows; i++)
            for (int64_t j = 0; j < columns; j += VL) {
                float *c = args->c + (row + i) * args->n + column + j;
                const int64_t count = columns - j;
                vec y = load(sum + i * GEMM_THIN_COLUMNS + j);
                if (l > 0) y += load_some(c, count);
                if (last && args->bias) y += load_some(args->bias + column + j, count);
                store_some(c, last ? clamp(y, low, high) : y, count);
            }
    }
}

// c[row ..< row + rows, column ..< column + columns], columns <= GEMM_WIDTH.
static void gemm_tile(const strata_gemm_args *args, int64_t row, int64_t rows, int64_t column, int64_t columns,
                            float *scratch) {
    if (rows <= GEMM_THIN_ROWS && !args->transpose_b) {
        gemm_thin(args, row, rows, column, columns);
        return;
    }
    const int64_t m = args->m, n = args->n, k = args->k;
    const int64_t block_rows = gemm_block_rows(rows);
    // Few rows do not repay packing b, unless its rows are pages apart.
    const bool in_place = !args->transpose_b && rows <= 2 * GEMM_ROWS && n <= 1024;
    const int64_t whole = in_place ? columns / GEMM_COLUMNS * GEMM_COLUMNS : 0;  // columns read where they are
    // Rows that are a multiple of half a page apart fight for the same places in the first-level cache.
    const bool pack_a = args->transpose_a || (k % 512 == 0 && columns > GEMM_COLUMNS);
    float *packed_a = scratch, *packed_b = scratch + GEMM_PACKED_ROWS * (GEMM_DEPTH + 16);

    for (int64_t l = 0; l < k; l += GEMM_DEPTH) {
        const int64_t depth = MIN(GEMM_DEPTH, k - l);
        const bool last = l + depth == k;
        if (args->transpose_b)
            gemm_pack_transposed(depth, columns, args->b + column * k + l, k, packed_b);
        else if (whole < columns)
            gemm_pack(depth, columns - whole, args->b + l * n + column + whole, n, packed_b);

        for (int64_t i = row; i < row + rows; i += block_rows) {
            const int64_t count = MIN(block_rows, row + rows - i);
            const float *a = args->transpose_a ? args->a + l * m + i : args->a + i * k + l;
            int64_t a_row = args->transpose_a ? 1 : k, a_depth = args->transpose_a ? m : 1;
            if (pack_a && args->transpose_a) {
                const bool readable = i + GEMM_PACKED_ROWS <= m;  // whole vectors are
                for (int64_t d = 0; d < depth; d++)
                    for (int64_t r = 0; r < count; r += VL)
                        store(packed_a + d * GEMM_PACKED_ROWS + r,
                              load_some(a + d * m + r, readable ? VL : count - r));
                a = packed_a, a_row = 1, a_depth = GEMM_PACKED_ROWS;
            } else if (pack_a) {
                for (int64_t r = 0; r < count; r++)
                    memcpy(packed_a + r * (GEMM_DEPTH + 16), a + r * k, (size_t)depth * sizeof(float));
                a = packed_a, a_row = GEMM_DEPTH + 16;
            }
            for (int64_t j = 0; j < columns; j += GEMM_COLUMNS) {
                const int64_t width = MIN(GEMM_COLUMNS, columns - j);
                const float *b = j < whole ? args->b + l * n + column + j : packed_b + (j - whole) * depth;
                float padded_bias[GEMM_COLUMNS];
                gemm_finish finish = {.columns = width, .low = -INFINITY, .high = INFINITY};
                if (last) {
                    finish.low = lower_limit(args->activation);
                    finish.high = upper_limit(args->activation);
                    if (args->bias) finish.bias = args->bias + column + j;
                    if (args->bias && width < GEMM_COLUMNS) {
                        memcpy(padded_bias, finish.bias, (size_t)width * sizeof(float));
                        finish.bias = padded_bias;
                    }
                }
                gemm_block(count, (width + VL - 1) / VL, depth, a, a_row, a_depth, b,
                                 j < whole ? n : GEMM_COLUMNS, args->c + i * n + column + j, n,
                                 l ? GEMM_ADD : GEMM_SET, &finish);
            }
        }
    }
}

static void gemm(const void *arguments, int64_t begin, int64_t end, void *scratch) {
    const strata_gemm_args *args = arguments;
    if (args->tile_n == 0) {  // a unit is a row
        const int64_t width = end - begin <= GEMM_THIN_ROWS ? GEMM_THIN_COLUMNS : GEMM_WIDTH;
        for (int64_t j = 0; j < args->n; j += width)
            gemm_tile(args, begin, end - begin, j, MIN(width, args->n - j), scratch);
        return;
    }
    const int64_t across = (args->n + args->tile_n - 1) / args->tile_n;
    for (int64_t unit = begin; unit < end; unit++) {
        const int64_t i = unit / across * args->tile_m, j = unit % across * args->tile_n;
        gemm_tile(args, i, MIN(args->tile_m, args->m - i), j, MIN(args->tile_n, args->n - j), scratch);
    }
}

static void gemm_prepare(strata_gemm_args *args, bool by_rows, int32_t threads) {
    const int64_t m = args->m, n = args->n, k = args->k;
    int64_t tile_m = m, tile_n = MIN(n, GEMM_WIDTH);
    // Two tiles for each thread, unless they would take less than some microseconds each, be it to
    // multiply or to read b. Wide tiles first: cutting the rows packs b again.
    const int64_t wanted = MIN(2 * threads, MAX(m * n * k / (1 << 18), n * k / (1 << 16)));
    while (((m + tile_m - 1) / tile_m) * ((n + tile_n - 1) / tile_n) < wanted) {
        const bool cut_n = tile_n > (m <= GEMM_THIN_ROWS ? 2 : 1) * GEMM_COLUMNS, cut_m = tile_m > 2 * GEMM_ROWS;
        if (cut_n && (tile_n > 4 * GEMM_COLUMNS || !cut_m))
            tile_n = GEMM_ROUND_UP((tile_n + 1) / 2, GEMM_COLUMNS);
        else if (cut_m)
            tile_m = GEMM_ROUND_UP((tile_m + 1) / 2, GEMM_ROWS);
        else
            break;
    }
    args->tile_m = by_rows ? 1 : tile_m;
    args->tile_n = by_rows ? 0 : tile_n;
    args->units = by_rows ? m : ((m + tile_m - 1) / tile_m) * ((n + tile_n - 1) / tile_n);
    const int64_t width = by_rows ? MIN(n, GEMM_WIDTH) : tile_n;
    args->scratch_size = (int64_t)sizeof(float) * (GEMM_PACKED_ROWS * (GEMM_DEPTH + 16) +
                                                   MIN(k, GEMM_DEPTH) * GEMM_ROUND_UP(width, GEMM_COLUMNS));
}

#define GEMM_KERNELS .gemm = gemm, .gemm_prepare = gemm_prepare

#endif
