// Elementary functions of a vector of floats, within a few units in the last place over the whole
// range, with C's values for zeros, infinities and NaN. Polynomials are minimax fits.
#ifndef STRATA_ELEMENTARY
#define STRATA_ELEMENTARY

typedef double dvec __attribute__((vector_size(VL * 8)));
typedef int64_t lvec __attribute__((vector_size(VL * 8)));

INLINE vec where(ivec mask, vec a) { return (vec)(mask & (ivec)a); }
INLINE vec absolute(vec x) { return (vec)((ivec)x & 0x7fffffff); }
INLINE vec copy_sign(vec magnitude, vec sign) {
    return (vec)(((ivec)magnitude & 0x7fffffff) | ((ivec)sign & ~0x7fffffff));
}
#if __has_builtin(__builtin_elementwise_sqrt)
INLINE vec square_root(vec x) { return __builtin_elementwise_sqrt(x); }
#else
// Clang 17, of Swift 6.0; it makes one instruction of the loop.
INLINE vec square_root(vec x) {
    for (int i = 0; i < VL; i++) x[i] = __builtin_sqrtf(x[i]);
    return x;
}
#endif

// A NaN on either side is the result.
INLINE vec maximum(vec a, vec b) { return choose((a > b) | (a != a), a, b); }
INLINE vec minimum(vec a, vec b) { return choose((a < b) | (a != a), a, b); }

// Half to even.
INLINE vec round_even(vec x) {
    vec big = copy_sign(splat(0x1p23f), x);
    return copy_sign(choose(absolute(x) < 0x1p23f, (x + big) - big, x), x);
}

INLINE vec floor_of(vec x) {
    vec r = round_even(x);
    return copy_sign(r - where(r > x, splat(1)), x);
}

INLINE vec sign_of(vec x) { return choose(x != x, x, where(x > 0, splat(1)) - where(x < 0, splat(1))); }

// 2^n for -126 <= n <= 127.
INLINE vec power_of_two(ivec n) { return (vec)((n + 127) << 23); }

// x = n ln 2 + r with |r| <= ln 2 / 2; returns e^r - 1. For |x| < 2^21.
INLINE vec reduced_expm1(vec x, ivec *n) {
    vec shifted = x * 1.44269504f + 0x1.8p23f;
    vec whole = shifted - 0x1.8p23f;
    *n = (ivec)shifted - (ivec)splat(0x1.8p23f);
    vec r = (x - whole * 0x1.63p-1f) + whole * 2.12194440e-4f;
    vec q = 5.000000096e-1f +
            r * (1.666651830e-1f + r * (4.166620417e-2f + r * (8.368953709e-3f + r * 1.395060030e-3f)));
    return r + r * r * q;
}

INLINE vec exp_of(vec x) {
    x = choose(x > 89, splat(89), choose(x < -104, splat(-104), x));
    ivec n;
    vec r = reduced_expm1(x, &n);
    ivec half = n >> 1;  // in two steps, as 2^n alone may be out of range
    return (1 + r) * power_of_two(half) * power_of_two(n - half);
}

INLINE vec expm1_of(vec x) {
    vec clamped = choose(x > 89, splat(89), choose(x < -30, splat(-30), x));
    ivec n;
    vec r = reduced_expm1(clamped, &n);
    vec half = power_of_two(n - 1);  // half, as 2^n may be out of range
    vec y = (half * r + (half - 0.5f)) * 2;
    return choose(absolute(x) < 0x1p-24f, x, y);
}

// Not contracted to fused multiply-adds, so that random numbers made from it are the same on every
// processor.
INLINE vec log_of(vec x) {
#pragma clang fp contract(off)
    ivec small = x < 0x1p-126f;
    vec scaled = choose(small, x * 0x1p23f, x);
    ivec bits = (ivec)scaled - 0x3f3504f3;  // the mantissa is taken from [sqrt 1/2, sqrt 2)
    ivec exponent = (bits >> 23) - (small & 23);
    vec f = (vec)((bits & 0x7fffff) + 0x3f3504f3) - 1;
    vec n = __builtin_convertvector(exponent, vec);
    vec s = f / (2 + f), z = s * s, half = f * f * 0.5f;
    vec r = z * (6.666666560e-1f + z * (4.000034557e-1f + z * (2.853660281e-1f + z * 2.359633421e-1f)));
    vec y = n * 0x1.62ep-1f - ((half - (s * (half + r) + n * 0x1.0bfbe8p-15f)) - f);
    y = choose(x == 0, splat(-INFINITY), y);
    y = choose(x < 0, splat(NAN), y);
    return choose((x == INFINITY) | (x != x), x, y);
}

INLINE vec log1p_of(vec x) {
    vec u = 1 + x;
    vec y = log_of(u) + (x - (u - 1)) / u;  // the second term repairs the rounding of the first
    return choose(u == 0, splat(-INFINITY), choose((u == INFINITY) | (x == 0), x, y));
}

INLINE vec tanh_of(vec x) {
    vec doubled = absolute(x) * 2;
    vec e = expm1_of(choose(doubled > 40, splat(40), doubled));
    return copy_sign(e / (e + 2), x);
}

