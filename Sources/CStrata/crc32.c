// CRC-32 as in ZIP and PNG: polynomial 0x04C11DB7, bits reflected, inverted before and after.
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "strata_crc32.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#endif

// tables[k][b] is the remainder of byte b followed by k zero bytes.
static uint32_t tables[8][256];
#if defined(__x86_64__)
static bool has_pclmul;
#endif
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void prepare(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1)));
        tables[0][byte] = crc;
    }
    for (int k = 1; k < 8; k++)
        for (int byte = 0; byte < 256; byte++)
            tables[k][byte] = (tables[k - 1][byte] >> 8) ^ tables[0][tables[k - 1][byte] & 255];
#if defined(__x86_64__)
    __builtin_cpu_init();
    has_pclmul = __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
#endif
}

// Eight bytes a step, each looked up on its own; `crc` is inverted.
static uint32_t by_tables(uint32_t crc, const uint8_t *data, size_t size) {
    for (; size >= 8; data += 8, size -= 8) {
        crc ^= (uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 | (uint32_t)data[3] << 24;
        crc = tables[7][crc & 255] ^ tables[6][crc >> 8 & 255] ^ tables[5][crc >> 16 & 255] ^ tables[4][crc >> 24] ^
              tables[3][data[4]] ^ tables[2][data[5]] ^ tables[1][data[6]] ^ tables[0][data[7]];
    }
    for (; size > 0; data++, size--) crc = (crc >> 8) ^ tables[0][(crc ^ *data) & 255];
    return crc;
}

#if defined(__x86_64__)
// Folding by carry-less products (Gopal et al., "Fast CRC Computation for Generic Polynomials
// Using PCLMULQDQ", Intel 2009): 64 bytes a step, each lane moved 512 bits on by multiplying its
// halves with x^(512±32) mod P. `size` is a multiple of 16 and at least 64.
__attribute__((target("pclmul,sse4.1"))) static __m128i fold(__m128i lane, __m128i by, __m128i next) {
    __m128i low = _mm_clmulepi64_si128(lane, by, 0x00), high = _mm_clmulepi64_si128(lane, by, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

__attribute__((target("pclmul,sse4.1"))) static uint32_t by_pclmul(uint32_t crc, const uint8_t *data, size_t size) {
    const __m128i by512 = _mm_set_epi64x(0x1c6e41596, 0x154442bd4);
    const __m128i by128 = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
    const __m128i by64 = _mm_set_epi64x(0, 0x163cd6124);
    const __m128i barrett = _mm_set_epi64x(0x1f7011641, 0x1db710641);
    const __m128i low32 = _mm_set_epi32(0, -1, 0, -1);
    const __m128i *from = (const __m128i *)data;
    __m128i a = _mm_xor_si128(_mm_loadu_si128(from), _mm_cvtsi32_si128((int)crc));
    __m128i b = _mm_loadu_si128(from + 1), c = _mm_loadu_si128(from + 2), d = _mm_loadu_si128(from + 3);
    for (from += 4, size -= 64; size >= 64; from += 4, size -= 64) {
        a = fold(a, by512, _mm_loadu_si128(from));
        b = fold(b, by512, _mm_loadu_si128(from + 1));
        c = fold(c, by512, _mm_loadu_si128(from + 2));
        d = fold(d, by512, _mm_loadu_si128(from + 3));
    }
    a = fold(fold(fold(a, by128, b), by128, c), by128, d);
    for (; size >= 16; from++, size -= 16) a = fold(a, by128, _mm_loadu_si128(from));
    // 128 bits to 64, then to the remainder.
    a = _mm_xor_si128(_mm_srli_si128(a, 8), _mm_clmulepi64_si128(a, by128, 0x10));
    a = _mm_xor_si128(_mm_srli_si128(a, 4), _mm_clmulepi64_si128(_mm_and_si128(a, low32), by64, 0x00));
    __m128i t = _mm_clmulepi64_si128(_mm_and_si128(a, low32), barrett, 0x10);
    t = _mm_clmulepi64_si128(_mm_and_si128(t, low32), barrett, 0x00);
    return (uint32_t)_mm_extract_epi32(_mm_xor_si128(a, t), 1);
}
#elif defined(__ARM_FEATURE_CRC32)
static uint32_t by_instruction(uint32_t crc, const uint8_t *data, size_t size) {
    for (; size >= 8; data += 8, size -= 8) {
        uint64_t word;
        memcpy(&word, data, 8);
        crc = __crc32d(crc, word);
    }
    for (; size > 0; data++, size--) crc = __crc32b(crc, *data);
    return crc;
}
#endif

uint32_t strata_crc32_generic(uint32_t crc, const void *data, size_t size) {
    pthread_once(&once, prepare);
    return ~by_tables(~crc, data, size);
}

uint32_t strata_crc32(uint32_t crc, const void *data, size_t size) {
    pthread_once(&once, prepare);
    const uint8_t *bytes = data;
    crc = ~crc;
#if defined(__x86_64__)
    if (has_pclmul && size >= 64) {
        size_t folded = size & ~(size_t)15;
        crc = by_pclmul(crc, bytes, folded);
        bytes += folded;
        size -= folded;
    }
#elif defined(__ARM_FEATURE_CRC32)
    return ~by_instruction(crc, bytes, size);
#endif
    return ~by_tables(crc, bytes, size);
}
