#ifndef STRATA_SHIMS_H
#define STRATA_SHIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What Swift cannot express well, or only differently on each system.

// ---- Memory -----------------------------------------------------------------------------------
// Zero-filled and 64-byte aligned; from 2 MiB on in pages of its own (huge ones where the system
// has them), which go back to the system at once. NULL if there is not enough memory.
void *strata_allocate(size_t bytes);
void strata_deallocate(void *pointer, size_t bytes);  // `bytes` as allocated; NULL is fine

// Physical memory of the process, in bytes; 0 if unknown.
int64_t strata_resident_bytes(void);
int64_t strata_peak_resident_bytes(void);

// ---- Interrupts -------------------------------------------------------------------------------
// After this the first SIGINT or SIGTERM only makes strata_interrupted() true; a second one of its
// kind kills.
void strata_interrupt_install(void);
bool strata_interrupted(void);

// ---- Surroundings -----------------------------------------------------------------------------
int32_t strata_terminal_columns(int fd);  // 0 if not a terminal
bool strata_is_optimized(void);           // whether the kernels were compiled with optimisation
void strata_lower_priority(void);         // other threads go before the calling one

#endif
