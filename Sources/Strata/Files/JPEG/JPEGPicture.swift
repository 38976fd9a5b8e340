import CStrata

/// The picture of a file that is being read: scans make coefficients, these make samples, and the
/// samples of all components make pixels.
///
/// Of a sequential file whose components come together, one row of units is held as coefficients;
/// of others, all are.
final class JPEGPicture {
    let frame: JPEGFrame
    /// What side 8 samples of the picture get: 8, 4, 2 or 1.
    private let scale: Int
    private var planes: [JPEGPlane] = []
    /// All coefficients, for each component, if scans add to one another.
    private var coefficients: [JPEGCoefficients] = []
    /// The tables that were valid when a component's first scan came.
    private var quantization: [[UInt16]?]
    /// For each component and coefficient: the lowest bit that is known, or -1.
    private var known: [[Int]]
    private(set) var hasScans = false

    init(_ frame: JPEGFrame, scale: Int) {
        self.frame = frame
        self.scale = scale
        quantization = Array(repeating: nil, count: frame.components.count)
        known = Array(
            repeating: Array(repeating: -1, count: 64), count: frame.components.count)
    }

    /// Whether nothing can be added to it.
    var isWhole: Bool { !frame.isProgressive && known.allSatisfy { $0[0] == 0 } }

    func checkCompleteness() throws {
        guard known.allSatisfy({ $0[0] >= 0 }) else {
            throw StrataError("it ends before it has all of the picture")
        }
    }

    /// Reads the data of a scan.
    /// - Returns: where they end.
    func read(
        _ scan: JPEGScan, _ tables: JPEGTables, in bytes: UnsafeRawBufferPointer, at offset: Int
    ) throws -> Int {
        try begin(scan, tables)
        let data = UnsafeRawBufferPointer(rebasing: bytes[offset...]).bindMemory(to: UInt8.self)
        return try JPEGTables.order.withUnsafeBufferPointer { order in
            var decoder = JPEGScanDecoder(scan, tables, data, order: order.baseAddress!)
            if !frame.isProgressive, scan.components.count == frame.components.count {
                try readAtOnce(scan, &decoder)
            } else {
                if coefficients.isEmpty {
                    coefficients = frame.components.map {
                        JPEGCoefficients(columns: $0.paddedColumns, rows: $0.paddedRows)
                    }
                }
                let blocks = scan.components.map { coefficients[$0.index].blocks }
                for row in 0..<scan.unitRows { try decoder.decode(row: row, into: blocks) }
            }
            return data.baseAddress.map { offset + (decoder.next - $0) } ?? offset
        }
    }

    /// Checks that a scan adds to what is known.
    private func begin(_ scan: JPEGScan, _ tables: JPEGTables) throws {
        for component in scan.components {
            let index = component.index
            let before = scan.high == 0 ? -1 : scan.high
            guard scan.band.allSatisfy({ known[index][$0] == before }),
                scan.band.lowerBound == 0 || known[index][0] >= 0
            else { throw StrataError("its scans do not complete one another") }
            for place in scan.band { known[index][place] = scan.low }
            if quantization[index] == nil {
                guard let table = tables.quantization[frame.components[index].quantization] else {
                    throw StrataError("it lacks a quantization table that it uses")
                }
                quantization[index] = table
            }
        }
        hasScans = true
    }

    /// Reads the only scan of a sequential file. Rows after an error are grey.
    private func readAtOnce(_ scan: JPEGScan, _ decoder: inout JPEGScanDecoder) throws {
        makePlanes()
        let rows = scan.components.map { component in
            JPEGCoefficients(
                columns: frame.components[component.index].paddedColumns, rows: component.vertical)
        }
        let blocks = rows.map(\.blocks)
        var failure: (any Error)?
        for unitRow in 0..<scan.unitRows {
            if failure == nil {
                do {
                    try decoder.decode(row: 0, into: blocks)
                } catch { failure = error }
            }
            for (place, component) in scan.components.enumerated() {
                planes[component.index].transform(
                    rows[place], quantization[component.index]!, scale: scales[component.index],
                    to: unitRow * component.vertical)
                rows[place].clear()
            }
        }
        if let failure { throw failure }
    }

    // MARK: - Samples and pixels

