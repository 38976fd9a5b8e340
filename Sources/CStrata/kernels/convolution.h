// Convolution: the choice of an algorithm, and the dispatch to it.
#include "convolution_tile.h"

#include "convolution_direct.h"
#include "convolution_kernel_gradient.h"
#include "depthwise.h"

static bool conv_prepare(const strata_conv_shape *shape, strata_conv_pass pass, strata_conv_algorithm algorithm,
                         strata_conv_plan *plan) {
    *plan = (strata_conv_plan){.pass = pass};
    if (algorithm == STRATA_CONV_WINOGRAD || (algorithm == STRATA_CONV_AUTO && winograd_pays(shape, pass))) {
        plan->algorithm = STRATA_CONV_WINOGRAD;
        return winograd_prepare(shape, pass, plan);
    }
    const bool per_channel = conv_is_depthwise(shape);
    if (algorithm == STRATA_CONV_DEPTHWISE && !per_channel) return false;
    if (per_channel && algorithm != STRATA_CONV_DIRECT && algorithm != STRATA_CONV_POINTWISE) {
        plan->algorithm = STRATA_CONV_DEPTHWISE;
        depthwise_prepare(shape, pass, plan);
        return true;
    }
    // A 1x1 convolution is a matrix product of all pixels, and direct convolution does it as that.
    const bool pointwise = conv_is_pointwise(shape);
    if (algorithm == STRATA_CONV_POINTWISE && !pointwise) return false;
    plan->algorithm = pointwise && algorithm != STRATA_CONV_DIRECT ? STRATA_CONV_POINTWISE : STRATA_CONV_DIRECT;
    if (pass == STRATA_CONV_KERNEL_GRADIENT)
        conv_direct_kernel_gradient_prepare(shape, plan);
    else
        conv_direct_prepare(shape, pass == STRATA_CONV_INPUT_GRADIENT, plan);
    return true;
}

#define CONV_DISPATCH(name, direct, winograd, depthwise)                                   \
    static void name(const void *pointer, int64_t begin, int64_t end, void *scratch) {     \
        const strata_conv_args *args = pointer;                                            \
        switch (args->plan.algorithm) {                                                    \
        case STRATA_CONV_WINOGRAD: winograd(args, begin, end, scratch); break;             \
        case STRATA_CONV_DEPTHWISE: depthwise(args, begin, end, scratch); break;           \
        default: direct(args, begin, end, scratch);                                        \
        }                                                                                  \
    }

CONV_DISPATCH(conv_pack, conv_direct_pack, winograd_pack, conv_direct_pack)  // depthwise packs nothing
CONV_DISPATCH(conv_run, conv_direct, winograd_forward, depthwise)
CONV_DISPATCH(conv_kernel_gradient, conv_direct_kernel_gradient, winograd_kernel_gradient, depthwise_kernel_gradient)
CONV_DISPATCH(conv_kernel_gradient_finish, conv_direct_kernel_gradient_finish, winograd_kernel_gradient_finish,
              depthwise_kernel_gradient_finish)
#undef CONV_DISPATCH

#define CONVOLUTION_KERNELS                                                                          \
    .conv_pack = conv_pack, .conv_forward = conv_run, .conv_input_gradient = conv_run,               \
    .conv_kernel_gradient = conv_kernel_gradient,                                                    \
    .conv_kernel_gradient_finish = conv_kernel_gradient_finish, .conv_prepare = conv_prepare
