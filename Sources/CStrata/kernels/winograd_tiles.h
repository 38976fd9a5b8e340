// Tiles of Winograd's convolutions, and their two-dimensional transforms. A transform goes over two of its
// six rows at a time, so that what lies between its passes stays in registers.
#ifndef STRATA_WINOGRAD_TILES_H
#define STRATA_WINOGRAD_TILES_H

#include "gemm.h"
#include "winograd_transforms.h"

// Keeps the 36 matrices of a set from falling on the same places of the caches.
#define WINOGRAD_GAP 16

// A convolution that takes x [h, w, c] to y [oh, ow, k] with an r x r kernel, cut into tiles of y.
typedef struct {
    int64_t h, w, c, oh, ow, k, pad_top, pad_left;
    int64_t tile, down, across;  // side of a tile, tiles of an image
    int r;
} winograd_map;

INLINE winograd_map winograd_map_of(const strata_conv_shape *s, int32_t pass) {
    winograd_map map = {s->h, s->w, s->c, s->oh, s->ow, s->k, s->pad_top, s->pad_left, 7 - s->r, 0, 0, s->r};
    if (pass == STRATA_CONV_INPUT_GRADIENT) {
        map.h = s->oh, map.w = s->ow, map.c = s->k;
        map.oh = s->h, map.ow = s->w, map.k = s->c;
        map.pad_top = s->r - 1 - s->pad_top, map.pad_left = s->r - 1 - s->pad_left;
    }
    map.down = (map.oh + map.tile - 1) / map.tile;
    map.across = (map.ow + map.tile - 1) / map.tile;
    return map;
}

// The pixels of a size x size tile of images [n, h, w, channels], its corner at (y, x) of image
// `image`; those outside are `outside`.
INLINE void winograd_pixels(const float **pixel, int64_t size, const float *images, int64_t image, int64_t h,
                            int64_t w, int64_t channels, int64_t y, int64_t x, const float *outside) {
    const float *corner = images + ((image * h + y) * w + x) * channels;
    const bool whole = y >= 0 && x >= 0 && y + size <= h && x + size <= w;
    for (int64_t i = 0; i < size; i++)
        for (int64_t j = 0; j < size; j++) {
            const bool inside = whole || (y + i >= 0 && y + i < h && x + j >= 0 && x + j < w);
            pixel[i * size + j] = inside ? corner + (i * w + j) * channels : outside;
        }
}

// The pixels of x under a tile, which is counted over all images.
INLINE void winograd_source(const winograd_map *map, const float *x, int64_t tile, const float *zeros,
                            const float **pixel) {
    const int64_t tiles = map->down * map->across, image = tile / tiles, place = tile % tiles;
    winograd_pixels(pixel, 6, x, image, map->h, map->w, map->c, place / map->across * map->tile - map->pad_top,
                    place % map->across * map->tile - map->pad_left, zeros);
}

// The pixels of y in a tile.
INLINE void winograd_result(const winograd_map *map, const float *y, int64_t tile, const float *outside,
                            const float **pixel) {
    const int64_t tiles = map->down * map->across, image = tile / tiles, place = tile % tiles;
    winograd_pixels(pixel, map->tile, y, image, map->oh, map->ow, map->k, place / map->across * map->tile,
                    place % map->across * map->tile, outside);
}

// The next whole vector of `count` channels: the last one overlaps the one before.
#define WINOGRAD_AT(c, count) ((count) < VL ? 0 : MIN(c, (count) - VL))

// Rows of six that are computed together: they share sums.
static const int winograd_pairs[3][2] = {{0, 5}, {1, 2}, {3, 4}};

