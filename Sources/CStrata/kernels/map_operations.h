// The operations of elementwise programs (strata_operations.h), each a loop over a block of elements.

// d: the destination; s: the operands' blocks, of VL equal numbers where `varying` lacks the
// operand's bit; position: of the block's first element. count >= VL. d may be one of s.
typedef void map_operation(float *d, const float *const *s, int64_t count, int32_t varying, int64_t position);

INLINE void map_loop(float *d, const float *const *s, int64_t count, vec (*f)(vec, vec, vec), int32_t arity,
                     int32_t varying) {
    const float *a = s[0], *b = arity > 1 ? s[1] : a, *c = arity > 2 ? s[2] : a;
    vec a0 = load(a), b0 = load(b), c0 = load(c);
#define ELEMENTS(i) \
    f(varying & 1 ? load(a + (i)) : a0, varying & 2 ? load(b + (i)) : b0, varying & 4 ? load(c + (i)) : c0)
    // A ragged end is the last full vector, computed before a destination that is also a source
    // changes under it.
    bool ragged = count % VL != 0;
    vec last = a0;
    if (ragged) last = ELEMENTS(count - VL);
#pragma clang loop unroll_count(4)
    for (int64_t i = 0; i < count - count % VL; i += VL) store(d + i, ELEMENTS(i));
    if (ragged) store(d + count - VL, last);
#undef ELEMENTS
}

// Specialised by which operands vary, so that a loop loads nothing else.
INLINE void map_apply(float *d, const float *const *s, int64_t count, int32_t varying, vec (*f)(vec, vec, vec),
                      int32_t arity) {
    if (arity == 1) return map_loop(d, s, count, f, 1, 1);
    switch (varying) {
    case 1: return map_loop(d, s, count, f, arity, 1);
    case 2: return map_loop(d, s, count, f, arity, 2);
    case 3: return map_loop(d, s, count, f, arity, 3);
    }
    if (arity == 2) return;
    switch (varying) {
    case 4: return map_loop(d, s, count, f, arity, 4);
    case 5: return map_loop(d, s, count, f, arity, 5);
    case 6: return map_loop(d, s, count, f, arity, 6);
    case 7: return map_loop(d, s, count, f, arity, 7);
    }
}

#define OPERATION(name, arity, value) \
    INLINE vec value_##name(vec a, vec b, vec c) { return value; } \
    static void map_##name(float *d, const float *const *s, int64_t count, int32_t varying, int64_t position) { \
        map_apply(d, s, count, varying, value_##name, arity); \
    }

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wunused-parameter"
STRATA_ELEMENTWISE(OPERATION)

// A constant for the whole block.
static void map_expand(float *d, const float *const *s, int64_t count, int32_t varying, int64_t position) {
    vec value = load(s[0]);
    for (int64_t i = 0; i + VL <= count; i += VL) store(d + i, value);
    store(d + count - VL, value);
}

// The first operand is the key.
static void map_random_uniform(float *d, const float *const *s, int64_t count, int32_t varying, int64_t position) {
    random_fill(d, position, count, (const uint32_t *)(const void *)s[0], false);
}
static void map_random_normal(float *d, const float *const *s, int64_t count, int32_t varying, int64_t position) {
    random_fill(d, position, count, (const uint32_t *)(const void *)s[0], true);
}
#pragma clang diagnostic pop

#undef OPERATION

static map_operation *const map_operations[STRATA_OP_count] = {
#define X(name, inputs, value) map_##name,
    STRATA_ELEMENTWISE(X)
    STRATA_RANDOM(X)
#undef X
};

static const uint8_t map_arity[STRATA_OP_count] = {
#define X(name, inputs, value) inputs,
    STRATA_ELEMENTWISE(X)
    STRATA_RANDOM(X)
#undef X
};
