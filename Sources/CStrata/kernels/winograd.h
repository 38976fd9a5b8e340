// Convolutions of stride 1 by Winograd's F(4x4, 3x3): a 4x4 tile of the output takes 36 multiplications a
// channel instead of 144; and by F(2x2, 5x5), whose 2x2 tile takes 36 instead of 100. With d a 6x6 tile of
// the input, g a kernel and y a tile of the output, elementwise products * and the points 0, +-5/8, +-3/2 and infinity,
//
//   y = A' [(G g G') * (B' d B)] A        forward; the input gradient is the same of dy, with the
//                                         kernel turned and its channels exchanged
//   dg = G' [(A dy A') * (B' d B)] G      kernel gradient, summed over tiles before G' .. G
//
// Summed over channels, each of the 36 products is a matrix product of tiles and channels. These
// points make its errors as small as the direct convolution's; the usual 0, +-1, +-2 four times
// as large. A few dozen tiles at a time go through all stages in the second-level cache.
#ifndef STRATA_WINOGRAD_H
#define STRATA_WINOGRAD_H

#include "winograd_tiles.h"

// The kernel gradient's sums stay in the second-level cache: partial ones up to so many bytes,
// otherwise the kernel is done in square blocks.
#define WINOGRAD_SUMS (700 << 10)
#define WINOGRAD_BLOCK 64
// ---- The kernel: [36][panels][c][GEMM_COLUMNS] of k ---------------------------------------------------

INLINE int64_t winograd_packed_stride(const winograd_map *map) {
    return map->c * GEMM_ROUND_UP(map->k, GEMM_COLUMNS) + WINOGRAD_GAP;
}

// A unit is VL of the kernel's input channels.
static void winograd_pack(const void *arguments, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const strata_conv_args *args = arguments;
    const winograd_map map = winograd_map_of(&args->shape, args->plan.pass);
    const int64_t stride = winograd_packed_stride(&map), panel = map.c * GEMM_COLUMNS;
    const int64_t first = begin * VL, count = MIN(args->shape.c, end * VL) - first;
    if (args->plan.pass == STRATA_CONV_FORWARD) {
        winograd_kernel(args, first, count, 0, map.k, args->packed + first * GEMM_COLUMNS, panel, stride);
        return;
    }
    for (int64_t i = first; i < first + count; i += VL)
        winograd_kernel(args, 0, map.c, i, MIN(VL, first + count - i),
                        args->packed + i / GEMM_COLUMNS * panel + i % GEMM_COLUMNS, panel, stride);
}

// ---- Forward, and the input gradient -------------------------------------------------------------------

// Floats from one tile to the next in the 36 matrices, and from one matrix to the next.
#define WINOGRAD_PITCH(channels) MAX(channels, VL)
#define WINOGRAD_STRIDE(tiles, pitch) ((tiles) * (pitch) + WINOGRAD_GAP)

// Tiles begin ..< end, counted over all images, of result channels k0 ..< k0 + k.
static void winograd_tiles(const strata_conv_args *args, const winograd_map *map, int64_t begin, int64_t end,
                           int64_t k0, int64_t k, float *scratch) {
    const bool forward = args->plan.pass == STRATA_CONV_FORWARD;
    const float *x = forward ? args->x : args->y, *bias = forward && args->bias ? args->bias + k0 : NULL;
    float *y = (forward ? args->y : args->dx) + k0;
    const int32_t activation = forward ? args->activation : STRATA_ACTIVATION_NONE;
    const float low = lower_limit(activation), high = upper_limit(activation);

    const int64_t most = args->plan.winograd.tiles, c = map->c;
    const int64_t v_pitch = WINOGRAD_PITCH(c), m_pitch = GEMM_ROUND_UP(k, VL);
    const int64_t v_stride = WINOGRAD_STRIDE(most, v_pitch), m_stride = WINOGRAD_STRIDE(most, m_pitch);
    const int64_t u_stride = winograd_packed_stride(map);
    float *zeros = scratch, *dump = zeros + c, *v = dump + k, *m = v + 36 * v_stride;
    memset(zeros, 0, (size_t)c * sizeof(float));

    for (int64_t first = begin; first < end; first += most) {
        const int64_t count = MIN(most, end - first), block_rows = gemm_block_rows(count);
        for (int64_t t = 0; t < count; t++) {
            const float *pixel[36];
            winograd_source(map, x, first + t, zeros, pixel);
            winograd_input_tile(pixel, c, v + t * v_pitch, v_stride);
        }
        for (int p = 0; p < 36; p++)
            for (int64_t j = 0; j < k; j += GEMM_COLUMNS)
                for (int64_t t = 0; t < count; t += block_rows)
                    gemm_block(MIN(block_rows, count - t), k - j > VL ? 2 : 1, c, v + p * v_stride + t * v_pitch,
                                     v_pitch, 1, args->packed + p * u_stride + (k0 + j) * c, GEMM_COLUMNS,
                                     m + p * m_stride + t * m_pitch + j, m_pitch, GEMM_SET, NULL);
        for (int64_t t = 0; t < count; t++) {
            const float *pixel[16];
            winograd_result(map, y, first + t, dump, pixel);
            winograd_output_tile(map->r, m + t * m_pitch, m_stride, (float *const *)pixel, k, bias, low, high);
        }
    }
}

