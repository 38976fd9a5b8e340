// All kernels for one instruction set, and their table.
#include "vector.h"

#include "gemm.h"
#include "winograd.h"
#include "winograd_staged.h"

#include "convolution.h"

#include "copy.h"
#include "gather.h"
#include "image_resize.h"
#include "jpeg_transform.h"
#include "jpeg_rows.h"
#include "map.h"
#include "moments.h"
#include "pooling.h"
#include "resampling.h"
#include "rows.h"

const strata_kernels NAME(strata_table) = {
    .name = ISA,
    .vector_width = VL,
    CONVOLUTION_KERNELS,
    GEMM_KERNELS,
    MAP_KERNELS,
    MOMENTS_KERNELS,
    POOLING_KERNELS,
    ROWS_KERNELS,
    COPY_KERNELS,
    GATHER_KERNELS,
    RESAMPLING_KERNELS,
    JPEG_KERNELS,
    IMAGE_RESIZE_KERNELS,
};
