#ifndef STRATA_KERNELS_H
#define STRATA_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Does units [begin, end). `scratch` is this thread's own, 64-byte aligned, as large as the
// kernel's plan asked for.
typedef void (*strata_kernel)(const void *args, int64_t begin, int64_t end, void *scratch);

// ---- Convolution ------------------------------------------------------------------------------
// x [n, h, w, c], kernel [r, s, c / groups, k], y [n, oh, ow, k]; out-of-range pixels are zero.

typedef struct {
    int32_t n, h, w, c;
    int32_t oh, ow, k;
    int32_t r, s;
    int32_t stride_h, stride_w, dilation_h, dilation_w;
    int32_t pad_top, pad_left;  // bottom and right follow from oh and ow
    int32_t groups;
} strata_conv_shape;

typedef enum { STRATA_CONV_FORWARD, STRATA_CONV_INPUT_GRADIENT, STRATA_CONV_KERNEL_GRADIENT } strata_conv_pass;

typedef enum {
    STRATA_CONV_AUTO,
    STRATA_CONV_DIRECT,
    STRATA_CONV_WINOGRAD,   // F(4x4, 3x3)
    STRATA_CONV_POINTWISE,  // 1x1 as a matrix product
    STRATA_CONV_DEPTHWISE,  // a kernel for each channel: groups == c == k
} strata_conv_algorithm;

typedef enum { STRATA_ACTIVATION_NONE, STRATA_ACTIVATION_RELU, STRATA_ACTIVATION_RELU6 } strata_activation;

// How one pass is done. Filled by conv_prepare from shapes alone.
typedef struct {
    int32_t pass, algorithm;
    int64_t packed_size;   // floats of the packed or transformed kernel; 0 where `w` is read as it is
    int64_t pack_units;    // units of conv_pack
    int64_t units;         // units of the main call: images * bands, or output blocks
    int32_t bands;         // units per image; 1 where a unit is an image; 0 where units are not images
    int64_t scratch_size;  // bytes a thread needs, for any of the calls
    // Kernel gradient: images are cut into `partials` groups of `images_per_partial`; unit = image;
    // group g is summed into partial + g * partial_size, begun (not added to) by the group's first
    // image, and conv_kernel_gradient_finish adds them up in order. partials == 0: units are output
    // blocks, written straight to dw.
    int64_t partials, images_per_partial, partial_size, finish_units;
    int64_t tuning[8];  // the kernels' own: block sizes
} strata_conv_plan;

typedef struct {
    strata_conv_shape shape;
    strata_conv_plan plan;
    const float *x;     // forward, kernel gradient
    const float *w;     // conv_pack
    float *packed;      // made by conv_pack, read by forward and input gradient
    const float *bias;  // forward, [k] or NULL
    int32_t activation; // forward
    float *y;           // forward: result. Gradients: dy, read only
    float *dx;          // input gradient: result
    float *partial;     // kernel gradient
    float *dw;          // kernel gradient: result
} strata_conv_args;

// ---- Matrix product -----------------------------------------------------------------------------
// c[m, n] = op(a)[m, k] * op(b)[k, n] (+ bias[n], activation), all row-major and dense:
// a is [m, k], or [k, m] if transpose_a; b is [k, n], or [n, k] if transpose_b.

typedef struct {
    int64_t m, n, k;
    int32_t transpose_a, transpose_b;
    int32_t activation;
    int64_t tile_m, tile_n;  // a unit is a tile, row-major over the grid of tiles; tile_n == 0: a unit is a row
    int64_t scratch_size;    // bytes a thread needs, filled by gemm_prepare
    int64_t units;           // filled by gemm_prepare
    const float *a, *b, *bias;
    float *c;
} strata_gemm_args;

// ---- Elementwise programs with reductions -------------------------------------------------------
// A program runs over an iteration space of `rank` dimensions (outermost first) in row-major order,
// a block of elements at a time; its registers are blocks that stay in the first-level cache.

