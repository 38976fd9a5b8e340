// Arithmetic over pointers for the Swift library Strata.
//
// Every kernel has one signature: it does the units [begin, end) of the work that `args`
// describes. The caller decides how units are cut into tasks, from shapes alone, so that a result
// never depends on the number of threads. Kernels do not allocate, lock or fail.
#ifndef CSTRATA_H
#define CSTRATA_H

#include "strata_crc32.h"
#include "strata_deflate.h"
#include "strata_identity.h"
#include "strata_kernels.h"
#include "strata_pool.h"
#include "strata_shims.h"

#endif
