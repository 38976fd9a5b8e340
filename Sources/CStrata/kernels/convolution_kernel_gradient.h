// Direct kernel gradient. For each tap, dw[channel of x][channel of y] is a matrix product over pixels;
// the micro-kernel keeps MR rows by NV vectors of it in registers while it goes over an image.
//
// With few input channels the rows of a tap row (s, c) are contiguous in a zero-bordered copy of x and
// are taken together ("joined"). Otherwise each tap reads x where it lies, over the rectangle of outputs
// for which the tap is inside the image.

// Sums are kept as [group][block of vectors][tap][row][lane], with padded lanes.
typedef struct {
    bool joined;
    int32_t taps, rows;          // rows of dw per tap: input channels of a group, or s * c
    int32_t channels, vectors;   // output channels of a group, and their vectors
    int64_t group_size;          // floats of a group's sums
} conv_outer;

// The plan's `outer`: rows of dy done at a time, splits of a block's rows, floats of a block's sums.

static conv_outer conv_make_outer(const strata_conv_shape *s) {
    const int32_t c = s->c / s->groups, k = s->k / s->groups;
    const bool joined = s->groups == 1 && s->dilation_w == 1 && s->s > 1 && c < 16;
    conv_outer outer = {joined, joined ? s->r : s->r * s->s, joined ? s->s * c : c, k, conv_vectors(k), 0};
    outer.group_size = (int64_t)outer.taps * outer.rows * outer.vectors * VL;
    return outer;
}

typedef struct {
    const float *a, *b;
    int64_t a_row, a_column, b_row, b_column;
    int64_t rows, columns;
    int64_t tail;  // place of the last vector of b
    float *sum;
    bool begin;
} conv_outer_tile;

typedef void (*conv_outer_function)(const conv_outer_tile *tile);

INLINE void conv_outer_run(const conv_outer_tile *tile, const int MR, const int NV) {
    vec sum[14][2];
    UNROLL for (int i = 0; i < MR; i++)
        UNROLL for (int v = 0; v < NV; v++) sum[i][v] = tile->begin ? (vec){0} : load(tile->sum + (i * NV + v) * VL);
    const int64_t a_column = tile->a_column, b_column = tile->b_column, tail = tile->tail;
    for (int64_t row = 0; row < tile->rows; row++) {
        const float *a = tile->a + row * tile->a_row, *b = tile->b + row * tile->b_row;
        for (int64_t column = tile->columns; column > 0; column--) {
            vec y[2];
            UNROLL for (int v = 0; v < NV; v++) y[v] = load(b + (v == NV - 1 ? tail : v * VL));
            UNROLL for (int i = 0; i < MR; i++) {
                vec x = splat(a[i]);
                UNROLL for (int v = 0; v < NV; v++) sum[i][v] += x * y[v];
            }
            a += a_column;
            b += b_column;
        }
    }
    UNROLL for (int i = 0; i < MR; i++)
        UNROLL for (int v = 0; v < NV; v++) store(tile->sum + (i * NV + v) * VL, sum[i][v]);
}

#define CONV_OUTER(MR, NV) \
    static void conv_outer_##MR##_##NV(const conv_outer_tile *tile) { conv_outer_run(tile, MR, NV); }

CONV_OUTER(1, 1) CONV_OUTER(2, 1) CONV_OUTER(3, 1) CONV_OUTER(4, 1) CONV_OUTER(5, 1) CONV_OUTER(6, 1)
CONV_OUTER(7, 1) CONV_OUTER(8, 1) CONV_OUTER(9, 1) CONV_OUTER(10, 1) CONV_OUTER(11, 1) CONV_OUTER(12, 1)
CONV_OUTER(1, 2) CONV_OUTER(2, 2) CONV_OUTER(3, 2) CONV_OUTER(4, 2) CONV_OUTER(5, 2) CONV_OUTER(6, 2)
#if CONV_REGISTERS == 32
CONV_OUTER(13, 1) CONV_OUTER(14, 1)
CONV_OUTER(7, 2) CONV_OUTER(8, 2) CONV_OUTER(9, 2) CONV_OUTER(10, 2)
CONV_OUTER(11, 2) CONV_OUTER(12, 2) CONV_OUTER(13, 2) CONV_OUTER(14, 2)
#define CONV_OUTER_ROWS(vectors) 14
#else
#define CONV_OUTER_ROWS(vectors) ((vectors) == 2 ? 6 : 12)
#endif
#undef CONV_OUTER