// X(name, inputs): the table of elementwise operations. Comparisons give 1 or 0.
#define STRATA_OPS(X) \
    X(copy, 1) X(negate, 1) X(abs, 1) X(sign, 1) X(exp, 1) X(expm1, 1) X(log, 1) X(log1p, 1) \
    X(sqrt, 1) X(rsqrt, 1) X(square, 1) X(reciprocal, 1) X(floor, 1) X(round, 1) \
    X(sin, 1) X(cos, 1) X(erf, 1) X(relu, 1) X(sigmoid, 1) X(tanh, 1) X(softplus, 1) X(is_finite, 1) \
    X(add, 2) X(subtract, 2) X(multiply, 2) X(divide, 2) X(maximum, 2) X(minimum, 2) X(power, 2) \
    X(equal, 2) X(greater, 2) X(greater_equal, 2) \
    X(relu_gradient, 2)     /* (g, y): y > 0 ? g : 0 */ \
    X(sigmoid_gradient, 2)  /* (g, y): g * y * (1 - y) */ \
    X(tanh_gradient, 2)     /* (g, y): g * (1 - y * y) */ \
    X(multiply_add, 3)      /* (a, b, c): a * b + c */ \
    X(select, 3)            /* (condition, a, b): condition != 0 ? a : b */ \
    X(random_uniform, 1)    /* input: a STRATA_OPERAND_KEY; uniform in [0, 1) by element position */ \
    X(random_normal, 1)     /* likewise, standard normal */

typedef enum {
#define X(name, inputs) STRATA_OP_##name,
    STRATA_OPS(X)
#undef X
    STRATA_OP_count
} strata_op;

#define STRATA_MAX_RANK 6
#define STRATA_MAX_INPUTS 16
#define STRATA_MAX_OUTPUTS 8
#define STRATA_MAX_REDUCTIONS 4
#define STRATA_MAX_INSTRUCTIONS 64
#define STRATA_MAX_REGISTERS 24

typedef enum {
    STRATA_OPERAND_FULL,      // dense, the shape of the iteration space
    STRATA_OPERAND_SCALAR,    // one float
    STRATA_OPERAND_PERIODIC,  // dense over the trailing dimensions, `period` floats, repeated
    STRATA_OPERAND_STRIDED,   // any broadcast: a stride (in floats, 0 where broadcast) a dimension
    STRATA_OPERAND_KEY,       // four uint32: the key of a random instruction; no block is loaded
} strata_operand_kind;

typedef struct {
    const void *pointer;
    int32_t kind;
    int64_t period;
    int64_t stride[STRATA_MAX_RANK];
} strata_operand;

// Sources: 0 ..< STRATA_MAX_INPUTS name inputs; STRATA_MAX_INPUTS + i names register i.
typedef struct {
    uint8_t op, destination;  // destination: a register
    uint8_t source[3];
} strata_instruction;

typedef struct {
    float *pointer;    // dense, the shape of the iteration space
    uint8_t source;    // input or register
} strata_map_output;

typedef enum { STRATA_REDUCE_SUM, STRATA_REDUCE_MAX, STRATA_REDUCE_MIN } strata_reduction_kind;

// The iteration space seen as [outer, mid, inner] is reduced over mid.
typedef struct {
    float *pointer;    // partials == 0: result [outer, inner]. Otherwise [partials, inner], see below
    uint8_t source;
    uint8_t kind;
} strata_map_reduction;

typedef struct {
    int32_t rank, input_count, instruction_count, register_count, output_count, reduction_count;
    int64_t dims[STRATA_MAX_RANK];
    int64_t unit_elements;  // elements per unit; the last unit may be short
    // Reductions. With partials == 0 a unit is a whole number of outer slices and the result is
    // final. Otherwise outer == 1, a unit is a whole number of rows of `inner`, unit u belongs to
    // partial u / units_per_partial, and the partial's first unit begins it, later ones add to it;
    // `combine` then joins the partials in order.
    int64_t outer, mid, inner;
    int64_t partials, units_per_partial;
    strata_operand inputs[STRATA_MAX_INPUTS];
    strata_instruction instructions[STRATA_MAX_INSTRUCTIONS];
    strata_map_output outputs[STRATA_MAX_OUTPUTS];
    strata_map_reduction reductions[STRATA_MAX_REDUCTIONS];
} strata_map_args;

