#ifndef STRATA_IDENTITY_H
#define STRATA_IDENTITY_H

#include <stdint.h>

// 1, 2, 3, …: a new number at each call, from any thread.
uint64_t strata_next_identity(void);

#endif
