import Strata
import StrataDatasets

/// Samples with targets: an array of each for every input and output of a model.
struct LabelledData {
    /// As they lie in memory or in a file.
    let inputs: [ArrayData]
    let targets: [ArrayData]
    /// The inputs as a model takes them.
    let x: [Samples]
    let y: [Samples]
    var count: Int { x.first?.rowCount ?? 0 }

    /// - Parameter scales: what the numbers of each input are multiplied by.
    init(_ inputs: [ArrayData], _ targets: [ArrayData], scales: [Float]) {
        self.inputs = inputs
        self.targets = targets
        x = zip(inputs, scales).map { Samples($0, scale: $1) }
        y = targets.map { Samples($0) }
    }
}

extension LabelledData {
    /// The class of each example, from numbers or from rows with a one; nil if these are neither.
    func classes(count: Int) -> [Int]? {
        guard targets.count == 1, let targets = targets.first else { return nil }
        let values = targets.floats()
        if targets.count == self.count {
            guard values.allSatisfy({ $0 >= 0 && $0 < Float(count) && $0 == $0.rounded() }) else {
                return nil
            }
            return values.map { Int($0) }
        }
        guard targets.shape == [self.count, count] else { return nil }
        return (0..<self.count).map { row in
            let own = values[row * count..<(row + 1) * count]
            return own.indices.max { own[$0] < own[$1] }! - own.startIndex
        }
    }
}
