import Foundation

/// Reads HDF5 files as h5py writes them: groups, arrays of numbers, attributes.
///
/// The file is used in place. Nothing in it is trusted: addresses beyond its end, cyclic trees and excessive
/// sizes are errors, and the memory used is limited (see ``HDF5Bytes`` and ``HDF5Dataset``). Links to other
/// objects and files are not followed.
package struct HDF5Reader {
    package let root: HDF5Group

    /// - Parameters:
    ///   - storage: bytes that contain the file.
    ///   - offset: the offset of the file in `storage`.
    ///   - count: the number of bytes of the file; by default up to the end.
    ///   - name: the name of the file in errors.
    package init(
        _ storage: FileBytes, offset: Int = 0, count: Int? = nil, name: String
    ) throws {
        let count = count ?? storage.count - offset
        let whole = UnsafeRawBufferPointer(rebasing: storage.bytes[offset..<offset + count])
        let start = Self.start(of: whole) ?? 0
        let file = HDF5File(
            storage: storage, offset: offset + start, count: count - start, name: name)
        root = try file.reading { bytes in
            let address = try Self.rootAddress(&bytes)
            guard
                case .group(let root) = try HDF5Object(
                    &bytes, at: address, in: file, path: "", depth: 0)
            else { throw StrataError("it does not begin with a group") }
            return root
        }
    }

    package init(path: String) throws {
        try self.init(FileBytes(path: path), name: path)
    }

    private static let signature: [UInt8] = [0x89] + "HDF\r\n\u{1a}\n".utf8

    /// Whether a file is an HDF5 file by its signature.
    static func isHDF5(_ file: FileBytes) -> Bool { start(of: file.bytes) != nil }

    /// Where the signature is: at the beginning, or after a block of the user's own, of 512 bytes or a
    /// double, a double of that, …
    private static func start(of bytes: UnsafeRawBufferPointer) -> Int? {
        var start = 0
        while let found = bytes.slice(at: start, count: signature.count) {
            if found.elementsEqual(signature) { return start }
            guard start < bytes.count / 2 else { return nil }
            start = max(512, 2 * start)
        }
        return nil
    }

    /// The address of the header of the root group.
    private static func rootAddress(_ bytes: inout HDF5Bytes) throws -> UInt64 {
        guard bytes.count >= 9, try bytes.data(at: 0, count: 8).elementsEqual(signature) else {
            throw StrataError("it does not start with \\x89HDF")
        }
        let version = try bytes.data(at: 8, count: 1)[0]
        guard version < 4 else {
            throw StrataError("its format version is \(version), and 0 to 3 are known")
        }
        return try version < 2 ? oldRoot(&bytes, version: version) : newRoot(&bytes)
    }

    private static func oldRoot(_ bytes: inout HDF5Bytes, version: UInt8) throws -> UInt64 {
        var block = try bytes.structure(at: 9, count: version == 0 ? 87 : 91)
        try block.skip(4)
        try checkSizes(&block)
        try block.skip(version == 0 ? 9 : 13)
        let base = try block.read(UInt64.self)
        try block.skip(8)
        try checkEnd(try block.read(), base: base, bytes)
        try block.skip(16)
        return try block.read(UInt64.self)
    }

    private static func newRoot(_ bytes: inout HDF5Bytes) throws -> UInt64 {
        var block = try bytes.structure(at: 9, count: 39)
        try checkSizes(&block)
        try block.skip(1)
        let base = try block.read(UInt64.self)
        try block.skip(8)
        try checkEnd(try block.read(), base: base, bytes)
        return try block.read(UInt64.self)
    }

    private static func checkSizes(_ block: inout ByteCursor) throws {
        guard try block.read(UInt8.self) == 8, try block.read(UInt8.self) == 8 else {
            throw StrataError("its addresses are not of 64 bits")
        }
    }

    /// - Parameter base: the bytes before the signature, which the end counts too.
    private static func checkEnd(_ end: UInt64, base: UInt64, _ bytes: HDF5Bytes) throws {
        guard end >= base, end - base <= bytes.count else {
            throw StrataError("it is cut short: it has \(bytes.count) bytes of \(end)")
        }
    }
}

/// The location of an HDF5 file.
final class HDF5File: @unchecked Sendable {
    let storage: FileBytes
    let offset: Int
    private let count: Int
    private let name: String
    private let lock = NSLock()
    /// The number of bytes of the arrays assembled from chunks so far.
    private var expanded = 0

    init(storage: FileBytes, offset: Int, count: Int, name: String) {
        self.storage = storage
        self.offset = offset
        self.count = count
        self.name = name
    }