static void winograd_forward(const void *arguments, int64_t begin, int64_t end, void *scratch) {
    const strata_conv_args *args = arguments;
    const winograd_map map = winograd_map_of(&args->shape, args->plan.pass);
    const int64_t tiles = map.down * map.across, bands = args->plan.bands, block = args->plan.winograd.block_k;
    for (int64_t unit = begin; unit < end && bands == 0; unit++)
        winograd_tiles(args, &map, 0, args->shape.n * tiles, unit * block, MIN(block, map.k - unit * block), scratch);
    if (bands == 0) return;
    // Tiles of one image are followed by those of the next: units are one stretch of tiles.
    const int64_t from = begin / bands * tiles + begin % bands * map.down / bands * map.across;
    const int64_t to = end / bands * tiles + end % bands * map.down / bands * map.across;
    winograd_tiles(args, &map, from, to, 0, map.k, scratch);
}

// ---- The kernel gradient -------------------------------------------------------------------------------

// Sums [36][c][k rounded up to VL] over images [begin, end), for channels c0 ..< c0 + c and
// k0 ..< k0 + k. The sums grow tile by tile, so that cutting the images changes no bit.
static void winograd_gradient_sums(const strata_conv_args *args, const winograd_map *map, int64_t begin,
                                         int64_t end, int64_t c0, int64_t c, int64_t k0, int64_t k, bool fresh,
                                         float *sums, float *scratch) {
    const int64_t most = args->plan.winograd.tiles, tiles = map->down * map->across;
    const int64_t v_pitch = WINOGRAD_PITCH(c), z_pitch = WINOGRAD_PITCH(k), sum_pitch = GEMM_ROUND_UP(k, VL);
    const int64_t v_stride = WINOGRAD_STRIDE(most, v_pitch), z_stride = WINOGRAD_STRIDE(most, z_pitch);
    const int64_t sum_stride = WINOGRAD_STRIDE(c, sum_pitch), block_rows = gemm_block_rows(c);
    float *zeros = scratch, *v = zeros + MAX(c, k), *z = v + 36 * v_stride;
    memset(zeros, 0, (size_t)MAX(c, k) * sizeof(float));

    for (int64_t first = begin * tiles; first < end * tiles; first += most) {
        const int64_t count = MIN(most, end * tiles - first);
        for (int64_t t = 0; t < count; t++) {
            const float *pixel[36];
            winograd_source(map, args->x + c0, first + t, zeros, pixel);
            winograd_input_tile(pixel, c, v + t * v_pitch, v_stride);
            winograd_result(map, args->y + k0, first + t, zeros, pixel);
            winograd_gradient_tile(map->r, pixel, k, z + t * z_pitch, z_stride);
        }
        const int start = fresh && first == begin * tiles ? GEMM_SET : GEMM_CONTINUE;
        for (int p = 0; p < 36; p++)
            for (int64_t j = 0; j < k; j += GEMM_COLUMNS)
                for (int64_t i = 0; i < c; i += block_rows)
                    gemm_block(MIN(block_rows, c - i), k - j > VL ? 2 : 1, count, v + p * v_stride + i, 1,
                                     v_pitch, z + p * z_stride + j, z_pitch,
                                     sums + p * sum_stride + i * sum_pitch + j, sum_pitch, start, NULL);
    }
}

static void winograd_kernel_gradient(const void *arguments, int64_t begin, int64_t end, void *scratch) {
    const strata_conv_args *args = arguments;
    const strata_conv_plan *plan = &args->plan;
    const winograd_map map = winograd_map_of(&args->shape, plan->pass);
    if (plan->partials > 0) {
        for (int64_t image = begin; image < end;) {
            const int64_t group = image / plan->images_per_partial, group_begin = group * plan->images_per_partial;
            const int64_t next = MIN(end, group_begin + plan->images_per_partial);
            winograd_gradient_sums(args, &map, image, next, 0, map.c, 0, map.k, image == group_begin,
                                         args->partial + group * plan->partial_size, scratch);
            image = next;
        }
        return;
    }
    // A unit is a block of dw, its sums at the end of scratch.
    const int64_t block_c = plan->winograd.block_c, block_k = plan->winograd.block_k, across = (map.k + block_k - 1) / block_k;
    for (int64_t unit = begin; unit < end; unit++) {
        const int64_t c0 = unit / across * block_c, k0 = unit % across * block_k;
        const int64_t c = MIN(block_c, map.c - c0), k = MIN(block_k, map.k - k0);
        float *sums = (float *)scratch + plan->winograd.sums;
        winograd_gradient_sums(args, &map, 0, args->shape.n, c0, c, k0, k, true, sums, scratch);
        for (int64_t i = 0; i < c; i++)
            winograd_gradient_row(map.r, sums, c, k, i, 1, 0, args->dw + (c0 + i) * map.k + k0, map.c * map.k);
    }
}

