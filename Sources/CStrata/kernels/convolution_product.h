// Convolution as matrix products, a tap at a time, for kernels that outweigh the pixels. A tap joins
// pixels of x with pixels of y:
//
//   y[pixel of y] += x[pixel of x] * w[tap]        forward; the input gradient the other way round
//   dw[tap] = sum of x[pixel of x]' * dy[pixel of y]
//
// Pairs whose pixel of x lies beyond the border do not exist, nor do those that a stride leaves out, so
// that no zero is multiplied. The kernel is read once, by units that are blocks of its channels, for all
// images.

// The pairs of a tap, image by image, row by row.
typedef struct {
    const strata_conv_shape *shape;
    conv_range rows, columns;  // of y, for which the tap is inside x
    int64_t row, column;       // of x, for row and column 0 of y
    int64_t image, p, q;       // the next pair's
} product_pairs;

static product_pairs product_pairs_of(const strata_conv_shape *s, int64_t tap) {
    const conv_geometry g = conv_make_geometry(s, false);
    product_pairs pairs = {.shape = s};
    pairs.row = tap / s->s * s->dilation_h - s->pad_top;
    pairs.column = tap % s->s * s->dilation_w - s->pad_left;
    pairs.rows = conv_inside(&g.rows, pairs.row);
    pairs.columns = conv_inside(&g.columns, pairs.column);
    pairs.p = pairs.rows.begin;
    pairs.q = pairs.columns.begin;
    if (pairs.rows.begin == pairs.rows.end || pairs.columns.begin == pairs.columns.end) pairs.image = s->n;
    return pairs;
}

// The next pairs, at most `most`: where their pixels begin.
static int64_t product_next(product_pairs *pairs, int64_t most, int64_t *x, int64_t *y) {
    const strata_conv_shape *s = pairs->shape;
    int64_t count = 0;
    while (count < most && pairs->image < s->n) {
        const int64_t row = pairs->p * s->stride_h + pairs->row;
        const int64_t x_row = (pairs->image * s->h + row) * s->w + pairs->column;
        const int64_t y_row = (pairs->image * s->oh + pairs->p) * s->ow;
        const int64_t end = MIN(pairs->columns.end, pairs->q + most - count);
        for (; pairs->q < end; pairs->q++, count++) {
            x[count] = (x_row + pairs->q * s->stride_w) * s->c;
            y[count] = (y_row + pairs->q) * s->k;
        }
        if (pairs->q < pairs->columns.end) break;
        pairs->q = pairs->columns.begin;
        if (++pairs->p < pairs->rows.end) continue;
        pairs->p = pairs->rows.begin;
        pairs->image++;
    }
    return count;
}

// ---- Forward, and the input gradient -------------------------------------------------------------------

// From one packed row to the next: rows half a page apart would fight for the same places of the cache.
#define PRODUCT_PITCH (GEMM_DEPTH + 16)

static void product_forward(const void *pointer, int64_t begin, int64_t end, void *scratch) {
    const strata_conv_args *args = pointer;
    const strata_conv_shape *s = &args->shape;
    const bool gradient = args->plan.pass == STRATA_CONV_INPUT_GRADIENT;
    const float *source = gradient ? args->y : args->x, *bias = gradient ? NULL : args->bias;
    float *result = gradient ? args->dx : args->y;
    const int64_t depth = gradient ? s->k : s->c, width = gradient ? s->c : s->k;  // channels
    const int64_t pixels = (int64_t)s->n * (gradient ? (int64_t)s->h * s->w : (int64_t)s->oh * s->ow);
    const int32_t activation = gradient ? STRATA_ACTIVATION_NONE : args->activation;
    const float low = lower_limit(activation), high = upper_limit(activation);
    const int64_t block = args->plan.product.block_k;
    float *rows = scratch, *sums = rows + GEMM_ROWS * PRODUCT_PITCH, *panels = sums + GEMM_ROWS * block;

    for (int64_t unit = begin; unit < end; unit++) {
        const int64_t first = unit * block, channels = MIN(block, width - first);
        float *y = result + first;
        for (int64_t pixel = 0; pixel < pixels; pixel++)
            for (int64_t j = 0; j < channels; j += VL)
                store_some(y + pixel * width + j, bias ? load_some(bias + first + j, channels - j) : (vec){0},
                           channels - j);
        for (int64_t tap = 0; tap < (int64_t)s->r * s->s; tap++) {
            const float *w = args->w + tap * s->c * s->k;
            for (int64_t l = 0; l < depth; l += GEMM_DEPTH) {
                const int64_t deep = MIN(GEMM_DEPTH, depth - l);
                if (gradient)
                    gemm_pack_transposed(deep, channels, w + first * s->k + l, s->k, panels);
                else
                    gemm_pack(deep, channels, w + l * s->k + first, s->k, panels);
                product_pairs pairs = product_pairs_of(s, tap);
                int64_t x_at[GEMM_ROWS], y_at[GEMM_ROWS], count;
                const int64_t *from = gradient ? y_at : x_at, *to = gradient ? x_at : y_at;
                while ((count = product_next(&pairs, GEMM_ROWS, x_at, y_at)) > 0) {
                    for (int64_t i = 0; i < count; i++)
                        memcpy(rows + i * PRODUCT_PITCH, source + from[i] + l, (size_t)deep * sizeof(float));
                    for (int64_t j = 0; j < channels; j += GEMM_COLUMNS)
                        gemm_block(count, channels - j > VL ? 2 : 1, deep, rows, PRODUCT_PITCH, 1, panels + j * deep,
                                   GEMM_COLUMNS, sums + j, block, GEMM_SET, NULL);
                    for (int64_t i = 0; i < count; i++)
                        for (int64_t j = 0; j < channels; j += VL) {
                            float *at = y + to[i] + j;
                            store_some(at, load_some(at, channels - j) + load(sums + i * block + j), channels - j);
                        }
                }
            }
        }
        if (activation == STRATA_ACTIVATION_NONE) continue;
        for (int64_t pixel = 0; pixel < pixels; pixel++)
            for (int64_t j = 0; j < channels; j += VL) {
                float *at = y + pixel * width + j;
                store_some(at, clamp(load_some(at, channels - j), low, high), channels - j);
            }
    }
}

