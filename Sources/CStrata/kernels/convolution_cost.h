// What a convolution takes by each algorithm, and the choice of the cheapest. The coefficients are
// nanoseconds for a thousand of what they count, fitted to all convolutions of the zoo's workloads on a Zen 4
// (one thread, batches of 8 to 128); only their ratios matter.
typedef struct {
    // A multiply-add of the direct convolution; and a number of a large kernel, read again for each image
    // (of the kernel gradient: a multiply-add more, where it is done in blocks).
    double direct, reread;
    // A multiply-add between transformed tiles; a transformed number of the source or the result; of the
    // kernel; of the kernel, where it exceeds the cache, read again for each block of tiles.
    double winograd, transformed, kernel, kernel_reread;
    double staged, staged_transformed, staged_kernel;
    // A multiply-add of the product of a tap; a channel of a pixel that it copies.
    double product, copied;
} conv_costs;

static const conv_costs conv_costs_of[3] = {
#if VL == 16
    [STRATA_CONV_FORWARD] = {20.3, 120, 19.5, 263, 1361, 0, 35.4, 323, 55, 24.9, 115},
    [STRATA_CONV_INPUT_GRADIENT] = {20.9, 120, 18.9, 282, 1494, 0, 34.4, 393, 0, 25.2, 87},
    [STRATA_CONV_KERNEL_GRADIENT] = {21.6, 3, 27.2, 258, 5, 0, 0, 0, 0, 22.5, 295},
#elif VL == 8
    [STRATA_CONV_FORWARD] = {21.6, 120, 17.3, 312, 1729, 31, 32.8, 328, 205, 22.6, 393},
    [STRATA_CONV_INPUT_GRADIENT] = {22.5, 120, 16.8, 358, 2615, 23, 36.9, 344, 0, 25.5, 172},
    [STRATA_CONV_KERNEL_GRADIENT] = {24.6, 8, 30.3, 238, 55, 0, 0, 0, 0, 20.4, 459},
#else
    // Not fitted: the above, with multiplications and transforms of half the width.
    [STRATA_CONV_FORWARD] = {43, 120, 35, 600, 2000, 31, 66, 660, 300, 46, 393},
    [STRATA_CONV_INPUT_GRADIENT] = {45, 120, 34, 600, 2600, 23, 70, 660, 300, 50, 172},
    [STRATA_CONV_KERNEL_GRADIENT] = {49, 16, 60, 500, 55, 0, 0, 0, 0, 42, 459},
#endif
};

// Bytes of a kernel, packed or transformed, that are read from the cache again and again.
#define CONV_CACHED_KERNEL (1 << 20)

// The shape as the estimates see it, for the pass.
typedef struct {
    double source, result;  // channels, those of the result in whole vectors
    double kernel;          // numbers of the kernel
    double multiplies;      // of direct convolution, those with zeros beyond the border included
    double pairs;           // pixels of x that a tap joins with pixels of y, over all taps
    const conv_costs *costs;
} conv_work;

static conv_work conv_make_work(const strata_conv_shape *s, strata_conv_pass pass) {
    const conv_geometry g = conv_make_geometry(s, pass == STRATA_CONV_INPUT_GRADIENT);
    double rows = 0, columns = 0;  // inside
    for (int32_t r = 0; r < s->r; r++) {
        const conv_axis axis = {s->h, s->oh, s->r, s->stride_h, s->dilation_h, s->pad_top, false};
        const conv_range inside = conv_inside(&axis, (int64_t)r * s->dilation_h - s->pad_top);
        rows += (double)(inside.end - inside.begin);
    }
    for (int32_t c = 0; c < s->s; c++) {
        const conv_axis axis = {s->w, s->ow, s->s, s->stride_w, s->dilation_w, s->pad_left, false};
        const conv_range inside = conv_inside(&axis, (int64_t)c * s->dilation_w - s->pad_left);
        columns += (double)(inside.end - inside.begin);
    }
    conv_work work = {.source = g.source, .result = GEMM_ROUND_UP(g.result, VL), .costs = &conv_costs_of[pass]};
    work.kernel = (double)s->r * s->s * g.source * g.result * g.groups;
    work.pairs = s->n * rows * columns;
    double pixels = (double)s->n * s->oh * s->ow * s->r * s->s;
    if (pass == STRATA_CONV_INPUT_GRADIENT)
        pixels = (double)s->n * s->h * s->w * s->r * s->s / ((double)s->stride_h * s->stride_w);
    if (pass == STRATA_CONV_KERNEL_GRADIENT) pixels = work.pairs;
    work.multiplies = pixels * work.source * work.result * g.groups;
    return work;
}

