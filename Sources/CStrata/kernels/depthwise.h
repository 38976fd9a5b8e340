// Depthwise convolution: each channel with its own kernel [r, s, c]. There is no sum over channels to
// make tiles of; a vector is VL channels, and a block of pixels shares each loaded weight.
//
// Forward and input gradient are the sweeps of direct convolution: a phase of rows, a phase of columns.

enum { DEPTHWISE_BLOCK = 8 };  // pixels

// One run of results along a row, for up to VL channels.
typedef struct {
    const float *source;  // of the first result's first tap
    const float *weights;
    int32_t rows, columns;                      // taps
    int64_t source_row, source_column;          // floats from tap to tap
    int64_t weights_row, weights_column;        // likewise
    int64_t source_step, result_step;           // floats from result to result
    const float *bias;
    int32_t activation;
} depthwise_run;

INLINE void depthwise_store(const depthwise_run *run, float *to, vec v, int64_t channels) {
    if (run->activation) v = (vec)((ivec)v & ~(v < 0));  // NaN stays
    if (run->activation == STRATA_ACTIVATION_RELU6) {
        const ivec above = v > 6;
        v = (vec)((above & (ivec)splat(6)) | (~above & (ivec)v));
    }
    store_some(to, v, channels);
}

// `block` results, a constant; `channels` too where it is VL.
INLINE void depthwise_block(const depthwise_run *run, const float *source, float *result, int64_t channels, int block) {
    vec sum[DEPTHWISE_BLOCK];
    const vec begin = run->bias ? load_row(run->bias, channels, 0) : splat(0);
    for (int p = 0; p < block; p++) sum[p] = begin;
    for (int32_t i = 0; i < run->rows; i++)
        for (int32_t j = 0; j < run->columns; j++) {
            const vec weight = load_row(run->weights + i * run->weights_row + j * run->weights_column, channels, 0);
            const float *from = source + i * run->source_row + j * run->source_column;
            for (int p = 0; p < block; p++) sum[p] += load_row(from + p * run->source_step, channels, 0) * weight;
        }
    for (int p = 0; p < block; p++) depthwise_store(run, result + p * run->result_step, sum[p], channels);
}

INLINE void depthwise_results(const depthwise_run *run, float *result, int64_t count, int64_t channels) {
    int64_t q = 0;
    for (; q + DEPTHWISE_BLOCK <= count; q += DEPTHWISE_BLOCK)
        depthwise_block(run, run->source + q * run->source_step, result + q * run->result_step, channels,
                        DEPTHWISE_BLOCK);
    for (; q < count; q++)
        depthwise_block(run, run->source + q * run->source_step, result + q * run->result_step, channels, 1);
}

// The taps of a phase that result q finds inside the source.
INLINE conv_range depthwise_taps(const conv_phase *phase, int64_t q, int64_t source) {
    const int64_t first = phase->offset + q * phase->advance;
    conv_range taps = {0, phase->taps};
    if (first < 0) taps.begin = MIN(taps.end, (-first + phase->tap_offset - 1) / phase->tap_offset);
    if (first + (taps.end - 1) * phase->tap_offset >= source)
        taps.end = MAX(taps.begin, first >= source ? 0 : (source - 1 - first) / phase->tap_offset + 1);
    return taps;
}

INLINE bool depthwise_has_all(const conv_phase *phase, int64_t q, int64_t source) {
    const conv_range taps = depthwise_taps(phase, q, source);
    return taps.begin == 0 && taps.end == phase->taps;
}

