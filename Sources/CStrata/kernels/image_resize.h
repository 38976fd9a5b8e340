// Resizing of pictures of bytes: each new pixel is a weighted sum of old ones, first along columns, then
// along rows.

typedef uint8_t byte_vec __attribute__((vector_size(VL), aligned(1)));
typedef float pixel_vec __attribute__((vector_size(16), aligned(4)));

static void image_resize(const void *args, int64_t begin, int64_t end, void *scratch) {
    const strata_image_resize_args *a = args;
    const int64_t length = (int64_t)a->w * a->c;
    float *sums = scratch;
    for (int64_t y = begin; y < end; y++) {
        const float *weights = a->row_weights + y * a->row_taps;
        const uint8_t *x = a->x + a->row_first[y] * length;
        for (int64_t i = 0; i < length; i += VL) {
            vec sum = {0};
            if (length - i >= VL) {
                for (int32_t t = 0; t < a->row_taps; t++)
                    sum += weights[t] * __builtin_convertvector(*(const byte_vec *)(x + t * length + i), vec);
            } else {
                for (int32_t t = 0; t < a->row_taps; t++)
                    for (int64_t j = i; j < length; j++) sum[j - i] += weights[t] * (float)x[t * length + j];
            }
            store(sums + i, sum);
        }
        // The lanes are the channels of a pixel; those too many belong to the next one and are not used.
        uint8_t *result = a->y + y * a->ow * a->c;
        for (int32_t column = 0; column < a->ow; column++) {
            const float *source = sums + (int64_t)a->column_first[column] * a->c;
            const float *weight = a->column_weights + (int64_t)column * a->column_taps;
            pixel_vec sum = {0.5f, 0.5f, 0.5f, 0.5f};
            for (int32_t t = 0; t < a->column_taps; t++) sum += weight[t] * *(const pixel_vec *)(source + t * a->c);
            for (int32_t channel = 0; channel < a->c; channel++)
                *result++ = (uint8_t)MAX(MIN(sum[channel], 255.0f), 0.0f);
        }
    }
}

#define IMAGE_RESIZE_KERNELS .image_resize = image_resize