// Combines reduction partials, [partials, inner] to [inner]; a unit is 1,024 results.
typedef struct {
    int64_t partials, inner;
    int32_t kind;
    const float *partial;
    float *result;
} strata_combine_args;

// ---- Moments: mean and biased variance of each column of x [rows, columns] ----------------------
// moments: a unit is `unit_rows` rows and writes its own partial (mean, sum of squared deviations),
// [units, 2, columns]; moments_finish (one unit) merges them in order by Chan's formula.
typedef struct {
    int64_t rows, columns, unit_rows;
    const float *x;
    float *partial;
    float *mean, *variance;
} strata_moments_args;

// ---- Pooling ------------------------------------------------------------------------------------
// x [n, h, w, c] to y [n, oh, ow, c]; a unit is an image (bands as in strata_conv_plan). Cells
// outside the image do not count, neither for the maximum nor for the average.
typedef struct {
    int32_t n, h, w, c, oh, ow;
    int32_t r, s, stride_h, stride_w, pad_top, pad_left;
    int32_t bands;       // forward only: a unit is one of `bands` cuts of an image's output rows
    const float *x;
    float *y;            // forward: result
    uint16_t *argument;  // max: the winner's place in its window, row-major, the first if equal; may be NULL forward
    const float *dy;     // gradients
    float *dx;           // gradients: result
} strata_pool_args;

// ---- Rows: softmax and its cross-entropy, argmax -------------------------------------------------
// A unit is a row of [rows, columns].
typedef struct {
    int64_t rows, columns;
    const float *x;
    const float *target;    // cross-entropy: [rows, columns]; or [rows] of class numbers if sparse
    int32_t sparse, logarithm;  // logarithm: softmax gives log-softmax
    const float *dy;        // gradients: of softmax [rows, columns]; of cross-entropy [rows]
    const float *y;         // softmax gradient: the softmax
    float *loss;            // cross-entropy: [rows]
    float *result;          // softmax, or its gradient; cross-entropy: the softmax; argmax: [rows]
} strata_rows_args;

// ---- Copies -------------------------------------------------------------------------------------
// destination[offset by strides] = source[by strides] over dims; transpose, slice, pad (after a
// fill), concatenate and broadcast are all this. A unit is one index of dims[0].
typedef struct {
    int32_t rank;
    int64_t dims[STRATA_MAX_RANK], source_stride[STRATA_MAX_RANK], destination_stride[STRATA_MAX_RANK];
    int64_t source_offset, destination_offset;  // floats
    const float *source;
    float *destination;
} strata_copy_args;

typedef struct {
    int64_t count;  // a unit is 4,096 floats
    float value;
    float *destination;
} strata_fill_args;

// ---- A batch from a data set ----------------------------------------------------------------------
// result[i, :] = source[index[i], :] * scale, converted to float; a unit is a row. Byte order is the
// machine's unless `swapped`.
typedef enum {
    STRATA_UINT8, STRATA_INT8, STRATA_UINT16, STRATA_INT16, STRATA_UINT32, STRATA_INT32,
    STRATA_UINT64, STRATA_INT64, STRATA_FLOAT16, STRATA_FLOAT32, STRATA_FLOAT64, STRATA_BOOL
} strata_dtype;

typedef struct {
    int64_t rows, columns;
    int32_t dtype, swapped;
    float scale;
    const void *source;
    const int64_t *index;  // NULL: row i is row i
    float *result;
} strata_gather_args;

// ---- Resampling -----------------------------------------------------------------------------------
// x [n, h, w, c] to y [n, oh, ow, c]. In edges, of which pixel k has k and k + 1, output pixel (i, j) is
// read at row map[0] + (i + 1/2) * map[1] + (j + 1/2) * map[2], and at a column likewise by map[3] to
// map[5]. A unit is an image.
typedef enum {
    STRATA_BORDER_CONSTANT,  // k k | a b c d | k k, k = fill
    STRATA_BORDER_NEAREST,   // a a | a b c d | d d
    STRATA_BORDER_REFLECT,   // b a | a b c d | d c
    STRATA_BORDER_WRAP,      // c d | a b c d | a b
} strata_border;

