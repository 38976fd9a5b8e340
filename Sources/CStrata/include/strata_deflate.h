#ifndef STRATA_DEFLATE_H
#define STRATA_DEFLATE_H

#include <stddef.h>
#include <stdint.h>

// The system's zlib, whose own interface is macros and 32-bit counts.

// How the compressed bytes are wrapped.
typedef enum {
    STRATA_DEFLATE_RAW,   // not at all, as in ZIP files
    STRATA_DEFLATE_ZLIB,  // as in PNG and HDF5 files
    STRATA_DEFLATE_GZIP,  // as in .gz files
} strata_deflate_format;

typedef enum {
    STRATA_INFLATE_MORE,     // the output is full, or all input is used up
    STRATA_INFLATE_END,      // the compressed data end here, and their checksum is right
    STRATA_INFLATE_DAMAGED,  // they are not compressed data, or the checksum differs
} strata_inflate_status;

typedef struct strata_inflater strata_inflater;

// NULL if there is not enough memory.
strata_inflater *strata_inflater_create(strata_deflate_format format);
void strata_inflater_destroy(strata_inflater *inflater);

// Goes on from where the last call stopped. *input_count and *output_count become what was read
// and written.
strata_inflate_status strata_inflate(strata_inflater *inflater, const void *input, size_t *input_count,
                                     void *output, size_t *output_count);

// Compresses, and returns how many bytes that made; 0 if they are more than `capacity`. What
// strata_deflate_bound says always suffices.
size_t strata_deflate_bound(size_t count);
size_t strata_deflate(strata_deflate_format format, const void *input, size_t count, void *output,
                      size_t capacity);

#endif
