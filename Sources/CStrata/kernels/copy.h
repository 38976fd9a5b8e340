// Copies between strided arrays, and fills.
#include "lanes.h"

// destination[i * to_row + j] = source[i + j * from_row]: a block at a time, so that the lines of
// both sides stay in the cache until all of their floats are used.
INLINE void transpose_run(const float *source, int64_t from_row, float *destination, int64_t to_row, int64_t rows,
                            int64_t columns) {
    enum { block = 16 };
    for (int64_t j = 0; j < columns; j += block)
        for (int64_t i = 0; i < rows; i += block) {
            int64_t height = MIN(block, rows - i), width = MIN(block, columns - j);
            const float *from = source + i + j * from_row;
            float *to = destination + i * to_row + j;
            if (height == block && width == block) {
                float tile[block][block];
                for (int c = 0; c < block; c++)
                    for (int r = 0; r < block; r++) tile[r][c] = from[c * from_row + r];
                for (int r = 0; r < block; r++) memcpy(to + r * to_row, tile[r], sizeof tile[r]);
            } else {
                for (int64_t r = 0; r < height; r++)
                    for (int64_t c = 0; c < width; c++) to[r * to_row + c] = from[c * from_row + r];
            }
        }
}

// One run of `count` floats.
INLINE void copy_run(const float *source, int64_t from, float *destination, int64_t to, int64_t count) {
    if (from == 1 && to == 1) {
        if (count >= 64)
            memcpy(destination, source, (size_t)count * sizeof *source);
        else
            for (int64_t c = 0; c < count; c += VL)
                store_some(destination + c, load_row(source + c, count - c, 0), count - c);
    } else if (from == 0 && to == 1) {
        float value = *source;
        for (int64_t i = 0; i < count; i++) destination[i] = value;
    } else {
        for (int64_t i = 0; i < count; i++) destination[i * to] = source[i * from];
    }
}

static void copy(const void *args, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const strata_copy_args *a = args;
    // Dimensions: the units, then those in between, stepped through by `index`, then the inner
    // one or two that are done at once. Where there are fewer, their place is taken by 1s.
    int64_t count[STRATA_MAX_RANK + 2], from[STRATA_MAX_RANK + 2], to[STRATA_MAX_RANK + 2];
    int32_t rank = 0;
    for (int32_t d = a->rank; d < 3; d++, rank++) count[rank] = 1, from[rank] = to[rank] = 0;
    for (int32_t d = 0; d < a->rank; d++, rank++)
        count[rank] = a->dims[d], from[rank] = a->source_stride[d], to[rank] = a->destination_stride[d];
    int32_t unit = rank - a->rank;
    if (a->rank > 0) {
        count[unit] = end - begin;
    } else if (begin >= end) {
        return;
    }
    const float *source = a->source + a->source_offset + (a->rank ? begin * from[unit] : 0);
    float *destination = a->destination + a->destination_offset + (a->rank ? begin * to[unit] : 0);
    for (int32_t d = 0; d < rank; d++)
        if (count[d] <= 0) return;

    // The dimension along which the source is dense, if it is not the inner one, is its partner.
    int32_t inner = rank - 1, partner = inner - 1;
    if (from[inner] != 1)
        for (int32_t d = 0; d < inner; d++)
            if (from[d] == 1 && count[d] > 1) partner = d;
    bool transposed = from[inner] != 1 && from[inner] != 0 && to[inner] == 1 && from[partner] == 1;

    int64_t index[STRATA_MAX_RANK + 2] = {0};
    for (;;) {
        if (transposed)
            transpose_run(source, from[inner], destination, to[partner], count[partner], count[inner]);
        else
            for (int64_t i = 0; i < count[partner]; i++)
                copy_run(source + i * from[partner], from[inner], destination + i * to[partner], to[inner],
                               count[inner]);
        int32_t d = inner - 1;
        for (; d >= 0; d--) {
            if (d == partner) continue;
            source += from[d], destination += to[d];
            if (++index[d] < count[d]) break;
            source -= from[d] * count[d], destination -= to[d] * count[d];
            index[d] = 0;
        }
        if (d < 0) return;
    }
}

static void fill(const void *args, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const strata_fill_args *a = args;
    enum { unit = 4096 };
    int64_t last = MIN(end * unit, a->count);
    for (int64_t i = begin * unit; i < last; i += VL) store_some(a->destination + i, splat(a->value), last - i);
}

#define COPY_KERNELS .copy = copy, .fill = fill