// What an output position reads along an axis: two places and their weights; place -1 is the fill.
typedef struct {
    int32_t place[2];
    float weight[2];
} strata_resample_tap;

typedef struct {
    int32_t h, w, c, oh, ow;
    int32_t border, bilinear;  // bilinear == 0: the nearest pixel
    float fill;
    int64_t map_stride;  // floats from an image's map to the next one's; 0 where all have the same
    const float *map;
    const float *x;
    float *y;
    const float *dy;  // gradient
    float *dx;        // gradient: result
} strata_resample_args;

// ---- Pictures ---------------------------------------------------------------------------------------
// Coefficients of JPEG to samples; a unit is a row of blocks. Quantization and coefficients are in rows.
typedef struct {
    const int16_t *coefficients;   // [rows, columns, 64]
    const uint16_t *quantization;  // [64]
    int64_t columns;
    int32_t size;                  // samples a side that a block gets: 8, 4, 2 or 1
    uint8_t *samples;              // [rows * size, stride]: result
    int64_t stride;
} strata_jpeg_transform_args;

typedef enum {
    STRATA_JPEG_GREY, STRATA_JPEG_RGB, STRATA_JPEG_YCC, STRATA_JPEG_CMYK, STRATA_JPEG_YCCK
} strata_jpeg_colors;

// The samples of a component. Vectors are read beyond the end of a row: 63 bytes after the last row must
// be readable.
typedef struct {
    const uint8_t *samples;
    int64_t stride;
    int32_t width, height;        // those of the picture
    int32_t expand_h, expand_v;   // how many pixels a sample is for
    bool smooth;                  // doubled by a triangle filter
} strata_jpeg_plane;

// Samples of JPEG to pixels; a unit is a row. Scratch: 6 * (width + 128) bytes.
typedef struct {
    strata_jpeg_plane planes[4];
    int32_t colors;
    int64_t width;
    uint8_t *result;  // [height, width, 1 if grey, otherwise 3]
} strata_jpeg_rows_args;

// x [h, w, c] to y [oh, ow, c], 1 to 4 channels of bytes; a unit is a row of y. Row i is the sum of
// row_taps rows of x, from row_first[i] on, times row_weights[i, :]; columns likewise. Scratch: w * c + 32
// floats.
typedef struct {
    int32_t w, c, ow;
    int32_t row_taps, column_taps;
    const int32_t *row_first, *column_first;
    const float *row_weights, *column_weights;
    const uint8_t *x;
    uint8_t *y;
} strata_image_resize_args;

// ---- The table, one for each instruction set -------------------------------------------------------

typedef struct {
    const char *name;      // "sse2", "avx2", "avx512", "neon"
    int32_t vector_width;  // floats
    strata_kernel conv_pack, conv_forward, conv_input_gradient, conv_kernel_gradient, conv_kernel_gradient_finish;
    strata_kernel gemm;
    strata_kernel map, combine;
    strata_kernel moments, moments_finish;
    strata_kernel max_pool, max_pool_gradient, average_pool, average_pool_gradient;
    strata_kernel softmax, softmax_gradient, cross_entropy, cross_entropy_gradient, argmax;
    strata_kernel copy, fill, gather;
    strata_kernel resample, resample_gradient;  // scratch: 2 ow taps
    strata_kernel jpeg_transform, jpeg_rows, image_resize;
    // Chooses block sizes; `algorithm` other than AUTO forces one where the shape allows it
    // (otherwise false). Never fails with AUTO.
    bool (*conv_prepare)(const strata_conv_shape *shape, strata_conv_pass pass, strata_conv_algorithm algorithm,
                         strata_conv_plan *plan);
    void (*gemm_prepare)(strata_gemm_args *args, bool by_rows);
    int64_t (*map_scratch_size)(const strata_map_args *args);
} strata_kernels;

// The tables this processor can run, best first.
int32_t strata_kernels_count(void);
const strata_kernels *strata_kernels_at(int32_t index);
// The best, or the one STRATA_ISA names if the processor has it. Chosen once.
const strata_kernels *strata_kernels_active(void);

#endif