// ---- The kernel gradient -------------------------------------------------------------------------------

// A unit is a block of a tap's matrix.
static void product_kernel_gradient(const void *pointer, int64_t begin, int64_t end, void *scratch) {
    const strata_conv_args *args = pointer;
    const strata_conv_shape *s = &args->shape;
    const int64_t block_c = args->plan.product.block_c, block_k = args->plan.product.block_k;
    const int64_t down = (s->c + block_c - 1) / block_c, across = (s->k + block_k - 1) / block_k;
    float *columns = scratch, *panels = columns + GEMM_DEPTH * GEMM_PACKED_ROWS;
    for (int64_t unit = begin; unit < end; unit++) {
        const int64_t k0 = unit % across * block_k, c0 = unit / across % down * block_c, tap = unit / across / down;
        const int64_t c = MIN(block_c, s->c - c0), k = MIN(block_k, s->k - k0), block_rows = gemm_block_rows(c);
        float *dw = args->dw + (tap * s->c + c0) * s->k + k0;
        product_pairs pairs = product_pairs_of(s, tap);
        int64_t x_at[GEMM_DEPTH], y_at[GEMM_DEPTH], depth;
        bool begun = false;
        while ((depth = product_next(&pairs, GEMM_DEPTH, x_at, y_at)) > 0) {
            for (int64_t j = 0; j < k; j += VL) {
                float *to = panels + j / GEMM_COLUMNS * GEMM_COLUMNS * depth + j % GEMM_COLUMNS;
                for (int64_t d = 0; d < depth; d++)
                    store(to + d * GEMM_COLUMNS, load_some(args->y + y_at[d] + k0 + j, k - j));
            }
            for (int64_t i = 0; i < c; i += block_rows) {
                const int64_t rows = MIN(block_rows, c - i);
                const bool readable = c0 + i + GEMM_PACKED_ROWS <= s->c;  // whole vectors are
                for (int64_t d = 0; d < depth; d++)
                    for (int64_t row = 0; row < rows; row += VL)
                        store(columns + d * GEMM_PACKED_ROWS + row,
                              load_some(args->x + x_at[d] + c0 + i + row, readable ? VL : rows - row));
                for (int64_t j = 0; j < k; j += GEMM_COLUMNS) {
                    const gemm_finish finish = {
                        .columns = MIN(GEMM_COLUMNS, k - j), .low = -INFINITY, .high = INFINITY};
                    gemm_block(rows, (finish.columns + VL - 1) / VL, depth, columns, 1, GEMM_PACKED_ROWS,
                               panels + j * depth, GEMM_COLUMNS, dw + i * s->k + j, s->k,
                               begun ? GEMM_ADD : GEMM_SET, &finish);
                }
            }
            begun = true;
        }
        for (int64_t i = 0; i < c && !begun; i++) memset(dw + i * s->k, 0, (size_t)k * sizeof(float));
    }
}

// ---- Plans ---------------------------------------------------------------------------------------------

static bool product_prepare(const strata_conv_shape *s, strata_conv_pass pass, int32_t threads,
                            strata_conv_plan *plan) {
    if (s->groups != 1) return false;
    const int64_t taps = (int64_t)s->r * s->s;
    int64_t floats;
    if (pass == STRATA_CONV_KERNEL_GRADIENT) {
        // Blocks of dw as large as leave two for each thread, which changes no sum.
        int64_t block_c = GEMM_ROUND_UP(MIN(s->c, 512), GEMM_ROWS), block_k = MIN(s->k, 256);
        while (taps * ((s->c + block_c - 1) / block_c) * ((s->k + block_k - 1) / block_k) < 2 * threads) {
            if (block_c >= block_k && block_c > 64)
                block_c = GEMM_ROUND_UP((block_c + 1) / 2, GEMM_ROWS);
            else if (block_k > 64)
                block_k = GEMM_ROUND_UP((block_k + 1) / 2, GEMM_COLUMNS);
            else
                break;
        }
        plan->product.block_c = block_c;
        plan->product.block_k = block_k;
        plan->units = taps * ((s->c + block_c - 1) / block_c) * ((s->k + block_k - 1) / block_k);
        floats = GEMM_DEPTH * (GEMM_PACKED_ROWS + GEMM_ROUND_UP(block_k, GEMM_COLUMNS));
    } else {
        const int64_t width = pass == STRATA_CONV_FORWARD ? s->k : s->c;
        int64_t block = GEMM_ROUND_UP(MIN(width, 128), GEMM_COLUMNS);
        while (block > GEMM_COLUMNS && (width + block - 1) / block < 4 * threads)
            block = GEMM_ROUND_UP(block / 2, GEMM_COLUMNS);
        plan->product.block_k = block;
        plan->units = (width + block - 1) / block;
        floats = GEMM_ROWS * (PRODUCT_PITCH + block) + GEMM_DEPTH * block;
    }
    plan->bands = 0;
    plan->scratch_size = floats * (int64_t)sizeof(float);
    return true;
}
