import Strata

extension Examples {
    /// Some of the examples, in the given order.
    /// - Precondition: there is at least one index, and all are valid.
    public func rows(_ indices: [Int]) -> Examples {
        precondition(!indices.isEmpty, "At least one example is required.")
        return Examples(rows: indices, of: self)
    }

    /// Splits the examples at random, as scikit-learn's `train_test_split` does.
    ///
    /// ```swift
    /// let (train, test) = try data.train.trainTestSplit(testSize: 0.2, stratify: true, seed: 1)
    /// ```
    ///
    /// - Parameters:
    ///   - testSize: the fraction of the examples for testing, rounded up; 0.25 by default.
    ///   - stratify: whether both parts have the same proportions of classes; false by default.
    ///   - seed: the seed of the split and of the order; 0 by default.
    /// - Throws: `StrataError` if `testSize` is not between 0 and 1, or a part would be empty.
    public func trainTestSplit(
        testSize: Double = 0.25, stratify: Bool = false, seed: UInt64 = 0
    ) throws -> (train: Examples, test: Examples) {
        guard testSize > 0, testSize < 1 else {
            throw StrataError("testSize must be between 0 and 1, but got \(testSize)")
        }
        let testCount = Int((Double(count) * testSize).rounded(.up))
        guard testCount < count else {
            throw StrataError(
                "A testSize of \(testSize) leaves none of the \(count) examples for training.")
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

    /// The number of examples of each label.
    private var classCounts: [Float: Int] {
        Dictionary(y.floats().map { ($0, 1) }, uniquingKeysWith: +)
    }

    /// Divides `total` in proportion to `counts`. The largest remainders get what rounding leaves.
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