    /// What side the blocks of each component get: of those with fewer samples it is larger where
    /// that makes upsampling unnecessary.
    private var scales: [Int] {
        frame.components.map { component in
            var size = scale
            while size < 8, frame.maxHorizontal * scale % (component.horizontal * size * 2) == 0,
                frame.maxVertical * scale % (component.vertical * size * 2) == 0
            {
                size *= 2
            }
            return size
        }
    }

    private func makePlanes() {
        planes = zip(frame.components, scales).map {
            JPEGPlane(width: $0.paddedColumns * $1, height: $0.paddedRows * $1)
        }
    }

    /// The pixels of what was read.
    func image(_ colors: JPEGColors) -> Image {
        let scales = scales
        if planes.isEmpty {
            makePlanes()
            for (index, plane) in planes.enumerated() {
                // A component without a table has no data either.
                plane.transform(
                    coefficients[index], quantization[index] ?? Array(repeating: 1, count: 64),
                    scale: scales[index], to: 0)
            }
            coefficients = []
        }
        let height = JPEGFrame.quotient(frame.height * scale, 8)
        let width = JPEGFrame.quotient(frame.width * scale, 8)
        var arguments = strata_jpeg_rows_args()
        arguments.width = Int64(width)
        arguments.colors = Int32(colors.code.rawValue)
        withUnsafeMutableBytes(of: &arguments.planes) { bytes in
            let descriptions = bytes.bindMemory(to: strata_jpeg_plane.self)
            for (index, component) in frame.components.enumerated() {
                let (across, down) = (
                    component.horizontal * scales[index], component.vertical * scales[index]
                )
                descriptions[index] = strata_jpeg_plane(
                    samples: planes[index].samples, stride: Int64(planes[index].stride),
                    width: Int32(JPEGFrame.quotient(frame.width * across, 8 * frame.maxHorizontal)),
                    height: Int32(JPEGFrame.quotient(frame.height * down, 8 * frame.maxVertical)),
                    expand_h: Int32(frame.maxHorizontal * scale / across),
                    expand_v: Int32(frame.maxVertical * scale / down), smooth: scale > 1)
            }
        }
        let kernels = strata_kernels_active().pointee
        let scratch = UnsafeMutableRawPointer.allocate(
            byteCount: 6 * (width + 128), alignment: 64)
        defer { scratch.deallocate() }
        return withExtendedLifetime(planes) {
            Image(height: height, width: width, channels: colors.channels) { pixels in
                arguments.result = pixels.bindMemory(to: UInt8.self).baseAddress
                kernels.jpeg_rows(&arguments, 0, Int64(height), scratch)
            }
        }
    }
}

/// Blocks of 64 coefficients each, in rows.
private final class JPEGCoefficients {
    let columns: Int
    let rows: Int
    private let memory: UnsafeMutablePointer<Int16>

    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
        memory = .allocate(capacity: columns * rows * 64)
        clear()
    }

    deinit { memory.deallocate() }

    var blocks: JPEGScanDecoder.Blocks { .init(start: memory, columns: columns) }

    func clear() { memory.update(repeating: 0, count: columns * rows * 64) }
}

/// The samples of a component, with some bytes after them, so that whole vectors can be read.
private final class JPEGPlane {
    let samples: UnsafeMutablePointer<UInt8>
    let stride: Int

    init(width: Int, height: Int) {
        stride = width
        samples = .allocate(capacity: width * height + 64)
        (samples + width * height).initialize(repeating: 0, count: 64)
    }

    deinit { samples.deallocate() }

    /// Makes samples of rows of blocks, from the row of blocks `first` on.
    func transform(
        _ coefficients: JPEGCoefficients, _ quantization: [UInt16], scale: Int, to first: Int
    ) {
        quantization.withUnsafeBufferPointer { quantization in
            var arguments = strata_jpeg_transform_args()
            arguments.coefficients = UnsafePointer(coefficients.blocks.start)
            arguments.quantization = quantization.baseAddress
            arguments.columns = Int64(coefficients.columns)
            arguments.size = Int32(scale)
            arguments.stride = Int64(stride)
            arguments.samples = samples + first * scale * stride
            strata_kernels_active().pointee.jpeg_transform(
                &arguments, 0, Int64(coefficients.rows), nil)
        }
    }
}