    /// Counts the bytes of an array that will be assembled from chunks. One limit holds for all arrays of
    /// the file.
    func checkExpansion(to byteCount: Int) throws {
        try lock.withLock {
            let total = expanded.addingReportingOverflow(byteCount)
            try FileBytes.checkExpansion(of: count, to: total.overflow ? .max : total.partialValue)
            expanded = total.partialValue
        }
    }

    /// Calls `body` to read something, and adds the name of the file to the errors it throws.
    func reading<Result>(
        _ path: String? = nil, _ body: (inout HDF5Bytes) throws -> Result
    ) throws -> Result {
        var bytes = HDF5Bytes(
            UnsafeRawBufferPointer(rebasing: storage.bytes[offset..<offset + count]))
        return try withExtendedLifetime(self) {
            do {
                return try body(&bytes)
            } catch let error as StrataError {
                throw StrataError(
                    path.map { "\(name): cannot read \($0): \(error.message)." }
                        ?? "\(name) is not a valid HDF5 file: \(error.message).")
            }
        }
    }
}

/// An object in an HDF5 file.
enum HDF5Object {
    case group(HDF5Group)
    case dataset(HDF5Header)
    /// Another object, such as a named type.
    case other

    /// The maximum nesting depth of groups, far more than any model has.
    private static let depthLimit = 64

    init(
        _ bytes: inout HDF5Bytes, at address: UInt64, in file: HDF5File, path: String, depth: Int
    ) throws {
        let header = try HDF5Header(&bytes, at: address)
        if let links = try HDF5Links.list(&bytes, header) {
            guard depth < Self.depthLimit else {
                throw StrataError("it has groups more than \(Self.depthLimit) deep")
            }
            let entries = try links.map { link in
                let object = try HDF5Object(
                    &bytes, at: link.address, in: file,
                    path: path.isEmpty ? link.name : path + "/" + link.name, depth: depth + 1)
                return (link.name, object)
            }
            self = .group(try HDF5Group(file: file, header: header, path: path, entries))
        } else if header.has(HDF5Header.Kind.layout) {
            self = .dataset(header)
        } else {
            self = .other
        }
    }
}

/// A group of an HDF5 file: named groups and data sets, and attributes.
package struct HDF5Group {
    /// The path of the group, such as `layers/conv2d/vars`; empty for the root.
    package let path: String
    /// The names of the objects in the group, in the order of the file.
    package let names: [String]

    private let file: HDF5File
    private let header: HDF5Header
    private var objects: [String: HDF5Object] = [:]

    init(
        file: HDF5File, header: HDF5Header, path: String, _ entries: [(String, HDF5Object)]
    ) throws {
        self.file = file
        self.header = header
        self.path = path
        names = entries.map(\.0)
        for (name, object) in entries where objects.updateValue(object, forKey: name) != nil {
            throw StrataError("the group /\(path) in it has \(name) twice")
        }
    }

    /// The subgroups, in the order of the file.
    package var groups: [HDF5Group] { names.compactMap { group($0) } }

    /// The group at a relative path, such as `conv2d/vars`, or nil if there is none.
    package func group(_ path: String) -> HDF5Group? {
        guard case .group(let group) = object(path) else { return nil }
        return group
    }

    /// The data set at a relative path, or nil if there is none.
    /// - Throws: ``StrataError`` if it does not hold numbers that can be read.
    package func dataset(_ path: String) throws -> HDF5Dataset? {
        guard case .dataset(let header) = object(path) else { return nil }
        let full = self.path.isEmpty ? path : self.path + "/" + path
        return try file.reading(full) {
            try HDF5Dataset(file: file, header: header, path: full, &$0)
        }
    }

    /// The numbers of the data set at a relative path, or nil if there is none.
    package func array(_ path: String) throws -> ArrayData? { try dataset(path)?.read() }

    /// The attribute with a name, or nil if there is none.
    package func attribute(_ name: String) throws -> HDF5Attribute? {
        try file.reading("the attribute \(name) of /\(path)") {
            try HDF5Attribute(name, of: header, &$0)
        }
    }

    /// The strings of an attribute; nil if it is missing or holds numbers.
    package func strings(_ name: String) throws -> [String]? {
        guard case .strings(let strings) = try attribute(name) else { return nil }
        return strings
    }

    private func object(_ path: String) -> HDF5Object? {
        let (first, rest) = path.splitAtSlash()
        guard let object = objects[first] else { return nil }
        guard let rest else { return object }
        guard case .group(let group) = object else { return nil }
        return group.object(rest)
    }
}

extension String {
    /// The parts before and after the first slash.
    fileprivate func splitAtSlash() -> (String, String?) {
        guard let slash = firstIndex(of: "/") else { return (self, nil) }
        return (String(self[..<slash]), String(self[index(after: slash)...]))
    }
}
