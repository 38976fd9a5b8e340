// 3x3 convolutions of stride 1 by Winograd's F(4x4, 3x3): a 4x4 tile of the output takes 36
// multiplications a channel instead of 144. With d a 6x6 tile of the input, g a kernel and y a tile
// of the output, elementwise products * and the points 0, +-5/8, +-3/2 and infinity,
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

#include "gemm.h"
#include "winograd_transforms.h"

// The kernel gradient's sums stay in the second-level cache: partial ones up to so many bytes,
// otherwise the kernel is done in square blocks.
#define WINOGRAD_SUMS (700 << 10)
#define WINOGRAD_BLOCK 64
// Keeps the 36 matrices of a set from falling on the same places of the caches.
#define WINOGRAD_GAP 16

// ---- Tiles -------------------------------------------------------------------------------------------

// A convolution that takes x [h, w, c] to y [oh, ow, k], cut into tiles of y.
typedef struct {
    int64_t h, w, c, oh, ow, k, pad_top, pad_left;
    int64_t down, across;  // tiles of an image
} winograd_map;

INLINE winograd_map winograd_map_of(const strata_conv_shape *s, int32_t pass) {
    winograd_map map = {s->h, s->w, s->c, s->oh, s->ow, s->k, s->pad_top, s->pad_left, 0, 0};
    if (pass == STRATA_CONV_INPUT_GRADIENT)
        map = (winograd_map){s->oh, s->ow, s->k, s->h, s->w, s->c, 2 - s->pad_top, 2 - s->pad_left, 0, 0};
    map.down = (map.oh + 3) / 4;
    map.across = (map.ow + 3) / 4;
    return map;
}

// The pixels of a size x size tile of images [n, h, w, channels], its corner at (y, x) of image
// `image`; those outside are `outside`.
INLINE void winograd_pixels(const float **pixel, int size, const float *images, int64_t image, int64_t h,
                                  int64_t w, int64_t channels, int64_t y, int64_t x, const float *outside) {
    const float *corner = images + ((image * h + y) * w + x) * channels;
    const bool whole = y >= 0 && x >= 0 && y + size <= h && x + size <= w;
    for (int i = 0; i < size; i++)
        for (int j = 0; j < size; j++) {
            const bool inside = whole || (y + i >= 0 && y + i < h && x + j >= 0 && x + j < w);
            pixel[i * size + j] = inside ? corner + (i * w + j) * channels : outside;
        }
}

// The next whole vector of `count` channels: the last one overlaps the one before.
#define WINOGRAD_AT(c, count) ((count) < VL ? 0 : MIN(c, (count) - VL))

INLINE void winograd_input_tile(const float *const *pixel, const int64_t channels, float *v, int64_t stride) {
    for (int64_t c = 0; c < channels; c += VL) {
        const int64_t at = WINOGRAD_AT(c, channels);
        vec d[36], t[36];
        UNROLL for (int i = 0; i < 36; i++) d[i] = load_some(pixel[i] + at, channels);
        UNROLL for (int j = 0; j < 6; j++) winograd_b(d + j, 6, t + j, 6);
        UNROLL for (int i = 0; i < 6; i++) winograd_b(t + 6 * i, 1, d + 6 * i, 1);
        UNROLL for (int i = 0; i < 36; i++) store(v + i * stride + at, d[i]);
    }
}

INLINE void winograd_gradient_tile(const float *const *pixel, const int64_t channels, float *z, int64_t stride) {
    for (int64_t c = 0; c < channels; c += VL) {
        const int64_t at = WINOGRAD_AT(c, channels);
        vec y[16], t[24], u[36];
        UNROLL for (int i = 0; i < 16; i++) y[i] = load_some(pixel[i] + at, channels);
        UNROLL for (int j = 0; j < 4; j++) winograd_a(y + j, 4, t + j, 4);
        UNROLL for (int i = 0; i < 6; i++) winograd_a(t + 4 * i, 1, u + 6 * i, 1);
        UNROLL for (int i = 0; i < 36; i++) store(z + i * stride + at, u[i]);
    }
}

