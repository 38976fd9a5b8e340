import CStrata
import Foundation

/// Reads the members of a ZIP file in place: the file is mapped, and a stored member is a range of it.
///
/// Nothing in the file is trusted: every offset and length is checked.
package struct ZIPReader {
    package struct Member {
        package let name: String
        fileprivate let nameBytes: [UInt8]
        fileprivate let isEncrypted: Bool
        fileprivate let method: UInt16
        fileprivate let checksum: UInt32
        fileprivate let compressedSize: Int
        fileprivate let size: Int
        fileprivate let headerOffset: Int
    }

    private let path: String
    package let members: [Member]
    private let file: FileBytes
    private let directoryStart: Int

    package init(path: String) throws { try self.init(FileBytes(path: path), name: path) }

    /// - Parameters:
    ///   - storage: the bytes of the file.
    ///   - name: the name of the file in errors.
    package init(_ file: FileBytes, name: String) throws {
        path = name
        self.file = file
        do {
            let end = try Self.endOfDirectory(file.bytes)
            guard let directory = file.bytes.slice(at: end.offset, count: end.size),
                end.offset <= end.limit - end.size
            else { throw StrataError("its list of members lies outside the file") }
            members = try Self.readDirectory(directory, count: end.count)
            try Self.checkSizes(of: members, fileSize: file.count)
            directoryStart = end.offset
        } catch let error as StrataError {
            throw StrataError("\(name) is not a valid ZIP file: \(error.message).")
        }
    }

    /// The contents of a member, with a verified checksum: a storage and a range in it.
    package func contents(of member: Member) throws -> (storage: FileBytes, offset: Int, count: Int)
    {
        do {
            let range = try locate(member)
            let data: (storage: FileBytes, offset: Int, count: Int)
            switch member.method {
            case 0:
                guard member.size == member.compressedSize else {
                    throw StrataError("it is stored, but has two different sizes")
                }
                data = (file, range.lowerBound, range.count)
            case 8:
                let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[range])
                data = (
                    try Deflate.decompress(bytes, .raw, count: member.size), 0, member.size
                )
            default: throw StrataError("it is compressed by method \(member.method)")
            }
            let bytes = data.storage.bytes[data.offset..<data.offset + data.count]
            guard crc32(of: UnsafeRawBufferPointer(rebasing: bytes)) == member.checksum else {
                throw StrataError("its bytes are damaged (the checksum differs)")
            }
            return data
        } catch let error as StrataError {
            throw StrataError("\(path): cannot read \(member.name): \(error.message).")
        }
    }

    /// The offset of the data of a member: after its local header, which repeats the name.
    private func locate(_ member: Member) throws -> Range<Int> {
        guard !member.isEncrypted else { throw StrataError("it is encrypted") }
        let bytes = file.bytes
        guard bytes.littleEndian(UInt32.self, at: member.headerOffset) == ZIPSignature.member,
            let nameCount = bytes.littleEndian(UInt16.self, at: member.headerOffset + 26),
            let extraCount = bytes.littleEndian(UInt16.self, at: member.headerOffset + 28),
            let name = bytes.slice(at: member.headerOffset + 30, count: Int(nameCount)),
            name.elementsEqual(member.nameBytes)
        else { throw StrataError("its header is not where the list of members says") }
        let start = member.headerOffset + 30 + Int(nameCount) + Int(extraCount)
        guard start <= directoryStart, member.compressedSize <= directoryStart - start else {
            throw StrataError("it is cut short")
        }
        return start..<start + member.compressedSize
    }

    // MARK: Directory

    /// The list of members: its offset, the number of members, and the offset of the end record, which it
    /// must not reach into.
    private struct Directory {
        var offset: Int
        var size: Int
        var count: Int
        var limit: Int
    }

    private static func endOfDirectory(_ bytes: UnsafeRawBufferPointer) throws -> Directory {
        let offset = try endRecord(bytes)
        guard let count = bytes.littleEndian(UInt16.self, at: offset + 10),
            let size = bytes.littleEndian(UInt32.self, at: offset + 12),
            let start = bytes.littleEndian(UInt32.self, at: offset + 16)
        else { throw StrataError("it ends too early") }
        let locator = offset - 20
        guard bytes.littleEndian(UInt32.self, at: locator) == ZIPSignature.zip64Locator else {
            return Directory(
                offset: Int(start), size: Int(size), count: Int(count), limit: offset)
        }
        guard let recordOffset = integer(bytes, at: locator + 8),
            recordOffset <= locator - 56,
            bytes.littleEndian(UInt32.self, at: recordOffset) == ZIPSignature.zip64End,
            let count = integer(bytes, at: recordOffset + 32),
            let size = integer(bytes, at: recordOffset + 40),
            let start = integer(bytes, at: recordOffset + 48)
        else { throw StrataError("its end record for large files is damaged") }
        return Directory(offset: start, size: size, count: count, limit: recordOffset)
    }

    /// The offset of the end record: at the end of the file, before a comment whose length it gives.
    private static func endRecord(_ bytes: UnsafeRawBufferPointer) throws -> Int {
        guard bytes.count >= 22 else { throw StrataError("it is too short") }
        let last = bytes.count - 22
        for offset in stride(from: last, through: max(0, last - 0xffff), by: -1)
        where bytes[offset] == 0x50 && bytes.littleEndian(at: offset) == ZIPSignature.end {
            guard let comment = bytes.littleEndian(UInt16.self, at: offset + 20) else { break }
            if offset + Int(comment) == last { return offset }
        }
        throw StrataError("it has no end record, so it is another kind of file or cut short")
    }

    private static func readDirectory(
        _ bytes: UnsafeRawBufferPointer, count: Int
    ) throws -> [Member] {
        let damaged = StrataError("its list of members is damaged")
        // An entry has at least 46 bytes, which limits the number of members to allocate for.
        guard count <= bytes.count / 46 else { throw damaged }
        var members: [Member] = []
        members.reserveCapacity(count)
        var offset = 0
        for _ in 0..<count {
            guard bytes.littleEndian(UInt32.self, at: offset) == ZIPSignature.entry,
                let flags = bytes.littleEndian(UInt16.self, at: offset + 8),
                let method = bytes.littleEndian(UInt16.self, at: offset + 10),
                let checksum = bytes.littleEndian(UInt32.self, at: offset + 16),
                let compressedSize = bytes.littleEndian(UInt32.self, at: offset + 20),
                let size = bytes.littleEndian(UInt32.self, at: offset + 24),
                let nameCount = bytes.littleEndian(UInt16.self, at: offset + 28),
                let extraCount = bytes.littleEndian(UInt16.self, at: offset + 30),
                let commentCount = bytes.littleEndian(UInt16.self, at: offset + 32),
                let headerOffset = bytes.littleEndian(UInt32.self, at: offset + 42),
                let name = bytes.slice(at: offset + 46, count: Int(nameCount)),
                let text = String(bytes: name, encoding: .utf8),
                let extra = bytes.slice(
                    at: offset + 46 + Int(nameCount), count: Int(extraCount)),
                let large = largeFields([size, compressedSize, headerOffset], extra)
            else { throw damaged }
            members.append(
                Member(
                    name: text, nameBytes: Array(name), isEncrypted: flags & 1 != 0,
                    method: method, checksum: checksum, compressedSize: large[1],
                    size: large[0], headerOffset: large[2]))
            offset += 46 + Int(nameCount) + Int(extraCount) + Int(commentCount)
        }
        return members
    }

    /// Checks the total size of the members.
    /// - Throws: ``StrataError`` if they are larger than the file, so that some share bytes, or if they would
    ///   expand to more than a file of this size may.
    private static func checkSizes(of members: [Member], fileSize: Int) throws {
        var stored = 0
        var expanded = 0
        for member in members {
            guard member.compressedSize <= fileSize - stored else {
                throw StrataError("its members are larger than it is")
            }
            stored += member.compressedSize
            guard member.method != 0 else { continue }
            let total = expanded.addingReportingOverflow(member.size)
            expanded = total.overflow ? .max : total.partialValue
        }
        try FileBytes.checkExpansion(of: fileSize, to: expanded)
    }

    /// Replaces fields that are all ones by the 64-bit numbers in extra field 1.
    private static func largeFields(
        _ fields: [UInt32], _ extra: UnsafeRawBufferPointer
    ) -> [Int]? {
        guard fields.contains(.max) else { return fields.map(Int.init) }
        var offset = 0
        while let tag = extra.littleEndian(UInt16.self, at: offset),
            let size = extra.littleEndian(UInt16.self, at: offset + 2)
        {
            if tag == 1, let numbers = extra.slice(at: offset + 4, count: Int(size)) {
                var next = 0
                return fields.map { field -> Int? in
                    guard field == .max else { return Int(field) }
                    defer { next += 8 }
                    return integer(numbers, at: next)
                }.allPresent()
            }
            offset += 4 + Int(size)
        }
        return nil
    }

    /// A 64-bit number, if it fits in an Int.
    private static func integer(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int? {
        bytes.littleEndian(UInt64.self, at: offset).flatMap { Int(exactly: $0) }
    }
}

extension [Int?] {
    /// The elements, or nil if any is missing.
    fileprivate func allPresent() -> [Int]? {
        let present = compactMap { $0 }
        return present.count == count ? present : nil
    }
}

/// The CRC-32 of `bytes`, continuing from that of the bytes before.
func crc32(of bytes: UnsafeRawBufferPointer, after crc: UInt32 = 0) -> UInt32 {
    strata_crc32(crc, bytes.baseAddress, bytes.count)
}