static double conv_direct_cost(const conv_work *work, const strata_conv_shape *s, const strata_conv_plan *plan) {
    double cost = work->multiplies * work->costs->direct;
    if (plan->pass == STRATA_CONV_KERNEL_GRADIENT)
        cost += plan->partials == 0 ? work->multiplies * work->costs->reread : 0;
    else if (work->kernel * (double)sizeof(float) > CONV_CACHED_KERNEL)
        cost += s->n * work->kernel * work->costs->reread;
    return cost;
}

// `constant`: the kernel's transform is made once, and costs nothing here.
static double conv_winograd_cost(const conv_work *work, const strata_conv_shape *s, const strata_conv_plan *plan,
                                 bool constant) {
    const winograd_map map = winograd_map_of(s, plan->pass);
    const conv_costs *costs = work->costs;
    const double tiles = 36.0 * s->n * (double)(map.down * map.across), kernel = 36.0 * s->c * s->k;
    double transformed = (double)GEMM_ROUND_UP((int64_t)work->source, VL) + work->result;
    if (plan->pass == STRATA_CONV_KERNEL_GRADIENT && plan->partials == 0)  // again for each block of the other
        transformed = (double)s->c * s->k *
                      (1.0 / (double)MIN(s->c, WINOGRAD_BLOCK) + 1.0 / (double)MIN(s->k, WINOGRAD_BLOCK));
    double cost = tiles * (work->source * work->result * costs->winograd + transformed * costs->transformed);
    if (!constant) cost += kernel * costs->kernel;
    if (kernel * (double)sizeof(float) > 2 * CONV_CACHED_KERNEL && plan->pass != STRATA_CONV_KERNEL_GRADIENT)
        cost += kernel * ceil(tiles / 36 / (double)plan->winograd.tiles) * costs->kernel_reread;
    return cost;
}

static double conv_staged_cost(const conv_work *work, const strata_conv_shape *s, const strata_conv_plan *plan) {
    const winograd_map map = winograd_map_of(s, plan->pass);
    const conv_costs *costs = work->costs;
    const double tiles = 36.0 * s->n * (double)(map.down * map.across);
    return tiles * work->source * work->result * costs->staged +
           tiles * ((double)GEMM_ROUND_UP((int64_t)work->source, VL) + work->result) * costs->staged_transformed +
           36.0 * s->c * s->k * costs->staged_kernel;
}

static double conv_product_cost(const conv_work *work, const strata_conv_shape *s) {
    return work->pairs * ((double)s->c * s->k * work->costs->product + (double)(s->c + s->k) * work->costs->copied);
}

// The cheapest of those that apply, by estimate. Products pay where a kernel is larger than what it meets;
// small kernels' convolutions are better left to go image by image.
static strata_conv_algorithm conv_cheapest(const strata_conv_shape *s, strata_conv_pass pass, bool constant) {
    if (s->groups != 1) return conv_is_depthwise(s) ? STRATA_CONV_DEPTHWISE : STRATA_CONV_DIRECT;
    const conv_work work = conv_make_work(s, pass);
    const bool gradient = pass == STRATA_CONV_KERNEL_GRADIENT;
    strata_conv_algorithm cheapest = STRATA_CONV_DIRECT;
    strata_conv_plan plan = {.pass = (int32_t)pass};
    if (gradient) conv_direct_kernel_gradient_prepare(s, &plan);
    double least = conv_direct_cost(&work, s, &plan);
    if (winograd_applies(s)) {
        plan = (strata_conv_plan){.pass = (int32_t)pass};
        winograd_prepare(s, pass, 1, &plan);
        const double cost = conv_winograd_cost(&work, s, &plan, constant);
        if (cost < least) least = cost, cheapest = STRATA_CONV_WINOGRAD;
        const double staged = gradient ? INFINITY : conv_staged_cost(&work, s, &plan);
        if (staged < least && 36.0 * s->c * s->k * (double)sizeof(float) > 4 * CONV_CACHED_KERNEL)
            least = staged, cheapest = STRATA_CONV_WINOGRAD_STAGED;
    }
    const bool outweighs = gradient ? s->c >= 64 && s->k >= 64
                                    : work.kernel * (double)sizeof(float) > CONV_CACHED_KERNEL && s->n > 1;
    if (outweighs && conv_product_cost(&work, s) < least) cheapest = STRATA_CONV_PRODUCT;
    return cheapest;
}