// One row of results of one phase of columns.
static void depthwise_row(const strata_conv_args *args, const conv_geometry *g, const conv_phase *row, conv_range rows,
                          const conv_phase *column, const float *source, float *result) {
    const int64_t c = args->shape.c, count = conv_phase_count(column, g->columns.result);
    int64_t inner = 0, outer = count;  // results between see all taps
    while (inner < count && !depthwise_has_all(column, inner, g->columns.source)) inner++;
    while (outer > inner && !depthwise_has_all(column, outer - 1, g->columns.source)) outer--;
    for (int64_t q = 0; q < count;) {
        const int64_t end = q == inner && outer > inner ? outer : q + 1;
        const conv_range taps = depthwise_taps(column, q, g->columns.source);
        depthwise_run run = {
            .rows = (int32_t)(rows.end - rows.begin), .columns = (int32_t)(taps.end - taps.begin),
            .source_row = row->tap_offset * g->columns.source * c, .source_column = column->tap_offset * c,
            .weights_row = (int64_t)row->step * args->shape.s * c, .weights_column = column->step * c,
            .source_step = column->advance * c, .result_step = column->spacing * c,
            .activation = g->gradient ? STRATA_ACTIVATION_NONE : args->activation,
        };
        const float *from = source + (column->offset + q * column->advance + taps.begin * column->tap_offset) * c;
        const float *weights = args->w + ((row->first + rows.begin * row->step) * args->shape.s + column->first +
                                          taps.begin * column->step) * c;
        float *to = result + (column->start + q * column->spacing) * c;
        for (int64_t channel = 0; channel < c; channel += VL) {
            run.source = from + channel;
            run.weights = weights + channel;
            run.bias = g->gradient || !args->bias ? NULL : args->bias + channel;
            if (c - channel >= VL)
                depthwise_results(&run, to + channel, end - q, VL);
            else
                depthwise_results(&run, to + channel, end - q, c - channel);
        }
        q = end;
    }
}

static void depthwise(const void *pointer, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const strata_conv_args *args = pointer;
    const strata_conv_plan *plan = &args->plan;
    const conv_geometry g = conv_make_geometry(&args->shape, plan->pass == STRATA_CONV_INPUT_GRADIENT);
    const int64_t source_row = g.columns.source * args->shape.c, result_row = g.columns.result * args->shape.c;
    for (int64_t unit = begin; unit < end; unit++) {
        const int64_t image = unit / plan->bands, band = unit % plan->bands;
        const int64_t last = g.rows.result * (band + 1) / plan->bands;
        const float *source = (g.gradient ? args->y : args->x) + image * g.rows.source * source_row;
        float *result = (g.gradient ? args->dx : args->y) + image * g.rows.result * result_row;
        for (int64_t to = g.rows.result * band / plan->bands; to < last; to++) {
            const int32_t phase = g.gradient ? (int32_t)((to + g.rows.pad) % g.rows.stride) : 0;
            const conv_phase row = conv_make_phase(&g.rows, phase);
            const int64_t q = (to - row.start) / row.spacing;
            const conv_range taps = depthwise_taps(&row, q, g.rows.source);
            const int64_t from = row.offset + q * row.advance + taps.begin * row.tap_offset;
            for (int32_t j = 0; j < conv_phases(&g.columns); j++) {
                const conv_phase column = conv_make_phase(&g.columns, j);
                depthwise_row(args, &g, &row, taps, &column, source + from * source_row, result + to * result_row);
            }
        }
    }
}

// One row of dy and one row of x that meet in kernel row `dw` [s, c]: adds dw[j] for `taps` taps from `first`
// on, a constant number of them, summed in registers; two sums each, so that they need not wait for one
// another.
INLINE void depthwise_gradient_taps(const strata_conv_args *args, const float *x, const float *dy, float *dw,
                                    int32_t first, int taps, int64_t channels) {
    const strata_conv_shape *s = &args->shape;
    const int64_t c = s->c;
    vec sum[2][3] = {{{0}}};
    // The columns whose taps are all inside; at the borders each tap has its own.
    const int64_t left = (int64_t)first * s->dilation_w - s->pad_left;
    const int64_t right = left + (int64_t)(taps - 1) * s->dilation_w;
    int64_t inner = left >= 0 ? 0 : MIN(s->ow, (-left + s->stride_w - 1) / s->stride_w);
    int64_t outer = right >= s->w ? 0 : MIN(s->ow, (s->w - 1 - right) / s->stride_w + 1);
    outer = MAX(inner, outer);
    for (int64_t q = 0; q < s->ow; q++) {
        if (q == inner) {
            for (; q < outer; q++) {
                const vec g = load_row(dy + q * c, channels, 0);
                const float *from = x + (left + q * s->stride_w) * c;
                for (int t = 0; t < taps; t++)
                    sum[0][t] += load_row(from + t * s->dilation_w * c, channels, 0) * g;
                if (++q == outer) break;
                const vec h = load_row(dy + q * c, channels, 0);
                from += s->stride_w * c;
                for (int t = 0; t < taps; t++)
                    sum[1][t] += load_row(from + t * s->dilation_w * c, channels, 0) * h;
            }
            if (q >= s->ow) break;
        }
        for (int t = 0; t < taps; t++) {
            const int64_t column = left + t * s->dilation_w + q * s->stride_w;
            if (column < 0 || column >= s->w) continue;
            sum[0][t] += load_row(x + column * c, channels, 0) * load_row(dy + q * c, channels, 0);
        }
    }
    for (int t = 0; t < taps; t++) {
        float *to = dw + (first + t) * c;
        store_some(to, load_row(to, channels, 0) + (sum[0][t] + sum[1][t]), channels);
    }
}

