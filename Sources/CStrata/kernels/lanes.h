// Parts of vectors: loaded, stored, and summed.
#ifndef STRATA_LANES
#define STRATA_LANES

// The first `count` floats, then zeros.
INLINE vec load_some(const float *p, int64_t count) {
    if (count >= VL) return load(p);
    float whole[VL] = {0};
    for (int64_t i = 0; i < count; i++) whole[i] = p[i];
    return load(whole);
}

// The next VL floats of a row of which `left` remain; lanes beyond them are `fill`.
INLINE vec load_row(const float *p, int64_t left, float fill) {
    if (left >= VL) return load(p);
    vec v = splat(fill);
    memcpy(&v, p, (size_t)left * sizeof *p);
    return v;
}

INLINE void store_some(float *p, vec v, int64_t count) {
    if (count >= VL) {
        store(p, v);
        return;
    }
    float whole[VL];
    store(whole, v);
    for (int64_t i = 0; i < count; i++) p[i] = whole[i];
}

INLINE void store_row(float *p, vec v, int64_t left) {
    if (left >= VL)
        store(p, v);
    else
        store_some(p, v, left);
}

INLINE float sum_lanes(vec v) {
    float lanes[VL];
    memcpy(lanes, &v, sizeof v);
    for (int width = VL / 2; width > 0; width /= 2)
        for (int l = 0; l < width; l++) lanes[l] += lanes[l + width];
    return lanes[0];
}

#endif
