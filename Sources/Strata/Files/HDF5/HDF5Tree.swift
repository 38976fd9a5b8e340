/// What an HDF5 file is to consist of: groups within groups, with arrays and attributes.
package struct HDF5Tree {
    /// The group's name; that of the root does not matter.
    package var name: String
    package var groups: [HDF5Tree] = []
    package var arrays: [(name: String, array: ArrayData)] = []
    package var attributes: [(name: String, text: String)] = []

    package init(_ name: String = "") { self.name = name }

    /// A tree of `arrays` that are named by paths such as `layers/conv2d/vars/0`.
    package init(_ arrays: [NamedArray]) {
        self.init()
        for array in arrays { insert(array.array, at: array.name) }
    }

    /// Puts an array at a path, in groups that are made where they are missing.
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
            index = last  // as a rule: arrays come group by group
        } else if let found = groups.firstIndex(where: { $0.name == first }) {
            index = found
        } else {
            index = groups.endIndex
            groups.append(HDF5Tree(first))
        }
        groups[index].insert(array, at: path.dropFirst())
    }
}