static void winograd_input_tile(const float *const *pixel, const int64_t channels, float *v, int64_t stride) {
    for (int64_t c = 0; c < channels; c += VL) {
        const int64_t at = WINOGRAD_AT(c, channels);
        UNROLL for (int pair = 0; pair < 3; pair++) {
            const int first = winograd_pairs[pair][0], second = winograd_pairs[pair][1];
            vec rows[2][6], result[6];
            UNROLL for (int j = 0; j < 6; j++) {
                vec column[6], t[6];
                UNROLL for (int i = 0; i < 6; i++) column[i] = load_some(pixel[6 * i + j] + at, channels);
                winograd_b(column, t);
                rows[0][j] = t[first], rows[1][j] = t[second];
            }
            UNROLL for (int row = 0; row < 2; row++) {
                winograd_b(rows[row], result);
                UNROLL for (int j = 0; j < 6; j++)
                    store(v + (6 * (row ? second : first) + j) * stride + at, result[j]);
            }
        }
    }
}

INLINE void winograd_gradient_tile_of(const int r, const float *const *pixel, const int64_t channels, float *z,
                                      int64_t stride) {
    const int size = 7 - r;
    for (int64_t c = 0; c < channels; c += VL) {
        const int64_t at = WINOGRAD_AT(c, channels);
        UNROLL for (int pair = 0; pair < 3; pair++) {
            const int first = winograd_pairs[pair][0], second = winograd_pairs[pair][1];
            vec rows[2][4], result[6];
            UNROLL for (int j = 0; j < size; j++) {
                vec column[4], t[6];
                UNROLL for (int i = 0; i < size; i++) column[i] = load_some(pixel[size * i + j] + at, channels);
                winograd_a(r, column, t);
                rows[0][j] = t[first], rows[1][j] = t[second];
            }
            UNROLL for (int row = 0; row < 2; row++) {
                winograd_a(r, rows[row], result);
                UNROLL for (int j = 0; j < 6; j++)
                    store(z + (6 * (row ? second : first) + j) * stride + at, result[j]);
            }
        }
    }
}

static void winograd_gradient_tile(int r, const float *const *pixel, int64_t channels, float *z, int64_t stride) {
    if (r == 3)
        winograd_gradient_tile_of(3, pixel, channels, z, stride);
    else
        winograd_gradient_tile_of(5, pixel, channels, z, stride);
}

INLINE void winograd_output_tile_of(const int r, const float *m, int64_t stride, float *const *pixel,
                                    const int64_t channels, const float *bias, float low, float high) {
    const int size = 7 - r;
    for (int64_t c = 0; c < channels; c += VL) {
        const int64_t at = WINOGRAD_AT(c, channels);
        const vec b = bias ? load_some(bias + at, channels) : (vec){0};
        UNROLL for (int first = 0; first < size / 2; first++) {  // rows 0 and 2, 1 and 3; or 0 and 1
            const int second = first + size / 2;
            vec rows[2][6], result[4];
            UNROLL for (int j = 0; j < 6; j++) {
                vec column[6], t[4];
                UNROLL for (int i = 0; i < 6; i++) column[i] = load(m + (6 * i + j) * stride + at);
                winograd_a_transposed(r, column, t);
                rows[0][j] = t[first], rows[1][j] = t[second];
            }
            UNROLL for (int row = 0; row < 2; row++) {
                winograd_a_transposed(r, rows[row], result);
                UNROLL for (int j = 0; j < size; j++)
                    store_some(pixel[size * (row ? second : first) + j] + at, clamp(result[j] + b, low, high),
                               channels);
            }
        }
    }
}

static void winograd_output_tile(int r, const float *m, int64_t stride, float *const *pixel, int64_t channels,
                                 const float *bias, float low, float high) {
    if (r == 3)
        winograd_output_tile_of(3, m, stride, pixel, channels, bias, low, high);
    else
        winograd_output_tile_of(5, m, stride, pixel, channels, bias, low, high);
}

// ---- The kernel ---------------------------------------------------------------------------------------

INLINE void winograd_kernel_tile(const int r, const vec *g, float *u, int64_t stride) {
    vec t[5][6], result[6];
    UNROLL for (int i = 0; i < r; i++) winograd_g(r, g + r * i, t[i]);
    UNROLL for (int j = 0; j < 6; j++) {
        vec column[5];
        UNROLL for (int i = 0; i < r; i++) column[i] = t[i][j];
        winograd_g(r, column, result);
        UNROLL for (int i = 0; i < 6; i++) store(u + (6 * i + j) * stride, result[i]);
    }
}

