import Strata

/// A dense row-major array of doubles: all that the naive evaluator knows of.
struct NaiveArray {
    var shape: [Int]
    var numbers: [Double]

    init(_ shape: [Int], _ numbers: [Double]) {
        precondition(numbers.count == shape.reduce(1, *))
        self.shape = shape
        self.numbers = numbers
    }

    init(_ shape: [Int], _ number: (_ index: [Int]) -> Double) {
        self.shape = shape
        numbers = []
        numbers.reserveCapacity(shape.reduce(1, *))
        NaiveArray.forEachIndex(shape) { numbers.append(number($0)) }
    }

    static func zeros(_ shape: [Int]) -> NaiveArray {
        NaiveArray(shape, [Double](repeating: 0, count: shape.reduce(1, *)))
    }

    subscript(_ index: [Int]) -> Double {
        get { numbers[position(index)] }
        set { numbers[position(index)] = newValue }
    }

    private func position(_ index: [Int]) -> Int {
        var position = 0
        for axis in shape.indices { position = position * shape[axis] + index[axis] }
        return position
    }

    /// The element that broadcasting puts at an index of a larger shape.
    func broadcast(at index: [Int]) -> Double {
        var position = 0
        let leading = index.count - shape.count
        for axis in shape.indices {
            position = position * shape[axis] + (shape[axis] == 1 ? 0 : index[axis + leading])
        }
        return numbers[position]
    }

    /// Every index of a shape, in row-major order.
    static func forEachIndex(_ shape: [Int], _ body: ([Int]) -> Void) {
        if shape.contains(0) { return }
        var index = [Int](repeating: 0, count: shape.count)
        while true {
            body(index)
            var axis = shape.count - 1
            while axis >= 0 {
                index[axis] += 1
                if index[axis] < shape[axis] { break }
                index[axis] = 0
                axis -= 1
            }
            if axis < 0 { return }
        }
    }

    /// The rows along the last axis.
    func mapRows(_ body: (ArraySlice<Double>) -> [Double]) -> [Double] {
        let columns = shape.last!
        return stride(from: 0, to: numbers.count, by: max(columns, 1)).flatMap {
            body(numbers[$0..<$0 + columns])
        }
    }
}
