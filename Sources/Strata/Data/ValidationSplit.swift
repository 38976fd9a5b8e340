extension Model.Data {
    /// The samples to train on, and those at the end of the data to validate on.
    /// - Throws: ``StrataError`` if there are none of either.
    func split(validationSplit part: Double) throws -> (
        training: Range<Int>, validation: Range<Int>?
    ) {
        guard part != 0 else { return (0..<rowCount, nil) }
        guard part > 0, part < 1 else {
            throw StrataError("validationSplit must be at least 0 and below 1, but got \(part)")
        }
        let end = Int((Double(rowCount) * (1 - part)).rounded(.down))
        guard end > 0, end < rowCount else {
            throw StrataError(
                "A validationSplit of \(part) leaves \(end) of the \(rowCount) samples to train on "
                    + "and \(rowCount - end) to validate on.")
        }
        return (0..<end, end..<rowCount)
    }
}
