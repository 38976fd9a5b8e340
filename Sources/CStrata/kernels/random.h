// Random numbers by position: Philox4x32-10 (Salmon et al., 2011) on a counter, 64 elements from
// every 16 counters. Element i is word (i / 16) % 4 of counter (i / 64) * 16 + i % 16, so that words
// of VL counters are vectors of neighbours. The key is four numbers: Philox's own two, and two more
// above the counter.

typedef uint64_t wide_uvec __attribute__((vector_size(VL * 8)));

#define RANDOM_GROUP 64

INLINE void philox_round(uvec c[4], uint32_t key0, uint32_t key1) {
    wide_uvec product0 = __builtin_convertvector(c[0], wide_uvec) * 0xd2511f53u;
    wide_uvec product1 = __builtin_convertvector(c[2], wide_uvec) * 0xcd9e8d57u;
    uvec low0 = __builtin_convertvector(product0, uvec), high0 = __builtin_convertvector(product0 >> 32, uvec);
    uvec low1 = __builtin_convertvector(product1, uvec), high1 = __builtin_convertvector(product1 >> 32, uvec);
    c[0] = high1 ^ c[1] ^ key0;
    c[1] = low1;
    c[2] = high0 ^ c[3] ^ key1;
    c[3] = low0;
}

// The words of counters first ..< first + VL.
INLINE void philox(uvec c[4], uint64_t first, const uint32_t *key) {
    uvec lane;
    for (int i = 0; i < VL; i++) lane[i] = (uint32_t)i;
    c[0] = lane + (uint32_t)first;  // no carry: first is a multiple of VL
    c[1] = (uvec){0} + (uint32_t)(first >> 32);
    c[2] = (uvec){0} + key[2];
    c[3] = (uvec){0} + key[3];
    uint32_t key0 = key[0], key1 = key[1];
    for (int round = 0; round < 10; round++) {
        philox_round(c, key0, key1);
        key0 += 0x9e3779b9u;
        key1 += 0xbb67ae85u;
    }
}

// [0, 1), a multiple of 2^-24.
INLINE vec unit_interval(uvec bits) { return __builtin_convertvector((ivec)(bits >> 8), vec) * 0x1p-24f; }

// Two independent normal numbers (Box and Muller), the same on every processor.
INLINE void normal_pair(uvec a, uvec b, vec *first, vec *second) {
#pragma clang fp contract(off)
    // (0, 1], fine near 0, where the tails are.
    vec high = __builtin_convertvector((ivec)(a >> 16), vec) * 0x1p-16f;
    vec low = (__builtin_convertvector((ivec)(a & 0xffff), vec) + 0.5f) * 0x1p-32f;
    vec radius = square_root(-2 * log_of(high + low));
    vec turn = unit_interval(b) * 4;  // quarters of a circle
    vec whole = round_even(turn);
    vec sine, cosine;
    turned((turn - whole) * 1.57079633f, __builtin_convertvector(whole, ivec), &sine, &cosine);
    *first = radius * cosine;
    *second = radius * sine;
}

INLINE void random_group(float *d, int64_t group, const uint32_t *key, bool normal) {
    for (int i = 0; i < 16; i += VL) {
        uvec c[4];
        philox(c, (uint64_t)group * 16 + (uint64_t)i, key);
        vec value[4];
        if (normal) {
            normal_pair(c[0], c[1], &value[0], &value[1]);
            normal_pair(c[2], c[3], &value[2], &value[3]);
        } else {
            for (int word = 0; word < 4; word++) value[word] = unit_interval(c[word]);
        }
        for (int word = 0; word < 4; word++) store(d + 16 * word + i, value[word]);
    }
}

// Elements position ..< position + count.
INLINE void random_fill(float *d, int64_t position, int64_t count, const uint32_t *key, bool normal) {
    while (count > 0) {
        int64_t skipped = position % RANDOM_GROUP;
        int64_t length = MIN(RANDOM_GROUP - skipped, count);
        if (length == RANDOM_GROUP) {
            random_group(d, position / RANDOM_GROUP, key, normal);
        } else {
            float group[RANDOM_GROUP];
            random_group(group, position / RANDOM_GROUP, key, normal);
            memcpy(d, group + skipped, (size_t)length * sizeof(float));
        }
        d += length;
        position += length;
        count -= length;
    }
}
