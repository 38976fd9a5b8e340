import Strata

extension Examples {
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
        let split = try RandomSplit(
            count: count, labels: stratify ? y.floats() : nil, testSize: testSize, seed: seed)
        return (rows(split.train), rows(split.test))
    }
}

/// The numbers of examples, divided at random into two parts.
struct RandomSplit {
    /// In an order drawn by the seed.
    private(set) var train: [Int] = []
    private(set) var test: [Int] = []

    /// - Parameters:
    ///   - labels: the class of each example, if both parts should have the same proportions of classes.
    ///   - testSize: the fraction of the examples for testing, rounded up.
    ///   - name: what errors call that fraction.
    init(
        count: Int, labels: [Float]?, testSize: Double, name: String = "testSize", seed: UInt64
    ) throws {
        guard testSize > 0, testSize < 1 else {
            throw StrataError("\(name) must be between 0 and 1, but got \(testSize)")
        }
        let testCount = Int((Double(count) * testSize).rounded(.up))
        guard testCount < count else {
            throw StrataError(
                "A \(name) of \(testSize) leaves none of the \(count) examples for training.")
        }
        let order = Random.Key(seed: seed, path: "split").permutation(count)
        guard let labels else {
            (train, test) = (Array(order[testCount...]), Array(order[..<testCount]))
            return
        }
        let counts = Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: +)
        var quota = Self.shares(of: testCount, among: counts)
        for index in order {
            if quota[labels[index], default: 0] > 0 {
                quota[labels[index]]! -= 1
                test.append(index)
            } else {
                train.append(index)
            }
        }
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
