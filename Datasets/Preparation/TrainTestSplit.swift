import Strata

extension Examples {
    /// Some examples, in the order given.
    /// - Precondition: there are such examples, at least one.
    public func rows(_ indices: [Int]) -> Examples {
        precondition(!indices.isEmpty, "Examples are at least one.")
        return Examples(rows: indices, of: self)
    }

    /// Cuts the examples in two at random, as scikit-learn's `train_test_split` does.
    ///
    /// ```swift
    /// let (train, test) = try data.train.trainTestSplit(testSize: 0.2, stratify: true, seed: 1)
    /// ```
    ///
    /// - Parameters:
    ///   - testSize: the part of the examples that are for testing, rounded up.
    ///   - stratify: whether every class has its share of both parts.
    ///   - seed: decides which examples go where, and their order.
    /// - Throws: `StrataError` if `testSize` is not between 0 and 1, or a part would be empty.
    public func trainTestSplit(
        testSize: Double = 0.25, stratify: Bool = false, seed: UInt64 = 0
    ) throws -> (train: Examples, test: Examples) {
        guard testSize > 0, testSize < 1 else {
            throw StrataError("testSize is between 0 and 1. Received: \(testSize)")
        }
        let testCount = Int((Double(count) * testSize).rounded(.up))
        guard testCount < count else {
            throw StrataError(
                "\(count) examples cannot be cut so that \(testSize) of them, rounded up, are for "
                    + "testing and some are left for training.")
        }
        let order = Random.Key(seed: seed, path: "split").permutation(count)
        guard stratify else {
            return (rows(Array(order[testCount...])), rows(Array(order[..<testCount])))
        }
        var quota = Self.shares(of: testCount, among: classCounts)
        let labels = y.floats()
        var parts: (train: [Int], test: [Int]) = ([], [])
        for index in order {
            if quota[labels[index], default: 0] > 0 {
                quota[labels[index]]! -= 1
                parts.test.append(index)
            } else {
                parts.train.append(index)
            }
        }
        return (rows(parts.train), rows(parts.test))
    }

    /// How many examples there are of each label.
    private var classCounts: [Float: Int] {
        Dictionary(y.floats().map { ($0, 1) }, uniquingKeysWith: +)
    }

    /// `total` cut in proportion to `counts`; what rounding leaves over goes to the largest rests.
    private static func shares(of total: Int, among counts: [Float: Int]) -> [Float: Int] {
        let all = counts.values.reduce(0, +)
        var shares = counts.mapValues { $0 * total / all }
        let rests = counts.sorted {
            let (first, second) = ($0.value * total % all, $1.value * total % all)
            return first == second ? $0.key < $1.key : first > second
        }
        for (label, _) in rests.prefix(total - shares.values.reduce(0, +)) { shares[label]! += 1 }
        return shares
    }
}
