// Rows of a data set, converted to float and scaled.

// Unaligned, in the machine's byte order or the other one. (Swift's Bool and NumPy's bool are one
// byte, 0 or 1.)
#define GATHER_LOADER(name, type, bits, swap)                                   \
    INLINE float gather_##name(const uint8_t *p, bool swapped) {          \
        uint##bits##_t raw;                                                     \
        type value;                                                             \
        memcpy(&raw, p, sizeof raw);                                            \
        if (swapped) raw = swap(raw);                                           \
        memcpy(&value, &raw, sizeof value);                                     \
        return (float)value;                                                    \
    }
GATHER_LOADER(uint8, uint8_t, 8, )
GATHER_LOADER(int8, int8_t, 8, )
GATHER_LOADER(uint16, uint16_t, 16, __builtin_bswap16)
GATHER_LOADER(int16, int16_t, 16, __builtin_bswap16)
GATHER_LOADER(uint32, uint32_t, 32, __builtin_bswap32)
GATHER_LOADER(int32, int32_t, 32, __builtin_bswap32)
GATHER_LOADER(uint64, uint64_t, 64, __builtin_bswap64)
GATHER_LOADER(int64, int64_t, 64, __builtin_bswap64)
GATHER_LOADER(float32, float, 32, __builtin_bswap32)
GATHER_LOADER(float64, double, 64, __builtin_bswap64)
#undef GATHER_LOADER

INLINE float gather_bool(const uint8_t *p, bool swapped) {
    (void)swapped;
    return *p != 0;
}

// Half precision by integers: not every baseline processor converts it.
INLINE float gather_float16(const uint8_t *p, bool swapped) {
    uint16_t raw;
    memcpy(&raw, p, sizeof raw);
    if (swapped) raw = __builtin_bswap16(raw);
    uint32_t sign = (uint32_t)(raw & 0x8000) << 16, exponent = raw >> 10 & 31, fraction = raw & 0x3ff;
    float value = (float)fraction * 0x1p-24f;  // zero and denormals
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (exponent == 31)
        bits = 0x7f800000 | fraction << 13;
    else if (exponent > 0)
        bits = (exponent + 112) << 23 | fraction << 13;
    bits |= sign;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void gather(const void *args, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const strata_gather_args *a = args;
    static const uint8_t sizes[] = {1, 1, 2, 2, 4, 4, 8, 8, 2, 4, 8, 1};
    const int64_t columns = a->columns, pitch = columns * sizes[a->dtype];
    const float scale = a->scale;
    for (int64_t row = begin; row < end; row++) {
        const uint8_t *source = (const uint8_t *)a->source + (a->index ? a->index[row] : row) * pitch;
        float *result = a->result + row * columns;
        if (row + 1 < end) {  // the next row may be anywhere in the file
            const uint8_t *next = (const uint8_t *)a->source + (a->index ? a->index[row + 1] : row + 1) * pitch;
            for (int64_t i = 0; i < MIN(pitch, 4096); i += 64) __builtin_prefetch(next + i);
        }
        switch (a->dtype) {
// The compiler makes vectors of these loops; byte order is tested outside.
#define GATHER_CASE(NAME_OF_TYPE, name, size)                                                            \
    case STRATA_##NAME_OF_TYPE:                                                                          \
        if (a->swapped)                                                                                  \
            for (int64_t i = 0; i < columns; i++) result[i] = gather_##name(source + i * size, true) * scale;  \
        else                                                                                             \
            for (int64_t i = 0; i < columns; i++) result[i] = gather_##name(source + i * size, false) * scale; \
        break;
            GATHER_CASE(UINT8, uint8, 1)
            GATHER_CASE(INT8, int8, 1)
            GATHER_CASE(UINT16, uint16, 2)
            GATHER_CASE(INT16, int16, 2)
            GATHER_CASE(UINT32, uint32, 4)
            GATHER_CASE(INT32, int32, 4)
            GATHER_CASE(UINT64, uint64, 8)
            GATHER_CASE(INT64, int64, 8)
            GATHER_CASE(FLOAT16, float16, 2)
            GATHER_CASE(FLOAT32, float32, 4)
            GATHER_CASE(FLOAT64, float64, 8)
            GATHER_CASE(BOOL, bool, 1)
#undef GATHER_CASE
        }
    }
}

#define GATHER_KERNELS .gather = gather
