// Maximum and average pooling and their gradients, a vector of channels at a time.
//
// Every kernel writes its result once, front to back. So where a pixel has fewer channels than a
// vector has lanes, the lanes beyond them may spill into the next pixel, which is written later;
// only the last pixels of a unit, and reads at the end of an image, take the channels alone.
#include "lanes.h"

typedef uint16_t unaligned_places __attribute__((vector_size(VL * 2), aligned(2)));

// What is left inside the image of a window's extent along one dimension.
typedef struct {
    int32_t first, count;  // first cell, in the image; cells
    int32_t skipped;       // cells before it
} pool_extent;

INLINE pool_extent pool_clip(int32_t start, int32_t extent, int32_t size) {
    int32_t first = MAX(start, 0), end = MIN(start + extent, size);
    return (pool_extent){first, end - first, first - start};
}

// The windows that cover one cell along one dimension: `count` of them, from `last` downwards; the
// cell is at `offset` in the last, at offset + stride in the one before, and so on.
typedef struct {
    int32_t last, count, offset;
} pool_cover;

INLINE pool_cover pool_covering(int32_t last, int32_t offset, int32_t extent, int32_t stride,
                                            int32_t windows) {
    for (; last >= windows; last--) offset += stride;
    int32_t count = 0;
    for (int32_t o = offset; o < extent && count <= last; o += stride) count++;
    return (pool_cover){last, count, offset};
}

INLINE int64_t pool_next(int64_t c, int64_t channels) { return MIN(c + VL, channels - VL); }

// ---- Forward ----------------------------------------------------------------------------------

INLINE void max_window(const float *x, int64_t pitch, int64_t channels, int32_t rows, int32_t columns,
                             int32_t place, int32_t s, bool partial, float *y, uint16_t *argument) {
    for (int64_t c = 0;; c = pool_next(c, channels)) {
        vec best = partial ? load_some(x, channels) : load(x + c);
        ivec winner = place - (ivec){0};
        for (int32_t i = 0; i < rows; i++)
            for (int32_t j = i == 0; j < columns; j++) {
                const float *p = x + i * pitch + j * channels;
                vec v = partial ? load_some(p, channels) : load(p + c);
                ivec better = ~(v <= best) & (best == best);  // a NaN beats numbers and stays
                best = choose(better, v, best);
                if (argument) winner = (better & (place + i * s + j)) | (~better & winner);
            }
        if (partial) {
            store_some(y, best, channels);
            for (int64_t l = 0; argument && l < channels; l++) argument[l] = (uint16_t)winner[l];
            return;
        }
        store(y + c, best);
        if (argument)
            *(unaligned_places *)(argument + c) = __builtin_convertvector(winner, unaligned_places);
        if (c + VL >= channels) return;
    }
}

INLINE void average_window(const float *x, int64_t pitch, int64_t channels, int32_t rows, int32_t columns,
                                 bool partial, float *y) {
    float share = 1.0f / (float)(rows * columns);
    for (int64_t c = 0;; c = pool_next(c, channels)) {
        vec sum = {0};
        for (int32_t i = 0; i < rows; i++)
            for (int32_t j = 0; j < columns; j++) {
                const float *p = x + i * pitch + j * channels;
                sum += partial ? load_some(p, channels) : load(p + c);
            }
        sum *= share;
        if (partial) {
            store_some(y, sum, channels);
            return;
        }
        store(y + c, sum);
        if (c + VL >= channels) return;
    }
}

// Runs WINDOW with constant extents where they are common.
#define POOL_WINDOW(WINDOW, ...)                                                  \
    do {                                                                          \
        if (partial)                                                              \
            WINDOW(p, pitch, channels, down.count, across.count, __VA_ARGS__); \
        else if (down.count == 2 && across.count == 2)                            \
            WINDOW(p, pitch, channels, 2, 2, __VA_ARGS__);                  \
        else if (down.count == 3 && across.count == 3)                            \
            WINDOW(p, pitch, channels, 3, 3, __VA_ARGS__);                  \
        else                                                                      \
            WINDOW(p, pitch, channels, down.count, across.count, __VA_ARGS__); \
    } while (0)

INLINE void pool_forward(const strata_pool_args *a, int64_t begin, int64_t end, bool max, bool places) {
    const int64_t channels = a->c, pitch = channels * a->w, image = pitch * a->h;
    const int32_t bands = MAX(a->bands, 1);
    for (int64_t unit = begin; unit < end; unit++) {
        int64_t n = unit / bands, band = unit % bands;
        int32_t first_row = (int32_t)(a->oh * band / bands), end_row = (int32_t)(a->oh * (band + 1) / bands);
        const float *x = a->x + n * image, *x_end = x + image;
        int64_t offset = (n * a->oh + first_row) * a->ow * channels;
        float *y = a->y + offset, *y_end = a->y + (n * a->oh + end_row) * a->ow * channels;
        uint16_t *argument = places ? a->argument + offset : NULL;
        for (int32_t oy = first_row; oy < end_row; oy++) {
            pool_extent down = pool_clip(oy * a->stride_h - a->pad_top, a->r, a->h);
            for (int32_t ox = 0; ox < a->ow; ox++) {
                pool_extent across = pool_clip(ox * a->stride_w - a->pad_left, a->s, a->w);
                if (down.count > 0 && across.count > 0) {
                    const float *p = x + down.first * pitch + across.first * channels;
                    const float *last = p + (down.count - 1) * pitch + (across.count - 1) * channels;
                    bool partial = channels < VL && (x_end - last < VL || y_end - y < VL);
                    int32_t place = down.skipped * a->s + across.skipped;
                    if (!max)
                        POOL_WINDOW(average_window, partial, y);
                    else if (places)
                        POOL_WINDOW(max_window, place, a->s, partial, y, argument);
                    else
                        POOL_WINDOW(max_window, place, a->s, partial, y, NULL);
                } else {
                    for (int64_t c = 0; c < channels; c++) y[c] = max ? -INFINITY : 0;
                    if (places) memset(argument, 0, (size_t)channels * sizeof *argument);
                }
                y += channels;
                if (places) argument += channels;
            }
        }
    }
}

