// The one-dimensional transforms of Winograd's F(4x4, 3x3) and F(2x2, 5x5), named as in winograd.h. Both
// have six points, so that they share B; G and A are of the kernel's size r, a constant, and the tile's,
// 7 - r. What a caller does not use of
// a result is not computed.
#ifndef STRATA_WINOGRAD_TRANSFORMS_H
#define STRATA_WINOGRAD_TRANSFORMS_H

// The points are 0, +-P, +-Q and infinity.
#define WINOGRAD_P 0.625f
#define WINOGRAD_Q 1.5f
#define WINOGRAD_P2 (WINOGRAD_P * WINOGRAD_P)
#define WINOGRAD_Q2 (WINOGRAD_Q * WINOGRAD_Q)
// The products of differences of the points, which G divides by.
#define WINOGRAD_N0 (1 / (WINOGRAD_P2 * WINOGRAD_Q2))
#define WINOGRAD_NP (1 / (2 * WINOGRAD_P2 * (WINOGRAD_P2 - WINOGRAD_Q2)))
#define WINOGRAD_NQ (1 / (2 * WINOGRAD_Q2 * (WINOGRAD_Q2 - WINOGRAD_P2)))

INLINE void winograd_b(const vec d[6], vec to[6]) {  // B'
    const vec d0 = d[0], d1 = d[1], d2 = d[2], d3 = d[3], d4 = d[4], d5 = d[5];
    const vec even_p = d4 - WINOGRAD_Q2 * d2, odd_p = WINOGRAD_P * (d3 - WINOGRAD_Q2 * d1);
    const vec even_q = d4 - WINOGRAD_P2 * d2, odd_q = WINOGRAD_Q * (d3 - WINOGRAD_P2 * d1);
    to[0] = WINOGRAD_P2 * WINOGRAD_Q2 * d0 - (WINOGRAD_P2 + WINOGRAD_Q2) * d2 + d4;
    to[1] = even_p + odd_p;
    to[2] = even_p - odd_p;
    to[3] = even_q + odd_q;
    to[4] = even_q - odd_q;
    to[5] = WINOGRAD_P2 * WINOGRAD_Q2 * d1 - (WINOGRAD_P2 + WINOGRAD_Q2) * d3 + d5;
}

INLINE void winograd_g(const int r, const vec *g, vec to[6]) {  // G: r to 6
    const vec even_4 = r == 5 ? g[4] : (vec){0}, odd_3 = r == 5 ? g[3] : (vec){0};
    const vec p2 = r == 5 ? g[2] + WINOGRAD_P2 * even_4 : g[2], q2 = r == 5 ? g[2] + WINOGRAD_Q2 * even_4 : g[2];
    const vec p1 = r == 5 ? g[1] + WINOGRAD_P2 * odd_3 : g[1], q1 = r == 5 ? g[1] + WINOGRAD_Q2 * odd_3 : g[1];
    const vec even_p = WINOGRAD_NP * (g[0] + WINOGRAD_P2 * p2), odd_p = WINOGRAD_NP * WINOGRAD_P * p1;
    const vec even_q = WINOGRAD_NQ * (g[0] + WINOGRAD_Q2 * q2), odd_q = WINOGRAD_NQ * WINOGRAD_Q * q1;
    to[0] = WINOGRAD_N0 * g[0];
    to[1] = even_p + odd_p;
    to[2] = even_p - odd_p;
    to[3] = even_q + odd_q;
    to[4] = even_q - odd_q;
    to[5] = g[r - 1];
}

// The sums of powers of the points that G' and A' have in common: sum over points x of x^n u.
INLINE vec winograd_power(const int n, vec even_p, vec odd_p, vec even_q, vec odd_q) {
    const vec p = n % 2 ? odd_p : even_p, q = n % 2 ? odd_q : even_q;
    switch (n) {
    case 0: return p + q;
    case 1: return WINOGRAD_P * p + WINOGRAD_Q * q;
    case 2: return WINOGRAD_P2 * p + WINOGRAD_Q2 * q;
    case 3: return WINOGRAD_P2 * WINOGRAD_P * p + WINOGRAD_Q2 * WINOGRAD_Q * q;
    default: return WINOGRAD_P2 * WINOGRAD_P2 * p + WINOGRAD_Q2 * WINOGRAD_Q2 * q;
    }
}

INLINE void winograd_g_transposed(const int r, const vec u[6], vec *to) {  // G': 6 to r
    const vec even_p = WINOGRAD_NP * (u[1] + u[2]), odd_p = WINOGRAD_NP * (u[1] - u[2]);
    const vec even_q = WINOGRAD_NQ * (u[3] + u[4]), odd_q = WINOGRAD_NQ * (u[3] - u[4]);
    UNROLL for (int i = 0; i < r; i++) to[i] = winograd_power(i, even_p, odd_p, even_q, odd_q);
    to[0] += WINOGRAD_N0 * u[0];
    to[r - 1] += u[5];
}

INLINE void winograd_a(const int r, const vec *y, vec to[6]) {  // A: 7 - r to 6
    const int last = 6 - r;
    const vec even_p = r == 3 ? y[0] + WINOGRAD_P2 * y[2] : y[0], even_q = r == 3 ? y[0] + WINOGRAD_Q2 * y[2] : y[0];
    const vec odd_p = WINOGRAD_P * (r == 3 ? y[1] + WINOGRAD_P2 * y[3] : y[1]);
    const vec odd_q = WINOGRAD_Q * (r == 3 ? y[1] + WINOGRAD_Q2 * y[3] : y[1]);
    to[0] = y[0];
    to[1] = even_p + odd_p;
    to[2] = even_p - odd_p;
    to[3] = even_q + odd_q;
    to[4] = even_q - odd_q;
    to[5] = y[last];
}

INLINE void winograd_a_transposed(const int r, const vec m[6], vec *to) {  // A': 6 to 7 - r
    const vec even_p = m[1] + m[2], odd_p = m[1] - m[2], even_q = m[3] + m[4], odd_q = m[3] - m[4];
    UNROLL for (int i = 0; i < 7 - r; i++) to[i] = winograd_power(i, even_p, odd_p, even_q, odd_q);
    to[0] += m[0];
    to[6 - r] += m[5];
}

#endif
