#define GATHER_KERNELS .name = ISA
