#include "strata_operations.h"

const strata_op_row *strata_op_at(int32_t op) {
    static const strata_op_row rows[] = {
#define X(name, inputs, value) {#name, inputs},
        STRATA_ELEMENTWISE(X)
        STRATA_RANDOM(X)
#undef X
    };
    return &rows[op];
}
