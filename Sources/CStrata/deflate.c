#include "strata_deflate.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

struct strata_inflater {
    z_stream stream;
};

static int window_bits(strata_deflate_format format) {
    switch (format) {
    case STRATA_DEFLATE_RAW: return -MAX_WBITS;
    case STRATA_DEFLATE_ZLIB: return MAX_WBITS;
    case STRATA_DEFLATE_GZIP: return MAX_WBITS + 16;
    }
    return MAX_WBITS;
}

static uInt chunk(size_t count) { return count < UINT_MAX ? (uInt)count : UINT_MAX; }

strata_inflater *strata_inflater_create(strata_deflate_format format) {
    strata_inflater *inflater = calloc(1, sizeof *inflater);
    if (inflater != NULL && inflateInit2(&inflater->stream, window_bits(format)) != Z_OK) {
        free(inflater);
        return NULL;
    }
    return inflater;
}

void strata_inflater_destroy(strata_inflater *inflater) {
    if (inflater != NULL) inflateEnd(&inflater->stream);
    free(inflater);
}

strata_inflate_status strata_inflate(strata_inflater *inflater, const void *input, size_t *input_count,
                                     void *output, size_t *output_count) {
    z_stream *stream = &inflater->stream;
    size_t input_left = *input_count, output_left = *output_count;
    stream->next_in = (Bytef *)input;  // zlib only reads it
    stream->next_out = output;
    int result = Z_OK;
    while (result == Z_OK && output_left > 0) {
        uInt in = chunk(input_left), out = chunk(output_left);
        stream->avail_in = in;
        stream->avail_out = out;
        result = inflate(stream, Z_NO_FLUSH);
        input_left -= in - stream->avail_in;
        output_left -= out - stream->avail_out;
    }
    *input_count -= input_left;
    *output_count -= output_left;
    if (result == Z_STREAM_END) return STRATA_INFLATE_END;
    // Z_BUF_ERROR is no error: there was nothing to be done.
    return result == Z_OK || result == Z_BUF_ERROR ? STRATA_INFLATE_MORE : STRATA_INFLATE_DAMAGED;
}

size_t strata_deflate_bound(size_t count) {
    // Stored blocks cost five bytes for each 16 KiB at the least; 64 for header, trailer and slack.
    return count + (count >> 10) + 64;
}

size_t strata_deflate(strata_deflate_format format, const void *input, size_t count, void *output,
                      size_t capacity) {
    z_stream stream = {0};
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits(format), 8,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return 0;
    stream.next_in = (Bytef *)input;
    stream.next_out = output;
    size_t input_left = count, output_left = capacity;
    int result = Z_OK;
    while (result == Z_OK) {
        uInt in = chunk(input_left), out = chunk(output_left);
        stream.avail_in = in;
        stream.avail_out = out;
        result = deflate(&stream, in == input_left ? Z_FINISH : Z_NO_FLUSH);
        input_left -= in - stream.avail_in;
        output_left -= out - stream.avail_out;
    }
    deflateEnd(&stream);
    return result == Z_STREAM_END ? capacity - output_left : 0;
}
