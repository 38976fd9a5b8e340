// Images read at the crossings of evenly spaced lines: shifts, mirrors, crops, resizes, rotations.

// The pixel that stands for place `i` of an axis of `size` pixels; -1 for the fill.
static int32_t resample_place(float i, int32_t size, int32_t border) {
    if (i >= 0 && i < (float)size) return (int32_t)i;
    if (border == STRATA_BORDER_CONSTANT || !(i > -1e9f && i < 1e9f)) return border == STRATA_BORDER_CONSTANT ? -1 : 0;
    if (border == STRATA_BORDER_NEAREST) return i < 0 ? 0 : size - 1;
    if (border == STRATA_BORDER_WRAP) return size - 1;  // beside a pixel's centre by a rounding
    const int64_t period = 2 * (int64_t)size;
    int64_t place = (int64_t)i % period;
    if (place < 0) place += period;
    return (int32_t)(place < size ? place : period - 1 - place);
}

// Where TensorFlow reads at an index beyond the borders of an image that repeats itself: between the last
// pixel and the first of the next image it reads the last, and the further images are one pixel off.
static float resample_wrapped(float index, int32_t size) {
    if (size < 2 || !(index > -1e9f && index < 1e9f)) return 0;
    const int64_t last = size - 1;
    if (index < 0) index += (float)(size * ((int64_t)(-index / (float)last) + 1));
    else if (index > (float)last) index -= (float)(size * (int64_t)(index / (float)last));
    return index < 0 ? 0 : index > (float)last ? (float)last : index;
}

static strata_resample_tap resample_tap(const strata_resample_args *a, float position, int32_t size) {
    if (a->border == STRATA_BORDER_WRAP) position = resample_wrapped(position - 0.5f, size) + 0.5f;
    if (a->bilinear) position -= 0.5f;
    const float first = floorf(position);
    const float part = a->bilinear ? position - first : 0;
    strata_resample_tap tap = {{resample_place(first, size, a->border), 0}, {1 - part, part}};
    if (part > 0) tap.place[1] = resample_place(first + 1, size, a->border);
    return tap;
}

// What the pixels of output row i read, of which what is the same for all of them is found once.
static void resample_taps(const strata_resample_args *a, const float *map, int32_t i, strata_resample_tap *rows,
                          strata_resample_tap *columns) {
    const float y = (float)i + 0.5f;
    for (int32_t j = 0; j < a->ow; j++) {
        const float x = (float)j + 0.5f;
        const bool is_new = j == 0 || map[2] != 0;
        rows[j] = is_new ? resample_tap(a, map[0] + y * map[1] + x * map[2], a->h) : rows[0];
        if (i == 0 || map[4] != 0) columns[j] = resample_tap(a, map[3] + y * map[4] + x * map[5], a->w);
    }
}

static void resample(const void *args, int64_t begin, int64_t end, void *scratch) {
    const strata_resample_args *a = args;
    strata_resample_tap *rows = scratch, *columns = rows + a->ow;
    const int64_t c = a->c;
    for (int64_t image = begin; image < end; image++) {
        const float *map = a->map + image * a->map_stride;
        const float *x = a->x + image * a->h * a->w * c;
        float *y = a->y + image * a->oh * a->ow * c;
        for (int32_t i = 0; i < a->oh; i++) {
            resample_taps(a, map, i, rows, columns);
            for (int32_t j = 0; j < a->ow; j++, y += c) {
                for (int64_t k = 0; k < c; k++) y[k] = 0;
                for (int p = 0; p < 2; p++)
                    for (int q = 0; q < 2; q++) {
                        const float weight = rows[j].weight[p] * columns[j].weight[q];
                        if (weight == 0) continue;
                        if (rows[j].place[p] < 0 || columns[j].place[q] < 0) {
                            for (int64_t k = 0; k < c; k++) y[k] += weight * a->fill;
                            continue;
                        }
                        const float *from = x + ((int64_t)rows[j].place[p] * a->w + columns[j].place[q]) * c;
                        for (int64_t k = 0; k < c; k++) y[k] += weight * from[k];
                    }
            }
        }
    }
}

static void resample_gradient(const void *args, int64_t begin, int64_t end, void *scratch) {
    const strata_resample_args *a = args;
    strata_resample_tap *rows = scratch, *columns = rows + a->ow;
    const int64_t c = a->c, size = (int64_t)a->h * a->w * c;
    for (int64_t image = begin; image < end; image++) {
        const float *map = a->map + image * a->map_stride;
        const float *dy = a->dy + image * a->oh * a->ow * c;
        float *dx = a->dx + image * size;
        memset(dx, 0, (size_t)size * sizeof *dx);
        for (int32_t i = 0; i < a->oh; i++) {
            resample_taps(a, map, i, rows, columns);
            for (int32_t j = 0; j < a->ow; j++, dy += c)
                for (int p = 0; p < 2; p++)
                    for (int q = 0; q < 2; q++) {
                        const float weight = rows[j].weight[p] * columns[j].weight[q];
                        if (weight == 0 || rows[j].place[p] < 0 || columns[j].place[q] < 0) continue;
                        float *to = dx + ((int64_t)rows[j].place[p] * a->w + columns[j].place[q]) * c;
                        for (int64_t k = 0; k < c; k++) to[k] += weight * dy[k];
                    }
        }
    }
}

#define RESAMPLING_KERNELS .resample = resample, .resample_gradient = resample_gradient
