// How a program's operands become blocks.

// A broadcast operand, its dimensions merged where they can be.
typedef struct {
    const float *pointer;
    int32_t rank;
    int64_t dims[STRATA_MAX_RANK], stride[STRATA_MAX_RANK];
} map_strided;

static void map_strided_prepare(map_strided *s, const strata_operand *operand, int32_t rank, const int64_t *dims) {
    s->pointer = operand->pointer;
    s->rank = 0;
    for (int32_t d = 0; d < rank; d++) {
        if (dims[d] == 1) continue;
        int32_t last = s->rank - 1;
        if (last >= 0 && s->stride[last] == operand->stride[d] * dims[d]) {
            s->dims[last] *= dims[d];
            s->stride[last] = operand->stride[d];
        } else {
            s->dims[s->rank] = dims[d];
            s->stride[s->rank++] = operand->stride[d];
        }
    }
    if (s->rank == 0) {
        s->dims[0] = 1;
        s->stride[0] = 0;
        s->rank = 1;
    }
}

// Elements start ..< start + count. May write up to VL floats too many.
static void map_strided_load(const map_strided *s, float *d, int64_t start, int64_t count) {
    int64_t index[STRATA_MAX_RANK], offset = 0;
    int32_t inner = s->rank - 1;
    for (int32_t i = inner; i >= 0; i--) {
        index[i] = start % s->dims[i];
        start /= s->dims[i];
        offset += index[i] * s->stride[i];
    }
    while (true) {
        const float *x = s->pointer + offset;
        int64_t run = MIN(s->dims[inner] - index[inner], count), stride = s->stride[inner];
        if (stride == 0) {
            vec value = splat(*x);
            for (int64_t i = 0; i < run; i += VL) store(d + i, value);
        } else if (stride == 1) {
            int64_t i = 0;
            for (; i + VL <= run; i += VL) store(d + i, load(x + i));
            for (; i < run; i++) d[i] = x[i];
        } else {
            for (int64_t i = 0; i < run; i++) d[i] = x[i * stride];
        }
        d += run;
        count -= run;
        if (count == 0) return;
        offset -= index[inner] * stride;
        index[inner] = 0;
        for (int32_t i = inner - 1; i >= 0; i--) {
            offset += s->stride[i];
            if (++index[i] < s->dims[i]) break;
            offset -= s->dims[i] * s->stride[i];
            index[i] = 0;
        }
    }
}

// d[i] = x[(first + i) % period].
static void map_repeat(float *d, const float *x, int64_t period, int64_t first, int64_t count) {
    while (count > 0) {
        int64_t run = MIN(period - first, count);
        memcpy(d, x + first, (size_t)run * sizeof(float));
        d += run;
        count -= run;
        first = 0;
    }
}
