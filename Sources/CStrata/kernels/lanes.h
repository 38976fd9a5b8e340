// Parts of vectors: loaded, stored, and summed.
#ifndef STRATA_LANES
#define STRATA_LANES

#if defined(__x86_64__) && VL == 16
INLINE vec load_lanes(const float *p, int64_t count) {
    return __builtin_ia32_loadups512_mask((const float *)p, (vec){0}, (uint16_t)((1u << count) - 1));
}
INLINE void store_lanes(float *p, vec v, int64_t count) {
    __builtin_ia32_storeups512_mask((float *)p, v, (uint16_t)((1u << count) - 1));
}
#elif defined(__x86_64__) && VL == 8
INLINE ivec first_lanes(int64_t count) { return (ivec){0, 1, 2, 3, 4, 5, 6, 7} < (int32_t)count; }
INLINE vec load_lanes(const float *p, int64_t count) {
    return __builtin_ia32_maskloadps256((const vec *)p, first_lanes(count));
}
INLINE void store_lanes(float *p, vec v, int64_t count) {
    __builtin_ia32_maskstoreps256((vec *)p, first_lanes(count), v);
}
#else
INLINE vec load_lanes(const float *p, int64_t count) {
    float lanes[VL] = {0};
    for (int64_t i = 0; i < count; i++) lanes[i] = p[i];
    return load(lanes);
}
INLINE void store_lanes(float *p, vec v, int64_t count) {
    float lanes[VL];
    store(lanes, v);
    for (int64_t i = 0; i < count; i++) p[i] = lanes[i];
}
#endif

// The first `count` floats, then zeros; `count` may be more than there are lanes.
INLINE vec load_some(const float *p, int64_t count) { return count >= VL ? load(p) : load_lanes(p, count); }

// The next VL floats of a row of which `left` remain; lanes beyond them are `fill`.
INLINE vec load_row(const float *p, int64_t left, float fill) {
    if (left >= VL) return load(p);
    vec v = splat(fill);
    memcpy(&v, p, (size_t)left * sizeof *p);
    return v;
}

INLINE void store_some(float *p, vec v, int64_t count) {
    if (count >= VL)
        store(p, v);
    else
        store_lanes(p, v, count);
}

INLINE float sum_lanes(vec v) {
    float lanes[VL];
    memcpy(lanes, &v, sizeof v);
    for (int width = VL / 2; width > 0; width /= 2)
        for (int l = 0; l < width; l++) lanes[l] += lanes[l + width];
    return lanes[0];
}

#endif