// By vectors and rows.
static const conv_outer_function conv_outer_functions[3][15] = {
    {0},
    {0, conv_outer_1_1, conv_outer_2_1, conv_outer_3_1, conv_outer_4_1, conv_outer_5_1, conv_outer_6_1,
     conv_outer_7_1, conv_outer_8_1, conv_outer_9_1, conv_outer_10_1, conv_outer_11_1, conv_outer_12_1,
#if CONV_REGISTERS == 32
     conv_outer_13_1, conv_outer_14_1},
#else
    },
#endif
    {0, conv_outer_1_2, conv_outer_2_2, conv_outer_3_2, conv_outer_4_2, conv_outer_5_2, conv_outer_6_2,
#if CONV_REGISTERS == 32
     conv_outer_7_2, conv_outer_8_2, conv_outer_9_2, conv_outer_10_2, conv_outer_11_2, conv_outer_12_2,
     conv_outer_13_2, conv_outer_14_2},
#else
    },
#endif
};

// Outputs whose tap at `offset` is inside the axis.
static conv_range conv_inside(const conv_axis *axis, int64_t offset) {
    const int64_t before = -offset, after = axis->source - offset;  // 0 <= q * stride + offset < source
    const int64_t begin = before > 0 ? (before + axis->stride - 1) / axis->stride : 0;
    const int64_t end = after > 0 ? (after - 1) / axis->stride + 1 : 0;
    return (conv_range){MIN(begin, axis->result), MAX(MIN(end, axis->result), MIN(begin, axis->result))};
}

// Rows of dy, and the x under them, as the tiles read them.
typedef struct {
    const float *x, *y;  // x: of position (0, 0); y: of output (begin, 0)
    int64_t x_row, x_column, y_row, y_column;
    int64_t begin, end;
} conv_view;

static conv_view conv_make_view(const strata_conv_args *args, const conv_geometry *g, const conv_outer *outer,
                                int64_t image, int64_t begin, int64_t end, float *scratch) {
    const strata_conv_shape *s = &args->shape;
    conv_view view = {
        .x = args->x + (int64_t)image * s->h * s->w * s->c,
        .y = args->y + ((int64_t)image * s->oh + begin) * s->ow * s->k,
        .x_row = (int64_t)s->w * s->c, .x_column = s->c, .y_row = (int64_t)s->ow * s->k, .y_column = s->k,
        .begin = begin, .end = end,
    };
    if (outer->joined) {
        const conv_range rows = conv_reach(&g->rows, begin, end), columns = conv_reach(&g->columns, 0, s->ow);
        conv_copy_window(view.x, s->h, s->w, s->c, rows, columns, s->c, scratch);
        view.x_row = (columns.end - columns.begin) * s->c;
        view.x = scratch - rows.begin * view.x_row - columns.begin * s->c;
        scratch += (rows.end - rows.begin) * view.x_row;
    }
    if (g->result < VL) {  // lanes beyond the channels are read, but of no account: only the last must exist
        const int64_t size = (end - begin) * view.y_row;
        view.y = memcpy(scratch, view.y, (size_t)size * sizeof(float));
    }
    return view;
}

