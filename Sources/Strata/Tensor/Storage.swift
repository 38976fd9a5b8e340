import CStrata

/// Memory that holds numbers: its own, or borrowed from an owner such as a mapped file.
package final class Storage: @unchecked Sendable {
    // Written only before it is shared, or by a plan that holds the only reference to it.
    package let pointer: UnsafeMutableRawPointer
    package let byteCount: Int
    private let owner: AnyObject?

    /// Allocates memory filled with zeros.
    package init(byteCount: Int) {
        guard let memory = strata_allocate(max(byteCount, 1)) else {
            fatalError("Out of memory: \(byteCount) bytes could not be allocated.")
        }
        pointer = memory
        self.byteCount = byteCount
        owner = nil
    }

    /// Borrows memory that `owner` keeps alive and that nobody writes.
    package init(borrowing pointer: UnsafeRawPointer, byteCount: Int, owner: AnyObject) {
        self.pointer = UnsafeMutableRawPointer(mutating: pointer)
        self.byteCount = byteCount
        self.owner = owner
    }

    deinit { if owner == nil { strata_deallocate(pointer, byteCount) } }

    package convenience init(floats: [Float]) {
        self.init(byteCount: floats.count * 4)
        floats.withUnsafeBytes {
            if $0.count > 0 { pointer.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        }
    }

    package var floats: UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(
            start: pointer.assumingMemoryBound(to: Float.self), count: byteCount / 4)
    }

    /// Whether the memory is the storage's own, so that whoever holds the only reference may write to it.
    package var isOwned: Bool { owner == nil }

    package func copy() -> Storage {
        let copy = Storage(byteCount: byteCount)
        copy.pointer.copyMemory(from: pointer, byteCount: byteCount)
        return copy
    }
}
