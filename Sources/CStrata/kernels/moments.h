// Means and variances of columns. A unit goes over its rows in chunks that stay in the first-level
// cache: once for the means, once for the squares about them. Chan's formula merges chunks, in
// doubles.

#define MOMENTS_WIDTH 256
#define MOMENTS_CHUNK 4096

typedef struct {
    int64_t count;
    double mean[MOMENTS_WIDTH], squares[MOMENTS_WIDTH];
} moments_state;

INLINE void moments_merge(double *mean, double *squares, int64_t count, double other_mean, double other_squares,
                          int64_t other_count) {
    double total = (double)(count + other_count), delta = other_mean - *mean;
    *mean += delta * ((double)other_count / total);
    *squares += other_squares + delta * delta * ((double)count * (double)other_count / total);
}

// One vector of columns: the mean as two floats (the second repairs the first's rounding), the squares.
INLINE void moments_columns(const float *x, int64_t rows, int64_t stride, int count, vec *mean, vec *repair,
                            vec *squares) {
    for (int v = 0; v < count; v++) mean[v] = repair[v] = squares[v] = splat(0);
    for (int64_t r = 0; r < rows; r++)
        for (int v = 0; v < count; v++) mean[v] += load(x + r * stride + v * VL);
    for (int v = 0; v < count; v++) mean[v] /= (float)rows;
    for (int64_t r = 0; r < rows; r++)
        for (int v = 0; v < count; v++) {
            vec d = load(x + r * stride + v * VL) - mean[v];
            repair[v] += d;
            squares[v] += d * d;
        }
    for (int v = 0; v < count; v++) {
        repair[v] /= (float)rows;
        squares[v] -= repair[v] * repair[v] * (float)rows;
    }
}

INLINE void moments_store(float *const *result, int64_t j, int count, const vec *mean, const vec *repair,
                          const vec *squares) {
    for (int v = 0; v < count; v++) {
        store(result[0] + j + v * VL, mean[v]);
        store(result[1] + j + v * VL, repair[v]);
        store(result[2] + j + v * VL, squares[v]);
    }
}

static void moments_chunk(moments_state *state, const float *x, int64_t rows, int64_t stride, int64_t width) {
    float mean[MOMENTS_WIDTH], repair[MOMENTS_WIDTH], squares[MOMENTS_WIDTH];
    float *const result[3] = {mean, repair, squares};
    vec m[4], r[4], s[4];
    int64_t j = 0;
    for (; j + 4 * VL <= width; j += 4 * VL) {
        moments_columns(x + j, rows, stride, 4, m, r, s);
        moments_store(result, j, 4, m, r, s);
    }
    for (; j < width && width >= VL; j += VL) {
        int64_t k = MIN(j, width - VL);
        moments_columns(x + k, rows, stride, 1, m, r, s);
        moments_store(result, k, 1, m, r, s);
    }
    for (; j < width; j++) {
        double sum = 0, deviations = 0;
        for (int64_t i = 0; i < rows; i++) sum += (double)x[i * stride + j];
        sum /= (double)rows;
        for (int64_t i = 0; i < rows; i++) {
            double d = (double)x[i * stride + j] - sum;
            deviations += d * d;
        }
        mean[j] = (float)sum;
        repair[j] = (float)(sum - (double)mean[j]);
        squares[j] = (float)deviations;
    }
    for (j = 0; j < width; j++)
        moments_merge(&state->mean[j], &state->squares[j], state->count, (double)mean[j] + (double)repair[j],
                      (double)squares[j], rows);
    state->count += rows;
}

static void moments_begin(moments_state *state, int64_t width) {
    state->count = 0;
    for (int64_t j = 0; j < width; j++) state->mean[j] = state->squares[j] = 0;
}

// Columns first ..< first + columns of `rows` rows. Narrow columns are treated `lanes` rows at a time.
static void moments_panel(const float *x, int64_t rows, int64_t stride, int64_t columns, int64_t lanes, float *mean,
                          float *squares) {
    moments_state state, rest;
    int64_t width = columns * lanes, wide_rows = rows / lanes, chunk = MAX(MOMENTS_CHUNK / width, 1);
    moments_begin(&state, width);
    for (int64_t r = 0; r < wide_rows; r += chunk)
        moments_chunk(&state, x + r * lanes * stride, MIN(chunk, wide_rows - r), lanes * stride, width);
    int64_t count = state.count;
    for (int64_t half = lanes / 2; half > 0 && count > 0; half /= 2, count *= 2)
        for (int64_t j = 0; j < half * columns; j++)
            moments_merge(&state.mean[j], &state.squares[j], count, state.mean[j + half * columns],
                          state.squares[j + half * columns], count);
    int64_t left = rows - wide_rows * lanes;
    if (left > 0) {
        moments_begin(&rest, columns);
        moments_chunk(&rest, x + wide_rows * lanes * stride, left, stride, columns);
        for (int64_t j = 0; j < columns; j++)
            moments_merge(&state.mean[j], &state.squares[j], count, rest.mean[j], rest.squares[j], left);
    }
    for (int64_t j = 0; j < columns; j++) {
        mean[j] = (float)state.mean[j];
        squares[j] = (float)state.squares[j];
    }
}

static void moments(const void *arguments, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const strata_moments_args *args = arguments;
    int64_t columns = args->columns;
    int64_t lanes = columns > MOMENTS_WIDTH ? 1 : reduction_width(args->unit_rows * columns, columns) / columns;
    for (int64_t unit = begin; unit < end; unit++) {
        int64_t first = unit * args->unit_rows, rows = MIN(args->unit_rows, args->rows - first);
        float *mean = args->partial + unit * 2 * columns;
        for (int64_t j = 0; j < columns; j += MOMENTS_WIDTH)
            moments_panel(args->x + first * columns + j, rows, columns, MIN(MOMENTS_WIDTH, columns - j), lanes,
                          mean + j, mean + columns + j);
    }
}

static void moments_finish(const void *arguments, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    if (begin >= end) return;
    const strata_moments_args *args = arguments;
    int64_t columns = args->columns;
    for (int64_t first = 0; first < columns; first += MOMENTS_WIDTH) {
        moments_state state;
        int64_t width = MIN(MOMENTS_WIDTH, columns - first);
        moments_begin(&state, width);
        const float *partial = args->partial + first;
        for (; state.count < args->rows; partial += 2 * columns) {
            int64_t rows = MIN(args->unit_rows, args->rows - state.count);
            for (int64_t j = 0; j < width; j++)
                moments_merge(&state.mean[j], &state.squares[j], state.count, (double)partial[j],
                              (double)partial[columns + j], rows);
            state.count += rows;
        }
        for (int64_t j = 0; j < width; j++) {
            args->mean[first + j] = (float)state.mean[j];
            args->variance[first + j] = (float)(state.squares[j] / (double)args->rows);
        }
    }
}

#define MOMENTS_KERNELS .moments = moments, .moments_finish = moments_finish
