// What is done with what was read, here and under libFuzzer, where the readers are not a module.
#if canImport(Strata)
    import Strata
#endif

/// Reads all that a group has.
func use(_ group: HDF5Group) {
    for name in ["name", "names", "fixed_names", "number", "layer_names"] {
        _ = try? group.attribute(name)
    }
    for name in group.names {
        if let inner = group.group(name) {
            use(inner)
        } else if let array = try? group.array(name) {
            use(array)
        }
    }
}

/// Reads all elements of an array, unless it is one that a small file may well have but that takes
/// long.
func use(_ array: ArrayData) {
    guard array.count < 1 << 20 else { return }
    precondition(array.floats().count == array.count)
}
