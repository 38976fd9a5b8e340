// The checksum of ZIP files.
#ifndef STRATA_CRC32_H
#define STRATA_CRC32_H

#include <stddef.h>
#include <stdint.h>

// The CRC-32 of all bytes so far, where `crc` is the value after those before `data` (first: 0).
uint32_t strata_crc32(uint32_t crc, const void *data, size_t size);

// The same by tables alone, as where the processor has no instruction for it.
uint32_t strata_crc32_generic(uint32_t crc, const void *data, size_t size);

#endif