static void max_pool(const void *args, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const strata_pool_args *a = args;
    if (a->argument)
        pool_forward(a, begin, end, true, true);
    else
        pool_forward(a, begin, end, true, false);
}

static void average_pool(const void *args, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    pool_forward(args, begin, end, false, false);
}

// ---- Gradients --------------------------------------------------------------------------------
// A cell of dx gathers from the windows that cover it.

INLINE vec max_share(const float *dy, const uint16_t *argument, int32_t place, bool partial, int64_t channels) {
    unaligned_places places = {0};
    if (partial)
        memcpy(&places, argument, (size_t)channels * sizeof *argument);
    else
        places = *(const unaligned_places *)argument;
    vec v = partial ? load_some(dy, channels) : load(dy);
    return choose(__builtin_convertvector(places, ivec) == place, v, (vec){0});
}

INLINE void max_cell(const strata_pool_args *a, const float *dy, const uint16_t *argument,
                           pool_cover down, pool_cover across, int32_t down_count, int32_t across_count,
                           bool partial, float *dx) {
    const int64_t channels = a->c, pitch = channels * a->ow;
    for (int64_t c = 0;; c = pool_next(c, channels)) {
        vec sum = {0};
        for (int32_t i = 0; i < down_count; i++)
            for (int32_t j = 0; j < across_count; j++) {
                int64_t at = c - i * pitch - j * channels;
                int32_t place = (down.offset + i * a->stride_h) * a->s + across.offset + j * a->stride_w;
                vec share = max_share(dy + at, argument + at, place, partial, channels);
                sum = i == 0 && j == 0 ? share : sum + share;
            }
        if (partial) {
            store_some(dx, sum, channels);
            return;
        }
        store(dx + c, sum);
        if (c + VL >= channels) return;
    }
}

INLINE void average_cell(const strata_pool_args *a, const float *dy, pool_cover down,
                               pool_cover across, int32_t down_count, int32_t across_count, bool partial,
                               float *dx) {
    const int64_t channels = a->c, pitch = channels * a->ow;
    for (int64_t c = 0;; c = pool_next(c, channels)) {
        vec sum = {0};
        for (int32_t i = 0; i < down_count; i++) {
            int32_t rows = pool_clip((down.last - i) * a->stride_h - a->pad_top, a->r, a->h).count;
            for (int32_t j = 0; j < across_count; j++) {
                int32_t columns = pool_clip((across.last - j) * a->stride_w - a->pad_left, a->s, a->w).count;
                const float *p = dy + c - i * pitch - j * channels;
                sum += (partial ? load_some(p, channels) : load(p)) * (1.0f / (float)(rows * columns));
            }
        }
        if (partial) {
            store_some(dx, sum, channels);
            return;
        }
        store(dx + c, sum);
        if (c + VL >= channels) return;
    }
}

INLINE void pool_gradient(const strata_pool_args *a, int64_t begin, int64_t end, bool max) {
    const int64_t channels = a->c, pitch = channels * a->ow, image = pitch * a->oh;
    for (int64_t n = begin; n < end; n++) {
        const float *dy = a->dy + n * image, *dy_end = dy + image;
        float *dx = a->dx + n * a->h * a->w * channels, *dx_end = dx + (int64_t)a->h * a->w * channels;
        for (int32_t y = 0; y < a->h; y++) {
            int32_t row = y + a->pad_top, oy = row / a->stride_h;
            pool_cover down = pool_covering(oy, row % a->stride_h, a->r, a->stride_h, a->oh);
            int32_t ox = a->pad_left / a->stride_w, offset = a->pad_left % a->stride_w;
            for (int32_t x = 0; x < a->w; x++, dx += channels) {
                pool_cover across = pool_covering(ox, offset, a->s, a->stride_w, a->ow);
                if (++offset == a->stride_w) offset = 0, ox++;
                if (down.count == 0 || across.count == 0) {
                    memset(dx, 0, (size_t)channels * sizeof *dx);
                    continue;
                }
                int64_t at = down.last * pitch + across.last * channels;
                const float *p = dy + at;
                const uint16_t *places = max ? a->argument + n * image + at : NULL;
                bool one = down.count == 1 && across.count == 1;
                bool partial = channels < VL && (dy_end - p < VL || dx_end - dx < VL);
                if (max && one && !partial)
                    max_cell(a, p, places, down, across, 1, 1, false, dx);
                else if (max)
                    max_cell(a, p, places, down, across, down.count, across.count, partial, dx);
                else if (one && !partial)
                    average_cell(a, p, down, across, 1, 1, false, dx);
                else
                    average_cell(a, p, down, across, down.count, across.count, partial, dx);
            }
        }
    }
}

static void max_pool_gradient(const void *args, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    pool_gradient(args, begin, end, true);
}

static void average_pool_gradient(const void *args, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    pool_gradient(args, begin, end, false);
}

#define POOLING_KERNELS                                                                   \
    .max_pool = max_pool, .max_pool_gradient = max_pool_gradient,             \
    .average_pool = average_pool, .average_pool_gradient = average_pool_gradient
