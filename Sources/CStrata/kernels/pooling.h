#define POOLING_KERNELS .name = ISA
