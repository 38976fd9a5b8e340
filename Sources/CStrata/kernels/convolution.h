// Convolution: the plan of an algorithm, and the dispatch to it.
#include "convolution_tile.h"

#include "convolution_direct.h"
#include "convolution_kernel_gradient.h"
#include "convolution_product.h"
#include "depthwise.h"

#include "convolution_cost.h"

static bool conv_prepare(const strata_conv_shape *shape, strata_conv_pass pass, strata_conv_algorithm algorithm,
                         bool constant_kernel, int32_t threads, strata_conv_plan *plan) {
    if (algorithm == STRATA_CONV_AUTO) algorithm = conv_cheapest(shape, pass, constant_kernel);
    *plan = (strata_conv_plan){.pass = (int32_t)pass, .algorithm = (int32_t)algorithm};
    const bool gradient = pass == STRATA_CONV_KERNEL_GRADIENT;
    switch (algorithm) {
    case STRATA_CONV_WINOGRAD:
        if (!winograd_applies(shape)) return false;
        winograd_prepare(shape, pass, threads, plan);
        return true;
    case STRATA_CONV_WINOGRAD_STAGED:
        if (!winograd_applies(shape) || gradient) return false;
        winograd_staged_prepare(shape, pass, plan);
        return true;
    case STRATA_CONV_PRODUCT: return product_prepare(shape, pass, threads, plan);
    case STRATA_CONV_DEPTHWISE:
        if (!conv_is_depthwise(shape)) return false;
        depthwise_prepare(shape, pass, plan);
        return true;
    default:
        if (gradient)
            conv_direct_kernel_gradient_prepare(shape, plan);
        else
            conv_direct_prepare(shape, pass == STRATA_CONV_INPUT_GRADIENT, threads, plan);
        return true;
    }
}

static void conv_nothing(const void *pointer, int64_t begin, int64_t end, void *scratch) {
    (void)pointer, (void)begin, (void)end, (void)scratch;
}

// The four calls of each algorithm.
static const struct {
    strata_kernel pack, run, kernel_gradient, finish;
} conv_algorithms[] = {
    [STRATA_CONV_DIRECT] = {conv_direct_pack, conv_direct, conv_direct_kernel_gradient,
                            conv_direct_kernel_gradient_finish},
    [STRATA_CONV_WINOGRAD] = {winograd_pack, winograd_forward, winograd_kernel_gradient,
                              winograd_kernel_gradient_finish},
    [STRATA_CONV_WINOGRAD_STAGED] = {winograd_staged_pack, winograd_staged, conv_nothing, conv_nothing},
    [STRATA_CONV_PRODUCT] = {conv_nothing, product_forward, product_kernel_gradient, conv_nothing},
    [STRATA_CONV_DEPTHWISE] = {conv_nothing, depthwise, depthwise_kernel_gradient, depthwise_kernel_gradient_finish},
};

#define CONV_DISPATCH(name, call)                                                       \
    static void name(const void *pointer, int64_t begin, int64_t end, void *scratch) {  \
        const strata_conv_args *args = pointer;                                         \
        conv_algorithms[args->plan.algorithm].call(args, begin, end, scratch);          \
    }
CONV_DISPATCH(conv_pack, pack)
CONV_DISPATCH(conv_run, run)
CONV_DISPATCH(conv_kernel_gradient, kernel_gradient)
CONV_DISPATCH(conv_kernel_gradient_finish, finish)
#undef CONV_DISPATCH

#define CONVOLUTION_KERNELS                                                                          \
    .conv_pack = conv_pack, .conv_forward = conv_run, .conv_input_gradient = conv_run,               \
    .conv_kernel_gradient = conv_kernel_gradient,                                                    \
    .conv_kernel_gradient_finish = conv_kernel_gradient_finish, .conv_prepare = conv_prepare
