// The exponential of a vector, to about one unit in the last place; infinities, NaN and denormal
// results as the C library has them.
#ifndef STRATA_EXP
#define STRATA_EXP
#include "lanes.h"

INLINE vec NAME(vexp)(vec x) {
    // Beyond these the result is 0 or infinity (the scaling below sees to it).
    vec y = NAME(choose)(x < -104, splat(-104), NAME(choose)(x > 89, splat(89), x));
    // x = n log 2 + r; adding 1.5 * 2^23 rounds to an integer, in the low bits of the sum.
    const vec shift = splat(12582912.0f);
    vec shifted = y * 1.44269504f + shift;
    vec n = shifted - shift;
    vec r = y - n * 0.693359375f;
    r = r + n * 2.12194440e-4f;
    vec p = splat(1.9875691500e-4f);
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    // Times 2^n in two steps, each within the range of a normal number.
    ivec power = (ivec)shifted - (ivec)shift, half = power >> 1;
    vec result = p * (vec)((half + 127) << 23) * (vec)((power - half + 127) << 23);
    return NAME(choose)(x == x, result, x);
}

#endif
