import CStrata

/// A step being prepared: one kernel call, or a chain of them.
package struct StepDraft {
    /// A kernel, its arguments' bytes, and the values that its pointers mean; those are filled in when
    /// memory has been planned.
    struct Call {
        let kernel: strata_kernel
        var arguments: [UInt8]
        var pointers: [(offset: Int, value: Int)] = []
    }

    package let name: String
    var calls: [Call]
    var reads: [Int] = []
    var writes: [Int] = []
    /// Values that may share memory with an output: read elementwise, at the same place.
    var elementwiseReads: Set<Int> = []
    package var units = 1
    /// Units that belong to one partial sum stay in one task.
    var unitsPerPartial: Int?
    /// Units that go through a chain's calls together.
    var blockUnits: Int?
    /// Bytes that every image's unit reads: a packed kernel.
    var sharedBytes = 0
    /// What lets a step be chained, if its units are the images of a batch.
    var locality: Locality?
    var scratch = 0
    package var flops = 0
    package var note = ""
    /// The steps that a chain was made of, for printing.
    var parts: [StepDraft] = []

    /// An image's unit touches only that image's part of these values.
    struct Locality {
        var reads: Set<Int> = []
        var writes: Set<Int> = []
    }

    init<Arguments>(_ name: String, _ kernel: strata_kernel, _ arguments: Arguments) {
        self.name = name
        calls = [Call(kernel: kernel, arguments: withUnsafeBytes(of: arguments) { Array($0) })]
    }

    mutating func read<Arguments>(_ field: PartialKeyPath<Arguments>, _ value: Int) {
        read(offset: MemoryLayout<Arguments>.offset(of: field)!, value)
    }

    mutating func write<Arguments>(_ field: PartialKeyPath<Arguments>, _ value: Int) {
        write(offset: MemoryLayout<Arguments>.offset(of: field)!, value)
    }

    private mutating func read(offset: Int, _ value: Int) {
        calls[0].pointers.append((offset, value))
        reads.append(value)
    }

    private mutating func write(offset: Int, _ value: Int) {
        calls[0].pointers.append((offset, value))
        writes.append(value)
    }

    /// Reads a value through an element of an array of the arguments.
    mutating func read<Arguments, Element>(
        element: Int, of array: PartialKeyPath<Arguments>, _ field: PartialKeyPath<Element>,
        _ value: Int
    ) {
        read(offset: StepDraft.offset(element, array, field), value)
    }

    mutating func write<Arguments, Element>(
        element: Int, of array: PartialKeyPath<Arguments>, _ field: PartialKeyPath<Element>,
        _ value: Int
    ) {
        write(offset: StepDraft.offset(element, array, field), value)
    }

    private static func offset<Arguments, Element>(
        _ element: Int, _ array: PartialKeyPath<Arguments>, _ field: PartialKeyPath<Element>
    ) -> Int {
        MemoryLayout<Arguments>.offset(of: array)! + element * MemoryLayout<Element>.stride
            + MemoryLayout<Element>.offset(of: field)!
    }

    /// Says that units are images, and which values are read and written image by image.
    mutating func unitsAreImages(reads: [Int], writes: [Int]) {
        locality = Locality(reads: Set(reads), writes: Set(writes))
    }
}
