// Winograd's convolution stage by stage, where the kernel exceeds the caches: first the tiles of all images
// are transformed; then units of a few result channels transform their share of the kernel, multiply, and
// transform back. So the kernel is read once, and its transform, four times as large, never leaves the cache.
#ifndef STRATA_WINOGRAD_STAGED_H
#define STRATA_WINOGRAD_STAGED_H

#include "winograd_tiles.h"

// Channels of the source whose kernel is transformed at a time, and tiles that are multiplied at a time.
#define WINOGRAD_DEPTH 64
#define WINOGRAD_CHUNK 96

// The transformed tiles are 36 matrices [block of channels][tile][channel]: floats of one.
INLINE int64_t winograd_staged_stride(const winograd_map *map, int64_t tiles) {
    return tiles * map->c + WINOGRAD_GAP;
}

// A unit is a tile.
static void winograd_staged_pack(const void *arguments, int64_t begin, int64_t end, void *scratch) {
    const strata_conv_args *args = arguments;
    const winograd_map map = winograd_map_of(&args->shape, args->plan.pass);
    const float *x = args->plan.pass == STRATA_CONV_FORWARD ? args->x : args->y;
    const int64_t tiles = args->plan.pack_units, stride = winograd_staged_stride(&map, tiles);
    float *zeros = scratch;
    memset(zeros, 0, (size_t)map.c * sizeof(float));
    for (int64_t tile = begin; tile < end; tile++) {
        const float *pixel[36];
        winograd_source(&map, x, tile, zeros, pixel);
        for (int64_t c0 = 0; c0 < map.c; c0 += WINOGRAD_DEPTH) {
            const int64_t channels = MIN(WINOGRAD_DEPTH, map.c - c0);
            winograd_input_tile(pixel, channels, args->packed + c0 * tiles + tile * channels, stride);
            for (int i = 0; i < 36; i++) pixel[i] += channels;
        }
    }
}

// A unit is `block_k` result channels, of all images.
static void winograd_staged(const void *arguments, int64_t begin, int64_t end, void *scratch) {
    const strata_conv_args *args = arguments;
    const winograd_map map = winograd_map_of(&args->shape, args->plan.pass);
    const bool forward = args->plan.pass == STRATA_CONV_FORWARD;
    float *y = forward ? args->y : args->dx;
    const int32_t activation = forward ? args->activation : STRATA_ACTIVATION_NONE;
    const float low = lower_limit(activation), high = upper_limit(activation);
    const int64_t block = args->plan.winograd.block_k, tiles = args->plan.pack_units;
    const int64_t v_stride = winograd_staged_stride(&map, tiles);
    const int64_t panel = WINOGRAD_DEPTH * GEMM_COLUMNS, u_stride = WINOGRAD_DEPTH * block + WINOGRAD_GAP;
    float *dump = scratch, *u = dump + map.k, *m = u + 36 * u_stride;

    for (int64_t unit = begin; unit < end; unit++) {
        const int64_t first = unit * block, k = MIN(block, map.k - first), m_pitch = GEMM_ROUND_UP(k, VL);
        for (int64_t t0 = 0; t0 < tiles; t0 += WINOGRAD_CHUNK) {
            const int64_t count = MIN(WINOGRAD_CHUNK, tiles - t0), rows = gemm_block_rows(count);
            const int64_t m_stride = count * m_pitch + WINOGRAD_GAP;
            for (int64_t c0 = 0; c0 < map.c; c0 += WINOGRAD_DEPTH) {
                const int64_t depth = MIN(WINOGRAD_DEPTH, map.c - c0);
                if (t0 == 0 || map.c > WINOGRAD_DEPTH)
                    winograd_kernel(args, c0, depth, first, k, u, panel, u_stride);
                for (int p = 0; p < 36; p++) {
                    const float *v = args->packed + p * v_stride + c0 * tiles + t0 * depth;
                    for (int64_t j = 0; j < k; j += GEMM_COLUMNS)
                        for (int64_t t = 0; t < count; t += rows)
                            gemm_block(MIN(rows, count - t), k - j > VL ? 2 : 1, depth, v + t * depth, depth, 1,
                                       u + p * u_stride + j / GEMM_COLUMNS * panel, GEMM_COLUMNS,
                                       m + p * m_stride + t * m_pitch + j, m_pitch, c0 ? GEMM_CONTINUE : GEMM_SET,
                                       NULL);
                }
            }
            for (int64_t t = 0; t < count; t++) {
                const float *pixel[16];
                winograd_result(&map, y + first, t0 + t, dump, pixel);
                winograd_output_tile(map.r, m + t * m_pitch, m_stride, (float *const *)pixel, k,
                                     forward && args->bias ? args->bias + first : NULL, low, high);
            }
        }
    }
}

static void winograd_staged_prepare(const strata_conv_shape *shape, strata_conv_pass pass, strata_conv_plan *plan) {
    const winograd_map map = winograd_map_of(shape, pass);
    const int64_t tiles = shape->n * map.down * map.across;
    const int64_t block = plan->winograd.block_k = MIN(32, GEMM_ROUND_UP(map.k, GEMM_COLUMNS));
    plan->packs_source = true;
    plan->packed_size = 36 * winograd_staged_stride(&map, tiles);
    plan->pack_units = tiles;
    plan->units = (map.k + block - 1) / block;
    plan->bands = 0;
    plan->scratch_size = (int64_t)sizeof(float) * (MAX(map.k, map.c) + 36 * (WINOGRAD_DEPTH * block + WINOGRAD_GAP) +
                                                   36 * (MIN(tiles, WINOGRAD_CHUNK) * block + WINOGRAD_GAP));
}

#endif
