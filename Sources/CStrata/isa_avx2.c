// The kernels compiled for AVX2.
#include <math.h>
#include <string.h>

#include "strata_kernels.h"

#if defined(__x86_64__)
#define VL 8
#define NAME(x) x##_avx2
#define ISA "avx2"
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#include "kernels/table.h"

#pragma clang attribute pop
#else
typedef int strata_not_x86;  // a file may not be empty
#endif
