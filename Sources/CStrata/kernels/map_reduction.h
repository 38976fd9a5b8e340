// Reductions of a program's blocks. A block is folded in floats, over few elements; blocks and what
// lies above them are folded in doubles, so long sums keep their accuracy. All orders are fixed.

INLINE double reduced(double a, double b, int32_t kind) {
    if (kind == STRATA_REDUCE_SUM) return a + b;
    if (kind == STRATA_REDUCE_MAX) return b > a || b != b ? b : a;
    return b < a || b != b ? b : a;
}

INLINE vec reduced_vec(vec a, vec b, int32_t kind) {
    if (kind == STRATA_REDUCE_SUM) return a + b;
    return kind == STRATA_REDUCE_MAX ? maximum(b, a) : minimum(b, a);
}

INLINE double reduction_identity(int32_t kind) {
    return kind == STRATA_REDUCE_SUM ? 0 : kind == STRATA_REDUCE_MAX ? -INFINITY : INFINITY;
}

// The columns j ..< j + VL * count of `rows` rows, into sum.
INLINE void reduce_columns(float *sum, const float *x, int64_t rows, int64_t width, int64_t j, int count,
                           int32_t kind) {
    vec s[4];
    for (int v = 0; v < count; v++) s[v] = load(x + j + v * VL);
    for (int64_t row = 1; row < rows; row++)
        for (int v = 0; v < count; v++) s[v] = reduced_vec(s[v], load(x + row * width + j + v * VL), kind);
    for (int v = 0; v < count; v++) store(sum + j + v * VL, s[v]);
}

// accumulator[j] takes in the elements j, j + width, ... of x; sum holds `width` floats. Less than a
// vector wide, x is one row.
INLINE void reduce_block_of(double *accumulator, float *sum, const float *x, int64_t count, int64_t width,
                            int32_t kind) {
    int64_t rows = width < VL ? 0 : count / width, rest = count - rows * width;
    if (rows > 0) {
        int64_t j = 0;
        for (; j + 4 * VL <= width; j += 4 * VL) reduce_columns(sum, x, rows, width, j, 4, kind);
        for (; j + VL <= width; j += VL) reduce_columns(sum, x, rows, width, j, 1, kind);
        if (j < width) reduce_columns(sum, x, rows, width, width - VL, 1, kind);
        for (j = 0; j < width; j++) accumulator[j] = reduced(accumulator[j], (double)sum[j], kind);
    }
    x += rows * width;
    for (int64_t j = 0; j < rest; j++) accumulator[j] = reduced(accumulator[j], (double)x[j], kind);
}

// Kinds are told apart once a block.
#define FOR_KIND(kind, call) \
    switch (kind) { \
    case STRATA_REDUCE_SUM: call(STRATA_REDUCE_SUM); break; \
    case STRATA_REDUCE_MAX: call(STRATA_REDUCE_MAX); break; \
    default: call(STRATA_REDUCE_MIN); break; \
    }

static void reduce_block(double *accumulator, float *sum, const float *x, int64_t count, int64_t width, int32_t kind) {
#define CALL(k) reduce_block_of(accumulator, sum, x, count, width, k)
    FOR_KIND(kind, CALL)
#undef CALL
}

static void reduce_begin(double *accumulator, int64_t width, int32_t kind) {
    for (int64_t j = 0; j < width; j++) accumulator[j] = reduction_identity(kind);
}

// Folds an accumulator of a power of two times `inner` and writes `inner` results.
static void reduce_finish(double *accumulator, int64_t width, int64_t inner, float *result, bool adds, int32_t kind) {
    for (int64_t half = width / inner / 2; half > 0; half /= 2)
        for (int64_t j = 0; j < half * inner; j++)
            accumulator[j] = reduced(accumulator[j], accumulator[j + half * inner], kind);
    for (int64_t j = 0; j < inner; j++)
        result[j] = (float)(adds ? reduced((double)result[j], accumulator[j], kind) : accumulator[j]);
}

// A slice of a few elements, [mid, inner].
INLINE void reduce_small_of(const float *x, int64_t mid, int64_t inner, float *result, bool adds, int32_t kind) {
    for (int64_t j = 0; j < inner; j++) {
        double value = adds ? (double)result[j] : reduction_identity(kind);
        for (int64_t m = 0; m < mid; m++) value = reduced(value, (double)x[m * inner + j], kind);
        result[j] = (float)value;
    }
}

static void reduce_small(const float *x, int64_t mid, int64_t inner, float *result, bool adds, int32_t kind) {
#define CALL(k) reduce_small_of(x, mid, inner, result, adds, k)
    FOR_KIND(kind, CALL)
#undef CALL
}

// How many accumulators a reduction of `elements` to `inner` results keeps: a power of two times
// `inner`, so that short rows still fill vectors.
static int64_t reduction_width(int64_t elements, int64_t inner) {
    for (int64_t lanes = 4 * VL; lanes >= VL; lanes /= 4) {
        int64_t width = inner;
        while (width % lanes != 0) width *= 2;
        if (width <= 256 && width <= elements) return width;
    }
    return inner;
}

// Adds up what the partials of a reduction hold, in their order; a unit is 1,024 results.
static void combine(const void *arguments, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const strata_combine_args *args = arguments;
    int64_t last = MIN(end * 1024, args->inner);
    for (int64_t first = begin * 1024; first < last; first += 64) {
        double accumulator[64];
        int64_t width = MIN(64, last - first);
        reduce_begin(accumulator, width, args->kind);
        for (int64_t p = 0; p < args->partials; p++) {
            const float *x = args->partial + p * args->inner + first;
            for (int64_t j = 0; j < width; j++) accumulator[j] = reduced(accumulator[j], (double)x[j], args->kind);
        }
        reduce_finish(accumulator, width, width, args->result + first, false, args->kind);
    }
}