// The kernel of source channels [source, source + sources) and result channels [result, result + results)
// as 36 matrices `stride` apart, each in panels [sources][GEMM_COLUMNS] that are `panel` apart. For the
// input gradient, the kernel is turned and its channels are exchanged.
INLINE void winograd_kernel_of(const int r, const strata_conv_args *args, int64_t source, int64_t sources,
                               int64_t result, int64_t results, float *to, int64_t panel, int64_t stride) {
    const int taps = r * r;
    const int64_t c = args->shape.c, k = args->shape.k;
    vec g[25];
    if (args->plan.pass == STRATA_CONV_FORWARD) {
        for (int64_t i = 0; i < sources; i++)
            for (int64_t j = 0; j < results; j += VL) {
                const float *from = args->w + (source + i) * k + result + j;
                for (int tap = 0; tap < taps; tap++) g[tap] = load_some(from + tap * c * k, results - j);
                winograd_kernel_tile(r, g, to + j / GEMM_COLUMNS * panel + i * GEMM_COLUMNS + j % GEMM_COLUMNS,
                                     stride);
            }
        return;
    }
    for (int64_t j = 0; j < results; j += VL)
        for (int64_t i = 0; i < sources; i += VL) {
            vec block[25][VL];  // [turned tap][source channel] of result channels
            for (int tap = 0; tap < taps; tap++) {
                const float *from = args->w + (tap * c + result + j) * k + source + i;
                vec *rows = block[taps - 1 - tap];
                for (int64_t row = 0; row < VL; row++)
                    rows[row] = j + row < results ? load_some(from + row * k, sources - i) : (vec){0};
                transpose(rows);
            }
            for (int64_t l = 0; l < VL && i + l < sources; l++) {
                for (int tap = 0; tap < taps; tap++) g[tap] = block[tap][l];
                winograd_kernel_tile(
                    r, g, to + j / GEMM_COLUMNS * panel + (i + l) * GEMM_COLUMNS + j % GEMM_COLUMNS, stride);
            }
        }
}

static void winograd_kernel(const strata_conv_args *args, int64_t source, int64_t sources, int64_t result,
                            int64_t results, float *to, int64_t panel, int64_t stride) {
    if (args->shape.r == 3)
        winograd_kernel_of(3, args, source, sources, result, results, to, panel, stride);
    else
        winograd_kernel_of(5, args, source, sources, result, results, to, panel, stride);
}

// The kernel's gradient of one input channel from row i of the sums [36][c][k rounded up to VL], which are
// added up over partials.
INLINE void winograd_gradient_row_of(const int r, const float *sums, int64_t c, int64_t k, int64_t i,
                                     int64_t partials, int64_t partial_size, float *dw, int64_t tap_stride) {
    const int64_t pitch = GEMM_ROUND_UP(k, VL), stride = c * pitch + WINOGRAD_GAP;
    for (int64_t j = 0; j < k; j += VL) {
        vec t[6][5], u[6], g[5];
        for (int row = 0; row < 6; row++) {
            for (int column = 0; column < 6; column++) {
                const float *from = sums + (6 * row + column) * stride + i * pitch + j;
                u[column] = load(from);
                for (int64_t partial = 1; partial < partials; partial++)
                    u[column] += load(from + partial * partial_size);
            }
            winograd_g_transposed(r, u, t[row]);
        }
        UNROLL for (int column = 0; column < r; column++) {
            UNROLL for (int row = 0; row < 6; row++) u[row] = t[row][column];
            winograd_g_transposed(r, u, g);
            UNROLL for (int row = 0; row < r; row++)
                store_some(dw + (r * row + column) * tap_stride + j, g[row], k - j);
        }
    }
}

static void winograd_gradient_row(int r, const float *sums, int64_t c, int64_t k, int64_t i, int64_t partials,
                                  int64_t partial_size, float *dw, int64_t tap_stride) {
    if (r == 3)
        winograd_gradient_row_of(3, sums, c, k, i, partials, partial_size, dw, tap_stride);
    else
        winograd_gradient_row_of(5, sums, c, k, i, partials, partial_size, dw, tap_stride);
}

#endif
