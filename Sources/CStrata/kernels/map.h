#define MAP_KERNELS .name = ISA