INLINE void depthwise_gradient_row(const strata_conv_args *args, const float *x, const float *dy, float *dw,
                                   int64_t channels) {
    int32_t tap = 0;
    for (; tap + 3 <= args->shape.s; tap += 3) depthwise_gradient_taps(args, x, dy, dw, tap, 3, channels);
    for (; tap < args->shape.s; tap++) depthwise_gradient_taps(args, x, dy, dw, tap, 1, channels);
}

// A unit is an image.
static void depthwise_kernel_gradient(const void *pointer, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const strata_conv_args *args = pointer;
    const strata_conv_shape *s = &args->shape;
    const strata_conv_plan *plan = &args->plan;
    const int64_t c = s->c;
    for (int64_t image = begin; image < end; image++) {
        float *partial = args->partial + image / plan->images_per_partial * plan->partial_size;
        if (image % plan->images_per_partial == 0) memset(partial, 0, (size_t)plan->partial_size * sizeof *partial);
        for (int64_t p = 0; p < s->oh; p++)
            for (int64_t channel = 0; channel < c; channel += VL)
                for (int32_t i = 0; i < s->r; i++) {
                    const int64_t row = p * s->stride_h + (int64_t)i * s->dilation_h - s->pad_top;
                    if (row < 0 || row >= s->h) continue;
                    const float *x = args->x + (image * s->h + row) * s->w * c + channel;
                    const float *dy = args->y + (image * s->oh + p) * s->ow * c + channel;
                    float *dw = partial + (int64_t)i * s->s * c + channel;
                    if (c - channel >= VL)
                        depthwise_gradient_row(args, x, dy, dw, VL);
                    else
                        depthwise_gradient_row(args, x, dy, dw, c - channel);
                }
    }
}

enum { DEPTHWISE_FINISH = 1024 };

static void depthwise_kernel_gradient_finish(const void *pointer, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const strata_conv_args *args = pointer;
    const strata_conv_plan *plan = &args->plan;
    const int64_t last = MIN(end * DEPTHWISE_FINISH, plan->partial_size);
    for (int64_t place = begin * DEPTHWISE_FINISH; place < last; place++) {
        float sum = args->partial[place];
        for (int64_t i = 1; i < plan->partials; i++) sum += args->partial[place + i * plan->partial_size];
        args->dw[place] = sum;
    }
}

INLINE bool conv_is_depthwise(const strata_conv_shape *s) {
    return s->groups == s->c && s->groups == s->k && s->groups > 1;
}

static void depthwise_prepare(const strata_conv_shape *s, strata_conv_pass pass, strata_conv_plan *plan) {
    if (pass == STRATA_CONV_KERNEL_GRADIENT) {
        plan->bands = 1;
        plan->images_per_partial = (s->n + 7) / 8;
        plan->partials = (s->n + plan->images_per_partial - 1) / plan->images_per_partial;
        plan->partial_size = (int64_t)s->r * s->s * s->c;
        plan->finish_units = (plan->partial_size + DEPTHWISE_FINISH - 1) / DEPTHWISE_FINISH;
    } else {
        const int32_t rows = pass == STRATA_CONV_INPUT_GRADIENT ? s->h : s->oh;
        const double multiplies = (double)s->oh * s->ow * s->c * s->r * s->s;
        plan->bands = s->n >= 4 ? 1 : (int32_t)MAX(1, MIN(MIN(8 / s->n, multiplies / 5e5), rows));
    }
    plan->units = (int64_t)s->n * plan->bands;
}
