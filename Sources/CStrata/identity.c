#include "strata_identity.h"

#include <stdatomic.h>

uint64_t strata_next_identity(void) {
    static atomic_uint_fast64_t last;
    return atomic_fetch_add_explicit(&last, 1, memory_order_relaxed) + 1;
}
