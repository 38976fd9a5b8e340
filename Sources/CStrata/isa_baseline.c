// The instruction set every processor of its kind has: SSE2 on x86-64, NEON on arm64.
#include <math.h>
#include <string.h>

#include "strata_kernels.h"

#define VL 4
#define NAME(x) x##_baseline
#if defined(__aarch64__)
#define ISA "neon"
#else
#define ISA "sse2"
#endif

#include "kernels/table.h"