INLINE void winograd_output_tile(const float *m, int64_t stride, float *const *pixel, const int64_t channels,
                                       const float *bias, float low, float high) {
    for (int64_t c = 0; c < channels; c += VL) {
        const int64_t at = WINOGRAD_AT(c, channels);
        const vec b = bias ? load_some(bias + at, channels) : (vec){0};
        vec u[36], t[24], y[16];
        UNROLL for (int i = 0; i < 36; i++) u[i] = load(m + i * stride + at);
        UNROLL for (int j = 0; j < 6; j++) winograd_a_transposed(u + j, 6, t + j, 6);
        UNROLL for (int i = 0; i < 4; i++) winograd_a_transposed(t + 6 * i, 1, y + 4 * i, 1);
        UNROLL for (int i = 0; i < 16; i++)
            store_some(pixel[i] + at, clamp(y[i] + b, low, high), channels);
    }
}

// ---- The kernel: [36][panels][c][GEMM_COLUMNS] of k ---------------------------------------------------

INLINE void winograd_kernel_tile(const vec g[9], float *u, int64_t stride) {
    vec t[18], v[36];
    UNROLL for (int j = 0; j < 3; j++) winograd_g(g + j, 3, t + j, 3);
    UNROLL for (int i = 0; i < 6; i++) winograd_g(t + 3 * i, 1, v + 6 * i, 1);
    UNROLL for (int i = 0; i < 36; i++) store(u + i * stride, v[i]);
}

INLINE int64_t winograd_packed_stride(const winograd_map *map) {
    return map->c * GEMM_ROUND_UP(map->k, GEMM_COLUMNS) + WINOGRAD_GAP;
}

// A unit is VL of the kernel's input channels.
static void winograd_pack(const void *arguments, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const strata_conv_args *args = arguments;
    const winograd_map map = winograd_map_of(&args->shape, args->plan.pass);
    const int64_t stride = winograd_packed_stride(&map), c = args->shape.c, k = args->shape.k;
    const int64_t last = MIN(c, end * VL);
    if (args->plan.pass == STRATA_CONV_FORWARD) {
        for (int64_t i = begin * VL; i < last; i++)
            for (int64_t j = 0; j < k; j += VL) {
                vec g[9];
                for (int tap = 0; tap < 9; tap++) g[tap] = load_some(args->w + (tap * c + i) * k + j, k - j);
                float *to = args->packed + (j / GEMM_COLUMNS * c + i) * GEMM_COLUMNS + j % GEMM_COLUMNS;
                winograd_kernel_tile(g, to, stride);
            }
        return;
    }
    for (int64_t i = begin * VL; i < last; i += VL)
        for (int64_t j = 0; j < k; j += VL) {
            vec block[9][VL];  // [turned tap][k] of c
            for (int tap = 0; tap < 9; tap++) {
                for (int row = 0; row < VL; row++)
                    block[8 - tap][row] = i + row < c ? load_some(args->w + (tap * c + i + row) * k + j, k - j)
                                                      : (vec){0};
                transpose(block[8 - tap]);
            }
            for (int64_t l = 0; l < VL && j + l < k; l++) {
                vec g[9];
                for (int tap = 0; tap < 9; tap++) g[tap] = block[tap][l];
                float *to = args->packed + (i / GEMM_COLUMNS * k + j + l) * GEMM_COLUMNS + i % GEMM_COLUMNS;
                winograd_kernel_tile(g, to, stride);
            }
        }
}

// ---- Forward, and the input gradient -------------------------------------------------------------------

// Floats from one tile to the next in the 36 matrices, and from one matrix to the next.
#define WINOGRAD_PITCH(channels) MAX(channels, VL)
#define WINOGRAD_STRIDE(tiles, pitch) ((tiles) * (pitch) + WINOGRAD_GAP)