INLINE vec sigmoid_of(vec x) { return 1 / (1 + exp_of(-x)); }

INLINE vec softplus_of(vec x) { return log1p_of(exp_of(-absolute(x))) + choose(0 > x, splat(0), x); }

INLINE vec erf_of(vec x) {
    vec t = absolute(x), z = x * x;
    vec inner = 1.283791500e-1f +
                z * (-3.761249432e-1f +
                     z * (1.128180277e-1f + z * (-2.676556700e-2f + z * (4.990980253e-3f + z * -5.976893797e-4f))));
    t = choose(t > 4, splat(4), t);  // where the result has become 1
    vec outer = 1.286484920645e-1f +
                t * (6.351513086510e-1f +
                     t * (1.062368911148e-1f +
                          t * (-2.376207505511e-2f +
                               t * (3.642465020164e-3f + t * (-3.228053923656e-4f + t * 1.123146546100e-5f)))));
    vec tail = 1 - exp_of(-(t + t * outer));
    return choose(absolute(x) < 0.93f, x + x * inner, copy_sign(tail, x));
}

// sin and cos of r, |r| <= pi / 4, turned by n quarters.
INLINE void turned(vec r, ivec n, vec *sine, vec *cosine) {
#pragma clang fp contract(off)
    vec z = r * r;
    vec s = r + r * z * (-1.666665487e-1f + z * (8.332173533e-3f + z * -1.951665472e-4f));
    vec c = (1 - 0.5f * z) + z * z * (4.166664675e-2f + z * (-1.388736143e-3f + z * 2.443772818e-5f));
    ivec odd = (n & 1) != 0;
    *sine = (vec)((ivec)choose(odd, c, s) ^ ((n & 2) << 30));
    *cosine = (vec)((ivec)choose(odd, s, c) ^ (((n + 1) & 2) << 30));
}

// Reduced in double precision, pi / 2 in two parts. Where that would not do, false.
INLINE bool sine_and_cosine(vec x, vec *sine, vec *cosine) {
    vec quarters = round_even(x * 0.636619772f);
    dvec n = __builtin_convertvector(quarters, dvec), wide = __builtin_convertvector(x, dvec);
    dvec r = (wide - n * 0x1.921fb544p0) - n * 0x1.0b4611a626331p-34;
    turned(__builtin_convertvector(r, vec), __builtin_convertvector(quarters, ivec), sine, cosine);
    return !__builtin_reduce_or(~(absolute(x) < 0x1p19f));
}

INLINE vec sin_of(vec x) {
    vec sine, cosine;
    if (sine_and_cosine(x, &sine, &cosine)) return sine;
    for (int i = 0; i < VL; i++) sine[i] = sinf(x[i]);
    return sine;
}

INLINE vec cos_of(vec x) {
    vec sine, cosine;
    if (sine_and_cosine(x, &sine, &cosine)) return cosine;
    for (int i = 0; i < VL; i++) cosine[i] = cosf(x[i]);
    return cosine;
}

// 2^(y log2 x) in double precision for ordinary numbers; the C library has the special cases.
INLINE vec power_of(vec x, vec y) {
    if (__builtin_reduce_or(~((x >= 0x1p-126f) & (x < INFINITY) & (absolute(y) < INFINITY)))) {
        vec result;
        for (int i = 0; i < VL; i++) result[i] = powf(x[i], y[i]);
        return result;
    }
    ivec bits = (ivec)x - 0x3f3504f3;
    dvec f = __builtin_convertvector((vec)((bits & 0x7fffff) + 0x3f3504f3), dvec) - 1;
    dvec s = f / (2 + f), z = s * s;
    dvec tail = 0.4121984175618096 + z * (0.3206156238545855 + z * (0.2614617748190263 + z * 0.2427619995363794));
    dvec logarithm = s * (2.885390081777934 + z * (0.9617966939247826 + z * (0.5770780171052918 + z * tail)));
    dvec power = (logarithm + __builtin_convertvector(bits >> 23, dvec)) * __builtin_convertvector(y, dvec);
    lvec above = power > 200, below = power < -200;  // far outside what a float holds
    power = (dvec)((above & (lvec)((dvec){0} + 200)) | (~above & (lvec)power));
    power = (dvec)((below & (lvec)((dvec){0} - 200)) | (~below & (lvec)power));
    dvec shifted = power + 0x1.8p52;
    dvec r = power - (shifted - 0x1.8p52);
    dvec fraction = 0.9999999999595491 +
                    r * (0.6931471805350303 +
                         r * (0.24022651213583679 +
                              r * (0.05550410976094618 +
                                   r * (0.009618025604208436 +
                                        r * (0.001333342265808911 +
                                             r * (0.00015469731635633227 + r * 0.00001531645858546455))))));
    lvec exponent = ((lvec)shifted - (lvec)((dvec){0} + 0x1.8p52)) << 52;
    return __builtin_convertvector((dvec)((lvec)fraction + exponent), vec);
}

#endif
