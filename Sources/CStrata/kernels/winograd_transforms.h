// The one-dimensional transforms of Winograd's F(4x4, 3x3), named as in winograd.h: each reads
// elements `from_step` apart and writes elements `step` apart, so that it does rows and columns.
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

INLINE void winograd_b(const vec *d, int from_step, vec *to, int step) {  // B': 6 to 6
    const vec d0 = d[0], d1 = d[from_step], d2 = d[2 * from_step], d3 = d[3 * from_step], d4 = d[4 * from_step],
              d5 = d[5 * from_step];
    const vec even_p = d4 - WINOGRAD_Q2 * d2, odd_p = WINOGRAD_P * (d3 - WINOGRAD_Q2 * d1);
    const vec even_q = d4 - WINOGRAD_P2 * d2, odd_q = WINOGRAD_Q * (d3 - WINOGRAD_P2 * d1);
    to[0] = WINOGRAD_P2 * WINOGRAD_Q2 * d0 - (WINOGRAD_P2 + WINOGRAD_Q2) * d2 + d4;
    to[step] = even_p + odd_p;
    to[2 * step] = even_p - odd_p;
    to[3 * step] = even_q + odd_q;
    to[4 * step] = even_q - odd_q;
    to[5 * step] = WINOGRAD_P2 * WINOGRAD_Q2 * d1 - (WINOGRAD_P2 + WINOGRAD_Q2) * d3 + d5;
}

INLINE void winograd_g(const vec *g, int from_step, vec *to, int step) {  // G: 3 to 6
    const vec g0 = g[0], g1 = g[from_step], g2 = g[2 * from_step];
    const vec even_p = WINOGRAD_NP * (g0 + WINOGRAD_P2 * g2), odd_p = WINOGRAD_NP * WINOGRAD_P * g1;
    const vec even_q = WINOGRAD_NQ * (g0 + WINOGRAD_Q2 * g2), odd_q = WINOGRAD_NQ * WINOGRAD_Q * g1;
    to[0] = WINOGRAD_N0 * g0;
    to[step] = even_p + odd_p;
    to[2 * step] = even_p - odd_p;
    to[3 * step] = even_q + odd_q;
    to[4 * step] = even_q - odd_q;
    to[5 * step] = g2;
}

INLINE void winograd_g_transposed(const vec *u, int from_step, vec *to, int step) {  // G': 6 to 3
    const vec u0 = u[0], u5 = u[5 * from_step];
    const vec sum_p = u[from_step] + u[2 * from_step], difference_p = u[from_step] - u[2 * from_step];
    const vec sum_q = u[3 * from_step] + u[4 * from_step], difference_q = u[3 * from_step] - u[4 * from_step];
    to[0] = WINOGRAD_N0 * u0 + WINOGRAD_NP * sum_p + WINOGRAD_NQ * sum_q;
    to[step] = WINOGRAD_NP * WINOGRAD_P * difference_p + WINOGRAD_NQ * WINOGRAD_Q * difference_q;
    to[2 * step] = WINOGRAD_NP * WINOGRAD_P2 * sum_p + WINOGRAD_NQ * WINOGRAD_Q2 * sum_q + u5;
}

INLINE void winograd_a(const vec *y, int from_step, vec *to, int step) {  // A: 4 to 6
    const vec y0 = y[0], y1 = y[from_step], y2 = y[2 * from_step], y3 = y[3 * from_step];
    const vec even_p = y0 + WINOGRAD_P2 * y2, odd_p = WINOGRAD_P * (y1 + WINOGRAD_P2 * y3);
    const vec even_q = y0 + WINOGRAD_Q2 * y2, odd_q = WINOGRAD_Q * (y1 + WINOGRAD_Q2 * y3);
    to[0] = y0;
    to[step] = even_p + odd_p;
    to[2 * step] = even_p - odd_p;
    to[3 * step] = even_q + odd_q;
    to[4 * step] = even_q - odd_q;
    to[5 * step] = y3;
}

INLINE void winograd_a_transposed(const vec *m, int from_step, vec *to, int step) {  // A': 6 to 4
    const vec m0 = m[0], m5 = m[5 * from_step];
    const vec sum_p = m[from_step] + m[2 * from_step], difference_p = m[from_step] - m[2 * from_step];
    const vec sum_q = m[3 * from_step] + m[4 * from_step], difference_q = m[3 * from_step] - m[4 * from_step];
    to[0] = m0 + sum_p + sum_q;
    to[step] = WINOGRAD_P * difference_p + WINOGRAD_Q * difference_q;
    to[2 * step] = WINOGRAD_P2 * sum_p + WINOGRAD_Q2 * sum_q;
    to[3 * step] = WINOGRAD_P2 * WINOGRAD_P * difference_p + WINOGRAD_Q2 * WINOGRAD_Q * difference_q + m5;
}

#endif
