#define CONVOLUTION_KERNELS .conv_pack = NULL