static void winograd_tiles(const strata_conv_args *args, const winograd_map *map, int64_t begin, int64_t end,
                                 float *scratch) {
    const bool forward = args->plan.pass == STRATA_CONV_FORWARD;
    const float *x = forward ? args->x : args->y, *bias = forward ? args->bias : NULL;
    float *y = forward ? args->y : args->dx;
    const int32_t activation = forward ? args->activation : STRATA_ACTIVATION_NONE;
    const float low = lower_limit(activation), high = upper_limit(activation);

    const int64_t most = args->plan.tuning[0], tiles = map->down * map->across, c = map->c, k = map->k;
    const int64_t v_pitch = WINOGRAD_PITCH(c), m_pitch = GEMM_ROUND_UP(k, VL);
    const int64_t v_stride = WINOGRAD_STRIDE(most, v_pitch), m_stride = WINOGRAD_STRIDE(most, m_pitch);
    const int64_t u_stride = winograd_packed_stride(map);
    float *zeros = scratch, *dump = zeros + c, *v = dump + k, *m = v + 36 * v_stride;
    memset(zeros, 0, (size_t)c * sizeof(float));

    for (int64_t first = begin; first < end; first += most) {
        const int64_t count = MIN(most, end - first), block_rows = gemm_block_rows(count);
        for (int64_t t = 0; t < count; t++) {
            const int64_t image = (first + t) / tiles, tile = (first + t) % tiles;
            const float *pixel[36];
            winograd_pixels(pixel, 6, x, image, map->h, map->w, c, tile / map->across * 4 - map->pad_top,
                                  tile % map->across * 4 - map->pad_left, zeros);
            winograd_input_tile(pixel, c, v + t * v_pitch, v_stride);
        }
        for (int p = 0; p < 36; p++)
            for (int64_t j = 0; j < k; j += GEMM_COLUMNS)
                for (int64_t t = 0; t < count; t += block_rows)
                    gemm_block(MIN(block_rows, count - t), k - j > VL ? 2 : 1, c, v + p * v_stride + t * v_pitch,
                                     v_pitch, 1, args->packed + p * u_stride + j * c, GEMM_COLUMNS,
                                     m + p * m_stride + t * m_pitch + j, m_pitch, GEMM_SET, NULL);
        for (int64_t t = 0; t < count; t++) {
            const int64_t image = (first + t) / tiles, tile = (first + t) % tiles;
            const float *pixel[16];
            winograd_pixels(pixel, 4, y, image, map->oh, map->ow, k, tile / map->across * 4,
                                  tile % map->across * 4, dump);
            winograd_output_tile(m + t * m_pitch, m_stride, (float *const *)pixel, k, bias, low, high);
        }
    }
}

static void winograd_forward(const void *arguments, int64_t begin, int64_t end, void *scratch) {
    const strata_conv_args *args = arguments;
    const winograd_map map = winograd_map_of(&args->shape, args->plan.pass);
    const int64_t tiles = map.down * map.across, bands = args->plan.bands;
    // Tiles of one image are followed by those of the next: units are one stretch of tiles.
    const int64_t from = begin / bands * tiles + begin % bands * map.down / bands * map.across;
    const int64_t to = end / bands * tiles + end % bands * map.down / bands * map.across;
    winograd_tiles(args, &map, from, to, scratch);
}

// ---- The kernel gradient -------------------------------------------------------------------------------

