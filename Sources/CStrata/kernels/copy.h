#define COPY_KERNELS .name = ISA
