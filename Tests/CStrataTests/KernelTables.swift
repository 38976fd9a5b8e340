import CStrata

/// The kernel tables this processor can run; every kernel test goes through all of them.
var kernelTables: [UnsafePointer<strata_kernels>] {
    (0..<strata_kernels_count()).map { strata_kernels_at($0)! }
}
