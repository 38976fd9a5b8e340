#define GEMM_KERNELS .name = ISA