// Adds the view's share to (or begins) the sums [tap][row][lane] of rows row_begin ..< row_end of dw and
// of `count` vectors from `first`.
static void conv_outer_block(const conv_view *view, const strata_conv_shape *s, const conv_geometry *g,
                             const conv_outer *outer, int32_t group, int32_t first, int32_t count, int32_t row_begin,
                             int32_t row_end, float *sum, bool begin) {
    const int32_t rows = row_end - row_begin, tiles = (rows + CONV_OUTER_ROWS(count) - 1) / CONV_OUTER_ROWS(count);
    for (int32_t i = 0; i < tiles; i++) {
        const int32_t from = (int32_t)((int64_t)rows * i / tiles), to = (int32_t)((int64_t)rows * (i + 1) / tiles);
        for (int32_t tap = 0; tap < outer->taps; tap++) {
            const int32_t r = outer->joined ? tap : tap / s->s, c = outer->joined ? 0 : tap % s->s;
            const int64_t x_row = (int64_t)r * s->dilation_h - s->pad_top;
            const int64_t x_column = (int64_t)c * s->dilation_w - s->pad_left;
            conv_range p = {view->begin, view->end}, q = {0, s->ow};
            if (!outer->joined) {
                const conv_range inside = conv_inside(&g->rows, x_row);
                p = (conv_range){MAX(p.begin, inside.begin), MIN(p.end, inside.end)};
                q = conv_inside(&g->columns, x_column);
            }
            conv_outer_tile tile = {
                .a_row = s->stride_h * view->x_row, .a_column = s->stride_w * view->x_column,
                .b_row = view->y_row, .b_column = view->y_column,
                .rows = q.end > q.begin ? p.end - p.begin : 0, .columns = q.end - q.begin,
                .tail = conv_channel(first + count - 1, outer->channels) - first * VL,
                .sum = sum + ((int64_t)tap * rows + from) * count * VL, .begin = begin,
            };
            if (tile.rows > 0) {
                tile.a = view->x + (p.begin * s->stride_h + x_row) * view->x_row +
                         (q.begin * s->stride_w + x_column) * view->x_column + group * g->source + row_begin + from;
                tile.b = view->y + (p.begin - view->begin) * view->y_row + q.begin * view->y_column +
                         group * g->result + first * VL;
            }
            if (tile.a_row == tile.columns * tile.a_column && tile.b_row == tile.columns * tile.b_column) {
                tile.columns *= MAX(tile.rows, 0);
                tile.rows = tile.columns > 0;
            }
            conv_outer_functions[count][to - from](&tile);
        }
    }
}

// A unit is an image, or (partials == 0) a block of dw: [group][block of vectors][split of rows].
static void conv_direct_kernel_gradient(const void *pointer, int64_t begin, int64_t end, void *scratch) {
    const strata_conv_args *args = pointer;
    const strata_conv_plan *plan = &args->plan;
    const strata_conv_shape *s = &args->shape;
    const conv_geometry g = conv_make_geometry(s, false);
    const conv_outer outer = conv_make_outer(s);
    const int64_t band = plan->outer.band;
    const int32_t blocks = (outer.vectors + 1) / 2, splits = (int32_t)plan->outer.splits;
    for (int64_t unit = begin; unit < end && plan->partials > 0; unit++) {
        const int64_t partial = unit / plan->images_per_partial;
        float *sums = args->partial + partial * plan->partial_size;
        for (int64_t row = 0; row < s->oh; row += band) {
            const bool first_share = unit % plan->images_per_partial == 0 && row == 0;
            const conv_view view = conv_make_view(args, &g, &outer, unit, row, MIN(row + band, s->oh), scratch);
            for (int32_t group = 0; group < s->groups; group++) {
                float *sum = sums + group * outer.group_size;
                for (int32_t first = 0; first < outer.vectors; first += 2)
                    conv_outer_block(&view, s, &g, &outer, group, first, conv_block(first, outer.vectors, 2), 0,
                                     outer.rows, sum + (int64_t)outer.taps * outer.rows * first * VL, first_share);
            }
        }
    }
    for (int64_t unit = begin; unit < end && plan->partials == 0; unit++) {
        const int32_t split = (int32_t)(unit % splits), first = (int32_t)(unit / splits % blocks) * 2;
        const int32_t group = (int32_t)(unit / splits / blocks), count = conv_block(first, outer.vectors, 2);
        const int32_t row_begin = outer.rows * split / splits, row_end = outer.rows * (split + 1) / splits;
        const int32_t rows = row_end - row_begin;
        float *sum = scratch, *rest = sum + plan->outer.sum_size;
        for (int64_t image = 0; image < s->n; image++) {
            for (int64_t row = 0; row < s->oh; row += band) {
                const conv_view view = conv_make_view(args, &g, &outer, image, row, MIN(row + band, s->oh), rest);
                conv_outer_block(&view, s, &g, &outer, group, first, count, row_begin, row_end, sum,
                                 image == 0 && row == 0);
            }
        }
        for (int32_t tap = 0; tap < outer.taps; tap++) {
            for (int32_t row = 0; row < rows; row++) {
                float *to = args->dw + ((int64_t)tap * outer.rows + row_begin + row) * s->k + group * outer.channels;
                for (int32_t v = 0; v < count; v++)
                    store_some(to + conv_channel(first + v, outer.channels),
                                    load(sum + (((int64_t)tap * rows + row) * count + v) * VL),
                                    MIN(outer.channels, VL));
            }
        }
    }
}

