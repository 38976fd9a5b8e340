/// Neighbouring rows of data.
struct DataPart {
    var data: Model.Data
    let rows: Range<Int>

    /// All rows.
    init(_ data: Model.Data) { self.init(data, 0..<data.rowCount) }

    init(_ data: Model.Data, _ rows: Range<Int>) {
        self.data = data
        self.rows = rows
    }

    /// The rows one after the other.
    var order: [Int64] { rows.map(Int64.init) }
}

extension Model.Data {
    /// What is trained on, and the part at the end of the data that is validated on.
    /// - Throws: ``StrataError`` if either has no rows.
    func split(validationSplit part: Double) throws -> (training: DataPart, validation: DataPart?) {
        guard part != 0 else { return (DataPart(self), nil) }
        guard part > 0, part < 1 else {
            throw StrataError("validationSplit must be at least 0 and below 1, but got \(part)")
        }
        let end = Int((Double(rowCount) * (1 - part)).rounded(.down))
        guard end > 0, end < rowCount else {
            throw StrataError(
                "A validationSplit of \(part) leaves \(end) of the \(rowCount) samples to train on "
                    + "and \(rowCount - end) to validate on.")
        }
        return (DataPart(self, 0..<end), DataPart(self, end..<rowCount))
    }
}
