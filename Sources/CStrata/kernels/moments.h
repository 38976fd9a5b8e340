#define MOMENTS_KERNELS .name = ISA
