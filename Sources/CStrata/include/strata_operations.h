#ifndef STRATA_OPERATIONS_H
#define STRATA_OPERATIONS_H

#include <stdint.h>

// The elementwise operations, a row each: X(name, inputs, value). The value is one of the inputs a, b
// and c, vectors of any width, by the functions of kernels/elementary.h. Comparisons give 1 or 0.
// `Elementwise.Code` lists them in the same order in Swift; a test compares the two.
#define STRATA_ELEMENTWISE(X) \
    X(copy, 1, a) \
    X(negate, 1, -a) \
    X(abs, 1, absolute(a)) \
    X(sign, 1, sign_of(a)) \
    X(exp, 1, exp_of(a)) \
    X(expm1, 1, expm1_of(a)) \
    X(log, 1, log_of(a)) \
    X(log1p, 1, log1p_of(a)) \
    X(sqrt, 1, square_root(a)) \
    X(rsqrt, 1, 1 / square_root(a)) \
    X(square, 1, a * a) \
    X(reciprocal, 1, 1 / a) \
    X(floor, 1, floor_of(a)) \
    X(round, 1, round_even(a)) \
    X(sin, 1, sin_of(a)) \
    X(cos, 1, cos_of(a)) \
    X(erf, 1, erf_of(a)) \
    X(relu, 1, choose(0 > a, splat(0), a)) \
    X(sigmoid, 1, sigmoid_of(a)) \
    X(tanh, 1, tanh_of(a)) \
    X(softplus, 1, softplus_of(a)) \
    X(is_finite, 1, where(absolute(a) < INFINITY, splat(1))) \
    X(add, 2, a + b) \
    X(subtract, 2, a - b) \
    X(multiply, 2, a * b) \
    X(divide, 2, a / b) \
    X(maximum, 2, maximum(a, b)) \
    X(minimum, 2, minimum(a, b)) \
    X(power, 2, power_of(a, b)) \
    X(equal, 2, where(a == b, splat(1))) \
    X(greater, 2, where(a > b, splat(1))) \
    X(greater_equal, 2, where(a >= b, splat(1))) \
    X(relu_gradient, 2, where(b > 0, a))           /* of dy and y */ \
    X(sigmoid_gradient, 2, a * b * (1 - b))        /* of dy and y */ \
    X(tanh_gradient, 2, a * (1 - b * b))           /* of dy and y */ \
    X(select, 3, choose(a != 0, b, c))

// Random numbers by the position of an element. The input is a STRATA_OPERAND_KEY.
#define STRATA_RANDOM(X) \
    X(random_uniform, 1, )  /* in [0, 1) */ \
    X(random_normal, 1, )   /* standard normal */

typedef enum {
#define X(name, inputs, value) STRATA_OP_##name,
    STRATA_ELEMENTWISE(X)
    STRATA_RANDOM(X)
#undef X
    STRATA_OP_count
} strata_op;

typedef struct {
    const char *name;
    int32_t inputs;
} strata_op_row;

const strata_op_row *strata_op_at(int32_t op);

#endif
