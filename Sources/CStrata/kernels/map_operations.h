// The operations of elementwise programs, each a loop over a block of elements.

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
OPERATION(copy, 1, a)
OPERATION(negate, 1, -a)
OPERATION(abs, 1, absolute(a))
OPERATION(sign, 1, sign_of(a))
OPERATION(exp, 1, exp_of(a))
OPERATION(expm1, 1, expm1_of(a))
OPERATION(log, 1, log_of(a))
OPERATION(log1p, 1, log1p_of(a))
OPERATION(sqrt, 1, square_root(a))
OPERATION(rsqrt, 1, 1 / square_root(a))
OPERATION(square, 1, a * a)
OPERATION(reciprocal, 1, 1 / a)
OPERATION(floor, 1, floor_of(a))
OPERATION(round, 1, round_even(a))
OPERATION(sin, 1, sin_of(a))
OPERATION(cos, 1, cos_of(a))
OPERATION(erf, 1, erf_of(a))
OPERATION(relu, 1, choose(0 > a, splat(0), a))
OPERATION(sigmoid, 1, sigmoid_of(a))
OPERATION(tanh, 1, tanh_of(a))
OPERATION(softplus, 1, softplus_of(a))
OPERATION(is_finite, 1, where(absolute(a) < INFINITY, splat(1)))
OPERATION(add, 2, a + b)
OPERATION(subtract, 2, a - b)
OPERATION(multiply, 2, a * b)
OPERATION(divide, 2, a / b)
OPERATION(maximum, 2, maximum(a, b))
OPERATION(minimum, 2, minimum(a, b))
OPERATION(power, 2, power_of(a, b))
OPERATION(equal, 2, where(a == b, splat(1)))
OPERATION(greater, 2, where(a > b, splat(1)))
OPERATION(greater_equal, 2, where(a >= b, splat(1)))
OPERATION(relu_gradient, 2, where(b > 0, a))
OPERATION(sigmoid_gradient, 2, a * b * (1 - b))
OPERATION(tanh_gradient, 2, a * (1 - b * b))
OPERATION(multiply_add, 3, a * b + c)
OPERATION(select, 3, choose(a != 0, b, c))

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
#define X(name, inputs) map_##name,
    STRATA_OPS(X)
#undef X
};

static const uint8_t map_arity[STRATA_OP_count] = {
#define X(name, inputs) inputs,
    STRATA_OPS(X)
#undef X
};
