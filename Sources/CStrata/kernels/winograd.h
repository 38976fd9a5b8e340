#define WINOGRAD_KERNELS .name = ISA
