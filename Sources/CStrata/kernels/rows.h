#define ROWS_KERNELS .name = ISA
