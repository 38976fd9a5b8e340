// Chooses the instruction set at run time.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "strata_kernels.h"

extern const strata_kernels strata_table_baseline;
#if defined(__x86_64__)
extern const strata_kernels strata_table_avx2, strata_table_avx512;
#endif

static const strata_kernels *tables[3];
static int32_t table_count;
static const strata_kernels *active;
static pthread_once_t once = PTHREAD_ONCE_INIT;

#if defined(__x86_64__)
// __builtin_cpu_supports does not know "f16c" in the Clang of Swift 6.0.
static bool has_f16c(void) {
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_F16C);
}
#endif

static void choose(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && has_f16c();
    bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    if (avx512) tables[table_count++] = &strata_table_avx512;
    if (avx2) tables[table_count++] = &strata_table_avx2;
#endif
    tables[table_count++] = &strata_table_baseline;
    active = tables[0];
    const char *wanted = getenv("STRATA_ISA");
    for (int32_t i = 0; wanted && i < table_count; i++)
        if (strcmp(wanted, tables[i]->name) == 0) active = tables[i];
}

int32_t strata_kernels_count(void) {
    pthread_once(&once, choose);
    return table_count;
}

const strata_kernels *strata_kernels_at(int32_t index) {
    pthread_once(&once, choose);
    return index >= 0 && index < table_count ? tables[index] : NULL;
}

const strata_kernels *strata_kernels_active(void) {
    pthread_once(&once, choose);
    return active;
}
