/// JPEG, the format of photographs (ITU-T T.81): reading of sequential and progressive files of 8
/// bits with Huffman coding, in grey, YCbCr, RGB, CMYK or YCCK (JFIF, Adobe), upright as EXIF says.
///
/// Pixels are those of libjpeg-turbo with its default settings: its accurate integer inverse
/// transform, its smooth ("fancy") upsampling and its colour conversion.
package enum JPEG {
    static let signature: [UInt8] = [0xff, 0xd8, 0xff]

    /// The picture in the bytes of a file.
    /// - Throws: what is wrong, without a subject and a full stop, for the caller to say which file.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, _ options: ImageReadingOptions = ImageReadingOptions()
    ) throws -> Image {
        var reader = JPEGReader(bytes, options)
        return try reader.image()
    }
}

/// Goes through the segments of a file: tables, the frame's header, and scans.
struct JPEGReader {
    private let bytes: UnsafeRawBufferPointer
    private let options: ImageReadingOptions
    private var offset = 2
    private var tables = JPEGTables()
    private var picture: JPEGPicture?
    private var hasJFIF = false
    private var adobeTransform: UInt8?
    private var orientation = 1

    init(_ bytes: UnsafeRawBufferPointer, _ options: ImageReadingOptions) {
        self.bytes = bytes
        self.options = options
    }

    mutating func image() throws -> Image {
        guard bytes.starts(with: JPEG.signature) else { throw StrataError("it is not a JPEG file") }
        do {
            while try readSegment() {}
        } catch let error as StrataError {
            // A picture that breaks off, or is damaged somewhere, is shown up to there.
            guard options.allowsTruncated, picture?.hasScans == true else { throw error }
        }
        guard let picture else { throw StrataError("it has no picture") }
        let colors = try JPEGColors(
            components: picture.frame.components.map(\.identifier), hasJFIF: hasJFIF,
            adobeTransform: adobeTransform)
        return picture.image(colors).oriented(orientation)
    }

    /// Reads up to the end of the next segment.
    /// - Returns: whether there may be more of the picture.
    private mutating func readSegment() throws -> Bool {
        let marker = try nextMarker()
        switch marker {
        case 0xd9:
            try picture?.checkCompleteness()
            return false
        case 0x01, 0xd0...0xd8: return true  // These stand alone.
        default: break
        }
        let content = try segment()
        switch marker {
        case 0xc0, 0xc1, 0xc2:
            guard picture == nil else { throw StrataError("it has two frames") }
            let frame = try JPEGFrame(
                content, isProgressive: marker == 0xc2, fileSize: bytes.count)
            let isTurned = orientation > 4
            let scale = options.scale(
                height: isTurned ? frame.width : frame.height,
                width: isTurned ? frame.height : frame.width)
            picture = JPEGPicture(frame, scale: scale)
        case 0xc4: try tables.readHuffman(content)
        case 0xc3: throw StrataError("it is lossless JPEG, which is not supported")
        case 0xc5...0xc7: throw StrataError("it is hierarchical JPEG, which is not supported")
        case 0xc8...0xcf:
            throw StrataError("it is JPEG with arithmetic coding, which is not supported")
        case 0xdb: try tables.readQuantization(content)
        case 0xdd:
            guard content.count == 2 else { throw StrataError("its restart interval is damaged") }
            tables.restartInterval = content.bigEndian16(at: 0)
        case 0xda:
            guard let picture else { throw StrataError("its data come before its frame") }
            let scan = try JPEGScan(content, frame: picture.frame, tables: tables)
            offset = try picture.read(scan, tables, in: bytes, at: offset)
            // A picture that is whole needs no end mark.
            return !picture.isWhole
        case 0xe0: hasJFIF = hasJFIF || content.starts(with: "JFIF\0".utf8)
        case 0xe1:
            if content.starts(with: "Exif\0\0".utf8) {
                orientation =
                    EXIF.orientation(UnsafeRawBufferPointer(rebasing: content.dropFirst(6)))
                    ?? orientation
            }
        case 0xee:
            if content.count >= 12, content.starts(with: "Adobe".utf8) {
                adobeTransform = content[11]
            }
        default: break
        }
        return true
    }

    /// Finds the next marker. Bytes between segments are passed over, as libjpeg does.
    private mutating func nextMarker() throws -> UInt8 {
        while offset + 1 < bytes.count {
            let (first, second) = (bytes[offset], bytes[offset + 1])
            if first == 0xff, second != 0, second != 0xff {
                offset += 2
                return second
            }
            offset += 1
        }
        throw StrataError("it is cut short")
    }

    /// The content of the segment whose marker was just read.
    private mutating func segment() throws -> UnsafeRawBufferPointer {
        guard let head = bytes.slice(at: offset, count: 2) else {
            throw StrataError("it is cut short")
        }
        let count = head.bigEndian16(at: 0)
        guard count >= 2 else { throw StrataError("it is damaged at byte \(offset)") }
        guard let content = bytes.slice(at: offset + 2, count: count - 2) else {
            throw StrataError("it is cut short")
        }
        offset += count
        return content
    }
}

extension UnsafeRawBufferPointer {
    /// The number in two bytes, the larger first.
    /// - Precondition: they are there.
    func bigEndian16(at offset: Int) -> Int {
        Int(self[offset]) << 8 | Int(self[offset + 1])
    }
}