// A unit is an input channel.
static void winograd_kernel_gradient_finish(const void *arguments, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const strata_conv_args *args = arguments;
    const int64_t c = args->shape.c, k = args->shape.k;
    for (int64_t i = begin; i < end; i++)
        winograd_gradient_row(args->shape.r, args->partial, c, k, i, args->plan.partials, args->plan.partial_size,
                                    args->dw + i * k, c * k);
}

// ---- Plans ---------------------------------------------------------------------------------------------

// Tiles that go through all stages together: as many as make 400 KB, and enough for the
// register block.
INLINE int64_t winograd_block(int64_t tiles, int64_t channels) {
    const int64_t fitting = (400 << 10) / (36 * (int64_t)sizeof(float) * channels);
    return MIN(tiles, MAX(2 * GEMM_ROWS, fitting / GEMM_ROWS * GEMM_ROWS));
}

static bool winograd_applies(const strata_conv_shape *s) {
    return (s->r == 3 || s->r == 5) && s->s == s->r && s->stride_h == 1 && s->stride_w == 1 && s->dilation_h == 1 &&
           s->dilation_w == 1 && s->groups == 1;
}

static void winograd_prepare(const strata_conv_shape *shape, strata_conv_pass pass, int32_t threads,
                             strata_conv_plan *plan) {
    const winograd_map map = winograd_map_of(shape, pass);
    const int64_t n = shape->n, image_tiles = map.down * map.across, tiles = n * image_tiles;
    int64_t floats;
    if (pass == STRATA_CONV_KERNEL_GRADIENT) {
        const int64_t size = 36 * WINOGRAD_STRIDE(map.c, GEMM_ROUND_UP(map.k, VL));
        int64_t c = map.c, k = map.k;
        if (n >= 4 && size * (int64_t)sizeof(float) <= WINOGRAD_SUMS) {
            plan->images_per_partial = (n + 7) / 8;
            plan->partials = (n + plan->images_per_partial - 1) / plan->images_per_partial;
            plan->partial_size = size;
            plan->units = n;
            plan->bands = 1;
            plan->finish_units = map.c;
        } else {
            c = plan->winograd.block_c = MIN(c, WINOGRAD_BLOCK);
            k = plan->winograd.block_k = MIN(k, WINOGRAD_BLOCK);
            plan->units = ((map.c + c - 1) / c) * ((map.k + k - 1) / k);
        }
        const int64_t most = plan->winograd.tiles = winograd_block(tiles, c + k);
        floats = MAX(c, k) + 36 * (WINOGRAD_STRIDE(most, WINOGRAD_PITCH(c)) + WINOGRAD_STRIDE(most, WINOGRAD_PITCH(k)));
        plan->winograd.sums = floats += GEMM_COLUMNS;  // the last tile of z is read a little beyond
        if (plan->partials == 0) floats += 36 * WINOGRAD_STRIDE(c, GEMM_ROUND_UP(k, VL));
    } else {
        plan->packed_size = 36 * winograd_packed_stride(&map);
        plan->pack_units = (shape->c + VL - 1) / VL;
        plan->bands = 1;
        // A few images are cut into bands of tiles, as long as these fill the register block.
        if (n < 4) plan->bands = (int32_t)MAX(1, MIN(MIN(map.down, 16 / n), image_tiles / (2 * GEMM_ROWS)));
        plan->units = n * plan->bands;
        if (plan->units < threads && map.k > GEMM_COLUMNS) {
            // Units are blocks of channels instead, which all transform the few tiles there are.
            const int64_t block = GEMM_ROUND_UP((map.k + threads - 1) / threads, GEMM_COLUMNS);
            plan->winograd.block_k = block;
            plan->units = (map.k + block - 1) / block;
            plan->bands = 0;
        }
        const int64_t most = plan->winograd.tiles = winograd_block(tiles, map.c + map.k);
        floats = map.c + map.k + 36 * (WINOGRAD_STRIDE(most, WINOGRAD_PITCH(map.c)) +
                                       WINOGRAD_STRIDE(most, GEMM_ROUND_UP(map.k, VL)));
    }
    plan->scratch_size = floats * (int64_t)sizeof(float);
}

#endif
