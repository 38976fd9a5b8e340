// Direct convolution, forward and input gradient, as sweeps over zero-bordered rows of the source.
//
// With stride 1 the input gradient is a convolution of dy with the kernel turned around; with larger
// strides every residue of the position modulo the stride (a phase) sees its own subset of taps and is
// such a convolution by itself. So both passes are: for each phase of rows, for each phase of columns,
// one sweep.

// How outputs of one phase, along one axis, read the source: output q, at start + q * spacing, has
// taps t in 0 ..< taps, which are kernel cells first + t * step, and reads source position
// offset + t * tap_offset + q * advance.
typedef struct {
    int32_t taps, first, step;
    int64_t offset, tap_offset, advance;
    int64_t start, spacing;
} conv_phase;

typedef struct {
    int64_t source, result;  // sizes of the axis
    int32_t kernel, stride, dilation, pad;
    bool gradient;
} conv_axis;

INLINE int32_t conv_phases(const conv_axis *axis) { return axis->gradient ? axis->stride : 1; }

INLINE int32_t conv_gcd(int32_t a, int32_t b) {
    while (b) {
        int32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static conv_phase conv_make_phase(const conv_axis *axis, int32_t phase) {
    if (!axis->gradient)
        return (conv_phase){axis->kernel, 0, 1, -axis->pad, axis->dilation, axis->stride, 0, 1};
    // Cells r with r * dilation = phase (mod stride), the last of them first.
    const int32_t stride = axis->stride, divisor = conv_gcd(axis->dilation, stride), step = stride / divisor;
    int32_t first = 0;
    while (first < step && (int64_t)first * axis->dilation % stride != phase) first++;
    const int32_t taps = first < step && first < axis->kernel ? (axis->kernel - 1 - first) / step + 1 : 0;
    const int64_t start = ((phase - axis->pad) % stride + stride) % stride;
    const int64_t last = taps ? first + (int64_t)(taps - 1) * step : 0;
    const int64_t offset = taps ? (start + axis->pad - last * axis->dilation) / stride : 0;
    return (conv_phase){taps, (int32_t)last, -step, offset, axis->dilation / divisor, 1, start, stride};
}

// Outputs of the phase before position `end`.
INLINE int64_t conv_phase_count(const conv_phase *phase, int64_t end) {
    return end <= phase->start ? 0 : (end - phase->start + phase->spacing - 1) / phase->spacing;
}

typedef struct {
    int64_t begin, end;
} conv_range;

// What outputs begin ..< end read of the source, beyond its borders too.
static conv_range conv_reach(const conv_axis *axis, int64_t begin, int64_t end) {
    conv_range reach = {INT64_MAX, INT64_MIN};
    for (int32_t i = 0; i < conv_phases(axis); i++) {
        const conv_phase phase = conv_make_phase(axis, i);
        const int64_t first = conv_phase_count(&phase, begin), last = conv_phase_count(&phase, end) - 1;
        if (phase.taps == 0 || last < first) continue;
        reach.begin = MIN(reach.begin, phase.offset + first * phase.advance);
        reach.end = MAX(reach.end, phase.offset + (phase.taps - 1) * phase.tap_offset + last * phase.advance + 1);
    }
    return reach.begin > reach.end ? (conv_range){0, 0} : reach;
}

// A pass with its roles sorted out: `source` channels are read, `result` channels are written.
typedef struct {
    conv_axis rows, columns;
    int32_t groups, source, result;  // channels of a group
    bool gradient;
} conv_geometry;

static conv_geometry conv_make_geometry(const strata_conv_shape *s, bool gradient) {
    const conv_axis rows = {s->h, s->oh, s->r, s->stride_h, s->dilation_h, s->pad_top, gradient};
    const conv_axis columns = {s->w, s->ow, s->s, s->stride_w, s->dilation_w, s->pad_left, gradient};
    conv_geometry g = {rows, columns, s->groups, s->c / s->groups, s->k / s->groups, gradient};
    if (gradient) {
        g.rows.source = s->oh, g.rows.result = s->h;
        g.columns.source = s->ow, g.columns.result = s->w;
        g.source = s->k / s->groups, g.result = s->c / s->groups;
    }
    return g;
}

// The plan's `direct`: floats from one source pixel to the next in scratch, result rows done at a time, the
// micro-kernel's tile.

// ---- Packed weights: [group][row phase][column phase][block][tap][source channel][lane] -----------

// Floats of one group's weights before the given phase.
static int64_t conv_packed_offset(const conv_geometry *g, int32_t row_phase, int32_t column_phase) {
    int64_t taps = 0;
    for (int32_t i = 0; i < row_phase; i++) taps += (int64_t)conv_make_phase(&g->rows, i).taps * g->columns.kernel;
    if (row_phase < conv_phases(&g->rows)) {
        const int64_t taps_h = conv_make_phase(&g->rows, row_phase).taps;
        for (int32_t i = 0; i < column_phase; i++) taps += taps_h * conv_make_phase(&g->columns, i).taps;
    }
    return taps * g->source * conv_vectors(g->result) * VL;
}

INLINE int64_t conv_packed_group_size(const conv_geometry *g) {
    return conv_packed_offset(g, conv_phases(&g->rows), 0);
}

// One tap's weights of one vector of result channels: [source channel][lane], `step` floats apart.
static void conv_pack_cell(const float *from, int64_t source_step, int64_t result_step, int32_t channels,
                           int32_t width, float *to, int64_t step) {
    if (result_step == 1 && width == VL) {
        for (int32_t l = 0; l < channels; l++) store(to + l * step, load(from + l * source_step));
        return;
    }
    // In squares, since one side or the other is read across.
    for (int32_t begin = 0; begin < channels; begin += 16) {
        const int32_t end = MIN(begin + 16, channels);
        for (int32_t lane = 0; lane < VL; lane++)
            for (int32_t l = begin; l < end; l++)
                to[l * step + lane] = lane < width ? from[l * source_step + lane * result_step] : 0;
    }
}

// A unit is a vector of result channels of one group.
static void conv_direct_pack(const void *pointer, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const strata_conv_args *args = pointer;
    const strata_conv_shape *shape = &args->shape;
    const conv_geometry g = conv_make_geometry(shape, args->plan.pass == STRATA_CONV_INPUT_GRADIENT);
    const int32_t total = conv_vectors(g.result), width = MIN(g.result, VL);
    // From one source or result channel to the next in w.
    const int64_t source_step = g.gradient ? 1 : shape->k, result_step = g.gradient ? shape->k : 1;
    const int64_t cell_step = (int64_t)(shape->c / shape->groups) * shape->k;
    for (int64_t unit = begin; unit < end; unit++) {
        const int64_t group = unit / total;
        const int32_t vector = (int32_t)(unit % total);
        int32_t first = 0, count;
        while (count = conv_block(first, total, args->plan.direct.vectors), first + count <= vector)
            first += count;
        const float *w = args->w + group * (shape->k / shape->groups) + conv_channel(vector, g.result) * result_step;
        float *packed = args->packed + group * conv_packed_group_size(&g);
        for (int32_t i = 0; i < conv_phases(&g.rows); i++) {
            for (int32_t j = 0; j < conv_phases(&g.columns); j++) {
                const conv_phase row = conv_make_phase(&g.rows, i), column = conv_make_phase(&g.columns, j);
                const int64_t depth = (int64_t)row.taps * column.taps * g.source;
                float *to = packed + conv_packed_offset(&g, i, j) + first * VL * depth + (vector - first) * VL;
                for (int32_t r = 0; r < row.taps; r++) {
                    for (int32_t s = 0; s < column.taps; s++) {
                        const int64_t cell_row = row.first + r * row.step, cell_column = column.first + s * column.step;
                        conv_pack_cell(w + (cell_row * shape->s + cell_column) * cell_step, source_step, result_step,
                                       g.source, width, to, count * VL);
                        to += (int64_t)g.source * count * VL;
                    }
                }
            }
        }
    }
}

// ---- Execution ------------------------------------------------------------------------------------

// Copies a window of an image [h, w, channels] with zeros beyond its borders.
static void conv_copy_window(const float *image, int64_t h, int64_t w, int64_t channels, conv_range rows,
                             conv_range columns, int64_t pitch, float *to) {
    const int64_t width = columns.end - columns.begin;
    const int64_t left = MIN(MAX(-columns.begin, 0), width);
    const int64_t from = MAX(columns.begin, 0), copied = MAX(MIN(columns.end, w) - from, 0);
    for (int64_t row = rows.begin; row < rows.end; row++, to += width * pitch) {
        if (row < 0 || row >= h || copied == 0) {
            memset(to, 0, (size_t)(width * pitch) * sizeof(float));
            continue;
        }
        const float *source = image + (row * w + from) * channels;
        memset(to, 0, (size_t)(left * pitch) * sizeof(float));
        if (pitch == channels) {
            memcpy(to + left * pitch, source, (size_t)(copied * channels) * sizeof(float));
        } else {
            for (int64_t i = 0; i < copied; i++)
                memcpy(to + (left + i) * pitch, source + i * channels, (size_t)channels * sizeof(float));
        }
        memset(to + (left + copied) * pitch, 0, (size_t)((width - left - copied) * pitch) * sizeof(float));
    }
}

// Result rows begin ..< end of one image, of every group the vectors first ..< last of channels.
static void conv_direct_rows(const strata_conv_args *args, const conv_geometry *g, const float *source, float *result,
                             int64_t begin, int64_t end, int32_t first_vector, int32_t last_vector, float *scratch) {
    const strata_conv_plan *plan = &args->plan;
    const int64_t channels = (int64_t)g->source * g->groups, result_channels = (int64_t)g->result * g->groups;
    const conv_range rows = conv_reach(&g->rows, begin, end), columns = conv_reach(&g->columns, 0, g->columns.result);
    int64_t pitch = channels, row_pitch = g->columns.source * channels;
    const bool inside = rows.begin >= 0 && rows.end <= g->rows.source && columns.begin >= 0 &&
                        columns.end <= g->columns.source && plan->direct.pitch == channels;
    if (!inside) {
        pitch = plan->direct.pitch;
        conv_copy_window(source, g->rows.source, g->columns.source, channels, rows, columns, pitch, scratch);
        row_pitch = (columns.end - columns.begin) * pitch;
        source = scratch - rows.begin * row_pitch - columns.begin * pitch;
    }
    const int64_t group_size = conv_packed_group_size(g);
    for (int32_t i = 0; i < conv_phases(&g->rows); i++) {
        const conv_phase row = conv_make_phase(&g->rows, i);
        const int64_t first = conv_phase_count(&row, begin), last = conv_phase_count(&row, end);
        for (int32_t j = 0; j < conv_phases(&g->columns) && first < last; j++) {
            const conv_phase column = conv_make_phase(&g->columns, j);
            const int64_t count = conv_phase_count(&column, g->columns.result);
            if (count == 0) continue;
            // Neighbouring taps of a dense source are one long dot product.
            const bool joined = g->groups == 1 && pitch == channels && column.tap_offset == 1;
            conv_sweep sweep = {
                .source_row = row.advance * row_pitch, .source_column = column.advance * pitch,
                .tap_row = row.tap_offset * row_pitch, .tap_column = joined ? 0 : column.tap_offset * pitch,
                .taps_h = row.taps, .taps_w = joined ? MIN(column.taps, 1) : column.taps,
                .length = joined ? column.taps * g->source : g->source,
                .activation = g->gradient ? STRATA_ACTIVATION_NONE : args->activation,
                .result_row = row.spacing * g->columns.result * result_channels,
                .result_column = column.spacing * result_channels,
                .rows = (int32_t)(last - first), .columns = (int32_t)count, .channels = g->result,
                .vectors = plan->direct.vectors, .first = first_vector, .last = last_vector,
            };
            if (sweep.source_row == count * sweep.source_column && sweep.result_row == count * sweep.result_column) {
                sweep.columns *= sweep.rows;  // 1x1: the image is one long row
                sweep.rows = 1;
            }
            sweep.half = MIN(plan->direct.half, sweep.columns);
            const float *from = source + (row.offset + first * row.advance) * row_pitch + column.offset * pitch;
            const int64_t to_row = row.start + first * row.spacing;
            float *to = result + (to_row * g->columns.result + column.start) * result_channels;
            const float *packed = args->packed + conv_packed_offset(g, i, j);
            for (int32_t group = 0; group < g->groups; group++) {
                sweep.source = from + group * g->source;
                sweep.weights = packed + group * group_size;
                sweep.bias = g->gradient || !args->bias ? NULL : args->bias + group * g->result;
                sweep.result = to + group * g->result;
                conv_run_sweep(&sweep);
            }
        }
    }
}

static void conv_direct(const void *pointer, int64_t begin, int64_t end, void *scratch) {
    const strata_conv_args *args = pointer;
    const strata_conv_plan *plan = &args->plan;
    const conv_geometry g = conv_make_geometry(&args->shape, plan->pass == STRATA_CONV_INPUT_GRADIENT);
    const float *source = g.gradient ? args->y : args->x;
    float *result = g.gradient ? args->dx : args->y;
    const int64_t source_size = g.rows.source * g.columns.source * g.source * g.groups;
    const int64_t result_size = g.rows.result * g.columns.result * g.result * g.groups;
    const int64_t cuts = MAX(plan->bands, plan->direct.splits), total = conv_vectors(g.result);
    for (int64_t unit = begin; unit < end; unit++) {
        const int64_t image = unit / cuts, cut = unit % cuts;
        conv_range rows = {0, g.rows.result}, vectors = {0, total};
        if (plan->bands > 0) {
            rows = (conv_range){g.rows.result * cut / cuts, g.rows.result * (cut + 1) / cuts};
        } else {
            const int64_t blocks = total / plan->direct.vectors;
            vectors.begin = blocks * cut / cuts * plan->direct.vectors;
            if (cut + 1 < cuts) vectors.end = blocks * (cut + 1) / cuts * plan->direct.vectors;
        }
        for (int64_t row = rows.begin; row < rows.end; row += plan->direct.rows)
            conv_direct_rows(args, &g, source + image * source_size, result + image * result_size, row,
                             MIN(row + plan->direct.rows, rows.end), (int32_t)vectors.begin, (int32_t)vectors.end,
                             scratch);
    }
}

INLINE bool conv_is_pointwise(const strata_conv_shape *s) {
    return s->r == 1 && s->s == 1 && s->stride_h == 1 && s->stride_w == 1 && s->pad_top == 0 && s->pad_left == 0 &&
           s->oh == s->h && s->ow == s->w && s->groups == 1;
}

// Bytes of source window that are kept in cache at a time.
#define CONV_WINDOW (256 << 10)

static void conv_direct_prepare(const strata_conv_shape *shape, bool gradient, int32_t threads,
                                strata_conv_plan *plan) {
    const conv_geometry g = conv_make_geometry(shape, gradient);
    const int64_t channels = (int64_t)g.source * g.groups;
    const double multiplies = (double)shape->oh * shape->ow * shape->k * shape->r * shape->s * (shape->c / g.groups);
    // An image is a unit, unless there are too few of them to go round.
    plan->bands = shape->n >= 4 ? 1 : (int32_t)MAX(1, MIN(MIN(8 / shape->n, multiplies / 5e5), g.rows.result));
    plan->units = (int64_t)shape->n * plan->bands;
    plan->packed_size = conv_packed_group_size(&g) * g.groups;
    plan->pack_units = (int64_t)g.groups * conv_vectors(g.result);

    // Pixels a multiple of 2 KiB apart share the same few sets of the first-level cache.
    const int64_t pitch = channels % 512 == 0 ? channels + 16 : channels;
    const conv_range columns = conv_reach(&g.columns, 0, g.columns.result);
    const int64_t row_size = (columns.end - columns.begin) * pitch * (int64_t)sizeof(float);
    // Rows of source that `rows` rows of result can read, wherever they lie.
    int64_t rows = g.rows.result, source_rows;
    for (;; rows = (rows + 1) / 2) {
        const int64_t span = (int64_t)(g.rows.kernel - 1) * g.rows.dilation;
        source_rows = gradient ? (rows - 1 + span) / g.rows.stride + 2 : (rows - 1) * g.rows.stride + span + 1;
        if (rows == 1 || source_rows * row_size <= CONV_WINDOW) break;
    }
    plan->scratch_size = source_rows * row_size;
    plan->direct.pitch = pitch;
    plan->direct.rows = rows;
    int64_t tile_rows = rows, tile_columns = g.columns.result;
    if (gradient) {
        tile_rows = MAX(tile_rows / g.rows.stride, 1);
        tile_columns = MAX(tile_columns / g.columns.stride, 1);
    }
    if (conv_is_pointwise(shape)) {
        tile_columns *= tile_rows;
        tile_rows = 1;
    }
    int32_t half = 1, vectors = 1;
    conv_choose_tile(tile_rows, tile_columns, g.result, &half, &vectors);
    plan->direct.half = half;
    plan->direct.vectors = vectors;
    // A kernel larger than the image is better read once, by units that are blocks of channels.
    const int64_t image = g.rows.source * g.columns.source * channels;
    const int64_t splits = MIN(4 * threads, conv_vectors(g.result) / vectors);
    if (plan->bands > 1 && splits > 1 && plan->packed_size > 2 * image && plan->packed_size > CONV_WINDOW / 4) {
        plan->bands = 0;
        plan->direct.splits = splits;
        plan->units = shape->n * splits;
    }
}