// Sums [36][c][k rounded up to VL] over images [begin, end), for channels c0 ..< c0 + c and
// k0 ..< k0 + k. The sums grow tile by tile, so that cutting the images changes no bit.
static void winograd_gradient_sums(const strata_conv_args *args, const winograd_map *map, int64_t begin,
                                         int64_t end, int64_t c0, int64_t c, int64_t k0, int64_t k, bool fresh,
                                         float *sums, float *scratch) {
    const int64_t most = args->plan.tuning[0], tiles = map->down * map->across;
    const int64_t v_pitch = WINOGRAD_PITCH(c), z_pitch = WINOGRAD_PITCH(k), sum_pitch = GEMM_ROUND_UP(k, VL);
    const int64_t v_stride = WINOGRAD_STRIDE(most, v_pitch), z_stride = WINOGRAD_STRIDE(most, z_pitch);
    const int64_t sum_stride = WINOGRAD_STRIDE(c, sum_pitch), block_rows = gemm_block_rows(c);
    float *zeros = scratch, *v = zeros + MAX(c, k), *z = v + 36 * v_stride;
    memset(zeros, 0, (size_t)MAX(c, k) * sizeof(float));

    for (int64_t first = begin * tiles; first < end * tiles; first += most) {
        const int64_t count = MIN(most, end * tiles - first);
        for (int64_t t = 0; t < count; t++) {
            const int64_t image = (first + t) / tiles, tile = (first + t) % tiles;
            const int64_t y = tile / map->across * 4, x = tile % map->across * 4;
            const float *pixel[36];
            winograd_pixels(pixel, 6, args->x + c0, image, map->h, map->w, map->c, y - map->pad_top,
                                  x - map->pad_left, zeros);
            winograd_input_tile(pixel, c, v + t * v_pitch, v_stride);
            winograd_pixels(pixel, 4, args->y + k0, image, map->oh, map->ow, map->k, y, x, zeros);
            winograd_gradient_tile(pixel, k, z + t * z_pitch, z_stride);
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

// dw of one input channel from row i of the sums, which are added up over partials.
static void winograd_gradient_row(const float *sums, int64_t c, int64_t k, int64_t i, int64_t partials,
                                        int64_t partial_size, float *dw, int64_t tap_stride) {
    const int64_t pitch = GEMM_ROUND_UP(k, VL), stride = WINOGRAD_STRIDE(c, pitch);
    for (int64_t j = 0; j < k; j += VL) {
        vec u[36], t[18], g[9];
        for (int p = 0; p < 36; p++) {
            const float *from = sums + p * stride + i * pitch + j;
            u[p] = load(from);
            for (int64_t partial = 1; partial < partials; partial++) u[p] += load(from + partial * partial_size);
        }
        UNROLL for (int column = 0; column < 6; column++) winograd_g_transposed(u + column, 6, t + column, 6);
        UNROLL for (int row = 0; row < 3; row++) winograd_g_transposed(t + 6 * row, 1, g + 3 * row, 1);
        for (int tap = 0; tap < 9; tap++) store_some(dw + tap * tap_stride + j, g[tap], k - j);
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
    const int64_t block_c = plan->tuning[1], block_k = plan->tuning[2], across = (map.k + block_k - 1) / block_k;
    for (int64_t unit = begin; unit < end; unit++) {
        const int64_t c0 = unit / across * block_c, k0 = unit % across * block_k;
        const int64_t c = MIN(block_c, map.c - c0), k = MIN(block_k, map.k - k0);
        float *sums = (float *)scratch + plan->tuning[3];
        winograd_gradient_sums(args, &map, 0, args->shape.n, c0, c, k0, k, true, sums, scratch);
        for (int64_t i = 0; i < c; i++)
            winograd_gradient_row(sums, c, k, i, 1, 0, args->dw + (c0 + i) * map.k + k0, map.c * map.k);
    }
}

// A unit is an input channel.
static void winograd_kernel_gradient_finish(const void *arguments, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const strata_conv_args *args = arguments;
    const int64_t c = args->shape.c, k = args->shape.k;
    for (int64_t i = begin; i < end; i++)
        winograd_gradient_row(args->partial, c, k, i, args->plan.partials, args->plan.partial_size,
                                    args->dw + i * k, c * k);
}

// ---- Plans ---------------------------------------------------------------------------------------------

// Tiles that go through all stages together: as many as make 400 KB, and enough for the
// register block.
INLINE int64_t winograd_block(int64_t tiles, int64_t channels) {
    const int64_t fitting = (400 << 10) / (36 * (int64_t)sizeof(float) * channels);
    return MIN(tiles, MAX(2 * GEMM_ROWS, fitting / GEMM_ROWS * GEMM_ROWS));
}

static bool winograd_prepare(const strata_conv_shape *shape, strata_conv_pass pass, strata_conv_plan *plan) {
    if (shape->r != 3 || shape->s != 3 || shape->stride_h != 1 || shape->stride_w != 1 || shape->dilation_h != 1 ||
        shape->dilation_w != 1 || shape->groups != 1)
        return false;
    const winograd_map map = winograd_map_of(shape, pass);
    const int64_t n = shape->n, image_tiles = map.down * map.across, tiles = n * image_tiles;
    *plan = (strata_conv_plan){.pass = plan->pass, .algorithm = plan->algorithm};
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
            c = plan->tuning[1] = MIN(c, WINOGRAD_BLOCK);
            k = plan->tuning[2] = MIN(k, WINOGRAD_BLOCK);
            plan->units = ((map.c + c - 1) / c) * ((map.k + k - 1) / k);
        }
        const int64_t most = plan->tuning[0] = winograd_block(tiles, c + k);
        floats = MAX(c, k) + 36 * (WINOGRAD_STRIDE(most, WINOGRAD_PITCH(c)) + WINOGRAD_STRIDE(most, WINOGRAD_PITCH(k)));
        plan->tuning[3] = floats += GEMM_COLUMNS;  // the last tile of z is read a little beyond
        if (plan->partials == 0) floats += 36 * WINOGRAD_STRIDE(c, GEMM_ROUND_UP(k, VL));
    } else {
        plan->packed_size = 36 * winograd_packed_stride(&map);
        plan->pack_units = (shape->c + VL - 1) / VL;
        plan->bands = 1;
        // A few images are cut into bands of tiles, as long as these fill the register block.
        if (n < 4) plan->bands = (int32_t)MAX(1, MIN(MIN(map.down, 16 / n), image_tiles / (2 * GEMM_ROWS)));
        plan->units = n * plan->bands;
        const int64_t most = plan->tuning[0] = winograd_block(tiles, map.c + map.k);
        floats = map.c + map.k + 36 * (WINOGRAD_STRIDE(most, WINOGRAD_PITCH(map.c)) +
                                       WINOGRAD_STRIDE(most, GEMM_ROUND_UP(map.k, VL)));
    }
    plan->scratch_size = floats * (int64_t)sizeof(float);
    return true;
}

// Whether it is faster than a direct convolution at nine tenths of the peak; a model fitted to what
// this one took on AVX-512. The unit is the direct one's time for one pixel, all channels. Of
// Winograd's, a tile takes 4.35 to multiply, and its transforms go with the sum of channels; the
// kernel's transform, and reading it where it exceeds the caches, or adding up partial sums, is
// paid once.
static bool winograd_pays(const strata_conv_shape *shape, strata_conv_pass pass) {
    strata_conv_plan plan;
    if (!winograd_prepare(shape, pass, &plan)) return false;
    const winograd_map map = winograd_map_of(shape, pass);
    const double pixels = (double)shape->n * (double)(map.oh * map.ow);
    const double tiles = (double)shape->n * (double)(map.down * map.across);
    const double products = (double)(map.c * map.k);
    double transform = (double)(GEMM_ROUND_UP(map.c, VL) + GEMM_ROUND_UP(map.k, VL)) / products, once;
    if (pass != STRATA_CONV_KERNEL_GRADIENT) {
        once = 40 + MIN(products / 1100, 240);
    } else if (plan.partials > 0) {
        once = 100 + products / 16;
    } else {
        transform = 1 / (double)MIN(map.c, WINOGRAD_BLOCK) + 1 / (double)MIN(map.k, WINOGRAD_BLOCK);
        once = 60;
    }
    return pixels > tiles * (4.35 + 53 * transform) + once;
}

#endif
