// The kernels compiled for AVX512.
#include <math.h>
#include <string.h>

#include "strata_kernels.h"

#if defined(__x86_64__)
#define VL 16
#define NAME(x) x##_avx512
#define ISA "avx512"
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c"))), apply_to = function)

#include "kernels/table.h"

#pragma clang attribute pop
#else
typedef int strata_not_x86;  // a file may not be empty
#endif