// Adds up the partial sums, in order. A unit is CONV_FINISH rows of a tap of a group.
#define CONV_FINISH 16

static void conv_direct_kernel_gradient_finish(const void *pointer, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const strata_conv_args *args = pointer;
    const strata_conv_plan *plan = &args->plan;
    const conv_outer outer = conv_make_outer(&args->shape);
    const int32_t chunks = (outer.rows + CONV_FINISH - 1) / CONV_FINISH;
    for (int64_t unit = begin; unit < end; unit++) {
        const int32_t chunk = (int32_t)(unit % chunks), tap = (int32_t)(unit / chunks % outer.taps);
        const int64_t group = unit / chunks / outer.taps;
        for (int32_t row = chunk * CONV_FINISH; row < MIN((chunk + 1) * CONV_FINISH, outer.rows); row++) {
            float *to = args->dw + ((int64_t)tap * outer.rows + row) * args->shape.k + group * outer.channels;
            for (int32_t first = 0; first < outer.vectors; first += 2) {
                const int32_t count = conv_block(first, outer.vectors, 2);
                for (int32_t v = 0; v < count; v++) {
                    const float *from = args->partial + group * outer.group_size +
                                        (int64_t)outer.taps * outer.rows * first * VL +
                                        (((int64_t)tap * outer.rows + row) * count + v) * VL;
                    vec sum = load(from);
                    for (int64_t i = 1; i < plan->partials; i++) sum += load(from + i * plan->partial_size);
                    store_some(to + conv_channel(first + v, outer.channels), sum, MIN(outer.channels, VL));
                }
            }
        }
    }
}

// Bytes of x and dy that are gone over at a time, and the most that partial sums may take.
#define CONV_OUTER_WINDOW (512 << 10)
#define CONV_PARTIALS (2 << 20)

static void conv_direct_kernel_gradient_prepare(const strata_conv_shape *s, strata_conv_plan *plan) {
    const conv_geometry g = conv_make_geometry(s, false);
    const conv_outer outer = conv_make_outer(s);
    plan->images_per_partial = (s->n + 7) / 8;
    plan->partials = (s->n + plan->images_per_partial - 1) / plan->images_per_partial;
    plan->partial_size = s->groups * outer.group_size;
    plan->units = s->n;
    plan->bands = 1;
    plan->finish_units = (int64_t)s->groups * outer.taps * ((outer.rows + CONV_FINISH - 1) / CONV_FINISH);

    const conv_range columns = conv_reach(&g.columns, 0, s->ow);
    const int64_t x_row = (outer.joined ? columns.end - columns.begin : s->w) * s->c;
    const int64_t y_row = (int64_t)s->ow * s->k, span = (int64_t)(s->r - 1) * s->dilation_h + 1;
    int64_t band = s->oh, x_rows;
    for (;; band = (band + 1) / 2) {
        x_rows = (band - 1) * s->stride_h + span;
        if (band == 1 || (x_rows * x_row + band * y_row) * (int64_t)sizeof(float) <= CONV_OUTER_WINDOW) break;
    }
    plan->outer.band = band;
    int64_t floats = (outer.joined ? x_rows * x_row : 0) + (g.result < VL ? band * s->ow * s->k + VL : 0);

    const int64_t traffic = (int64_t)s->n * ((int64_t)s->h * s->w * s->c + (int64_t)s->oh * s->ow * s->k);
    const int64_t partial = plan->partials * plan->partial_size;
    plan->outer.splits = 1;
    if (!outer.joined && g.result >= VL && plan->partials > 1 &&
        (partial * (int64_t)sizeof(float) > CONV_PARTIALS || partial > 4 * traffic)) {
        // Too much to keep one of for each group of images: units are blocks of dw.
        const int32_t blocks = (outer.vectors + 1) / 2, splits = (outer.rows + 63) / 64;
        plan->outer.splits = splits;
        plan->outer.sum_size = (int64_t)outer.taps * ((outer.rows + splits - 1) / splits) * 2 * VL;
        plan->units = (int64_t)s->groups * blocks * splits;
        plan->bands = 0;
        plan->partials = plan->images_per_partial = plan->partial_size = plan->finish_units = 0;
        floats += plan->outer.sum_size;
    }
    plan->scratch_size = floats * (int64_t)sizeof(float);
}
