/// The contents of an HDF5 file to be written: nested groups with arrays and attributes.
package struct HDF5Tree {
    /// The name of the group; that of the root is not used.
    package var name: String
    package var groups: [HDF5Tree] = []
    package var arrays: [(name: String, array: ArrayData)] = []
    package var attributes: [(name: String, text: String)] = []

    package init(_ name: String = "") { self.name = name }

    /// Makes a tree of arrays named by paths such as `layers/conv2d/vars/0`.
    package init(_ arrays: [NamedArray]) {
        self.init()
        for array in arrays { insert(array.array, at: array.name) }
    }

    /// Inserts an array at a path, creating missing groups.
    package mutating func insert(_ array: ArrayData, at path: String) {
        insert(array, at: path.split(separator: "/")[...])
    }

    private mutating func insert(_ array: ArrayData, at path: ArraySlice<Substring>) {
        guard let first = path.first.map(String.init), path.count > 1 else {
            arrays.append((path.joined(), array))
            return
        }
        let index: Int
        if let last = groups.indices.last, groups[last].name == first {
            index = last  // the usual case: arrays come group by group
        } else if let found = groups.firstIndex(where: { $0.name == first }) {
            index = found
        } else {
            index = groups.endIndex
            groups.append(HDF5Tree(first))
        }
        groups[index].insert(array, at: path.dropFirst())
    }
}
