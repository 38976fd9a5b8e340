// Softmax, its cross-entropy and argmax, a row at a time. All may work in place: a row is read
// before it is overwritten.
#include "elementary.h"
#include "lanes.h"

INLINE float row_max(const float *x, int64_t columns) {
    vec best = splat(-INFINITY);
    for (int64_t c = 0; c < columns; c += VL) {
        vec v = load_row(x + c, columns - c, -INFINITY);
        best = choose(v > best, v, best);
    }
    float lanes[VL];
    memcpy(lanes, &best, sizeof best);
    for (int l = 1; l < VL; l++) lanes[0] = MAX(lanes[0], lanes[l]);
    return lanes[0];
}

// y = exp(x - max); the sum of that. With t, also the sums of t and of t * (x - max), where a
// weight of zero makes nothing of a class, even one whose logit is -infinity.
INLINE float row_exp(const float *x, const float *t, int64_t columns, float max, float *y, float *sum_t,
                           float *sum_tz) {
    vec sum = {0}, weights = {0}, weighted = {0};
    for (int64_t c = 0; c < columns; c += VL) {
        int64_t left = columns - c;
        vec z = load_row(x + c, left, -INFINITY) - max;
        vec e = exp_of(z);
        sum += e;
        if (t) {
            vec weight = load_row(t + c, left, 0);
            weights += weight;
            weighted += choose(weight == 0, weight, weight * z);
        }
        if (y) store_some(y + c, e, left);
    }
    if (t) *sum_t = sum_lanes(weights), *sum_tz = sum_lanes(weighted);
    return sum_lanes(sum);
}

// y = x * factor - offset
INLINE void row_affine(const float *x, int64_t columns, float factor, float offset, float *y) {
    for (int64_t c = 0; c < columns; c += VL)
        store_some(y + c, load_row(x + c, columns - c, 0) * factor - offset, columns - c);
}

static void softmax(const void *args, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const strata_rows_args *a = args;
    for (int64_t row = begin; row < end; row++) {
        const float *x = a->x + row * a->columns;
        float *y = a->result + row * a->columns;
        float max = row_max(x, a->columns);
        if (a->logarithm) {
            float sum = row_exp(x, NULL, a->columns, max, NULL, NULL, NULL);
            float log_sum = logf(sum);
            for (int64_t c = 0; c < a->columns; c += VL)
                store_some(y + c, load_row(x + c, a->columns - c, 0) - max - log_sum, a->columns - c);
        } else {
            float sum = row_exp(x, NULL, a->columns, max, y, NULL, NULL);
            row_affine(y, a->columns, 1 / sum, 0, y);
        }
    }
}

static void softmax_gradient(const void *args, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const strata_rows_args *a = args;
    for (int64_t row = begin; row < end; row++) {
        const float *y = a->y + row * a->columns, *dy = a->dy + row * a->columns;
        float *dx = a->result + row * a->columns;
        vec sums = {0};
        for (int64_t c = 0; c < a->columns; c += VL) {
            vec g = load_row(dy + c, a->columns - c, 0);
            sums += a->logarithm ? g : g * load_row(y + c, a->columns - c, 0);
        }
        float sum = sum_lanes(sums);
        for (int64_t c = 0; c < a->columns; c += VL) {
            vec g = load_row(dy + c, a->columns - c, 0), v = load_row(y + c, a->columns - c, 0);
            store_some(dx + c, a->logarithm ? g - exp_of(v) * sum : v * (g - sum), a->columns - c);
        }
    }
}

// The row's class number, or -1 if it is not one.
INLINE int64_t row_label(const strata_rows_args *a, int64_t row) {
    float label = a->target[row];
    return label >= 0 && label < (float)a->columns ? (int64_t)label : -1;
}

static void cross_entropy(const void *args, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const strata_rows_args *a = args;
    for (int64_t row = begin; row < end; row++) {
        const float *x = a->x + row * a->columns;
        float *y = a->result + row * a->columns;
        float max = row_max(x, a->columns), sum, sum_t = 1, sum_tz = NAN;
        if (a->sparse) {
            int64_t label = row_label(a, row);
            if (label >= 0) sum_tz = x[label] - max;
            sum = row_exp(x, NULL, a->columns, max, y, NULL, NULL);
        } else {
            sum = row_exp(x, a->target + row * a->columns, a->columns, max, y, &sum_t, &sum_tz);
        }
        a->loss[row] = sum_t * logf(sum) - sum_tz;
        row_affine(y, a->columns, 1 / sum, 0, y);
    }
}

static void cross_entropy_gradient(const void *args, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const strata_rows_args *a = args;
    for (int64_t row = begin; row < end; row++) {
        const float *y = a->y + row * a->columns;
        float *dx = a->result + row * a->columns;
        float dy = a->dy[row];
        if (a->sparse) {
            int64_t label = row_label(a, row);
            float winner = label >= 0 ? dy * (y[label] - 1) : 0;
            row_affine(y, a->columns, label >= 0 ? dy : NAN, 0, dx);
            if (label >= 0) dx[label] = winner;
            continue;
        }
        const float *t = a->target + row * a->columns;
        vec sums = {0};
        for (int64_t c = 0; c < a->columns; c += VL) sums += load_row(t + c, a->columns - c, 0);
        float sum = sum_lanes(sums);
        for (int64_t c = 0; c < a->columns; c += VL) {
            int64_t left = a->columns - c;
            vec difference = load_row(y + c, left, 0) * sum - load_row(t + c, left, 0);
            store_some(dx + c, difference * dy, left);
        }
    }
}

// The first maximum; the first NaN if there is one.
static void argmax(const void *args, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const strata_rows_args *a = args;
    for (int64_t row = begin; row < end; row++) {
        const float *x = a->x + row * a->columns;
        int64_t winner = 0;
        if (a->columns < 4 * VL) {
            for (int64_t c = 1; c < a->columns; c++)
                if (!(x[c] <= x[winner]) && x[winner] == x[winner]) winner = c;
        } else {
            // Each lane finds the first of its own columns, then the lanes compete.
            ivec lane;
            for (int l = 0; l < VL; l++) lane[l] = l;
            vec best = load(x);
            ivec place = lane;
            for (int64_t c = 0; c + VL < a->columns;) {
                c = MIN(c + VL, a->columns - VL);
                vec v = load(x + c);
                ivec better = ~(v <= best) & (best == best);
                best = choose(better, v, best);
                place = (better & (lane + (int32_t)c)) | (~better & place);
            }
            winner = place[0];
            for (int l = 1; l < VL; l++) {
                float old = x[winner], new = best[l];
                bool better = !(new <= old) && old == old;
                bool equal = new == old || (new != new && old != old);
                if (better || (equal && place[l] < winner)) winner = place[l];
            }
        }
        a->result[row] = (float)winner;
    }
}

#define ROWS_KERNELS                                                                          \
    .softmax = softmax, .softmax_gradient = softmax_gradient,                     \
    .cross_entropy = cross_entropy, .cross_entropy_gradient = cross_entropy_gradient, \
    .argmax = argmax
