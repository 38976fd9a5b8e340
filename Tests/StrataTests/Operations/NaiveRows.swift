import Foundation
import Strata

/// Softmax, cross-entropy, argmax and moments, a row or a column at a time.
func naiveRows(
    _ operation: any Strata.Operation, _ x: [NaiveArray], _ shapes: [[Int]]
) -> [NaiveArray] {
    let shape = shapes[0]
    switch operation {
    case let operation as RowSoftmax:
        return [NaiveArray(shape, x[0].mapRows(operation.logarithm ? logSoftmax : softmax))]
    case let operation as SoftmaxGradient:
        return [
            rows(shape, x[0], x[1]) { dy, y in
                // dx_i = Σ_j dy_j · ∂y_j/∂x_i
                y.indices.map { i in
                    y.indices.reduce(0.0) { sum, j in
                        let same = i == j ? 1.0 : 0.0
                        return sum
                            + dy[j]
                            * (operation.logarithm ? same - exp(y[i]) : y[j] * (same - y[i]))
                    }
                }
            }
        ]
    case let operation as SoftmaxCrossEntropy:
        let classes = x[0].shape.last!
        let targets = operation.sparse ? oneHot(x[1], classes) : x[1]
        let loss = rows(shape + [1], x[0], targets) { logits, target in
            let logarithms = logSoftmax(logits[...])
            return [-zip(target, logarithms).reduce(0.0) { $0 + $1.0 * $1.1 }]
        }
        return [
            NaiveArray(shape, loss.numbers), NaiveArray(x[0].shape, x[0].mapRows(softmax)),
        ]
    case let operation as SoftmaxCrossEntropyGradient:
        let classes = x[1].shape.last!
        let targets = operation.sparse ? oneHot(x[2], classes) : x[2]
        return [
            NaiveArray(shape) { index in
                let row = Array(index.dropLast())
                let total = (0..<classes).reduce(0.0) { $0 + targets[row + [$1]] }
                return x[0][row] * (x[1][index] * total - targets[index])
            }
        ]
    case is ArgMax:
        return [
            NaiveArray(
                shape,
                x[0].mapRows { row in
                    [Double(row.firstIndex(of: row.max()!)! - row.startIndex)]
                })
        ]
    case is Moments:
        let columns = shape[0]
        let count = x[0].numbers.count / columns
        let mean = NaiveArray(shape) { index in
            (0..<count).reduce(0.0) { $0 + x[0].numbers[$1 * columns + index[0]] } / Double(count)
        }
        let variance = NaiveArray(shape) { index in
            (0..<count).reduce(0.0) { sum, row in
                let difference = x[0].numbers[row * columns + index[0]] - mean[index]
                return sum + difference * difference
            } / Double(count)
        }
        return [mean, variance]
    default:
        fatalError("The naive evaluator does not know \(operation.name).")
    }
}

private func logSoftmax(_ row: ArraySlice<Double>) -> [Double] {
    let largest = row.max() ?? 0
    let sum = row.reduce(0) { $0 + exp($1 - largest) }
    return row.map { $0 - largest - log(sum) }
}

private func softmax(_ row: ArraySlice<Double>) -> [Double] { logSoftmax(row).map { exp($0) } }

private func oneHot(_ labels: NaiveArray, _ classes: Int) -> NaiveArray {
    NaiveArray(labels.shape + [classes]) { index in
        Int(labels[Array(index.dropLast())]) == index.last! ? 1 : 0
    }
}

/// Two arrays, row by row along their last axes.
private func rows(
    _ shape: [Int], _ a: NaiveArray, _ b: NaiveArray, _ body: ([Double], [Double]) -> [Double]
) -> NaiveArray {
    let columns = a.shape.last!
    let numbers = stride(from: 0, to: a.numbers.count, by: columns).flatMap {
        body(Array(a.numbers[$0..<$0 + columns]), Array(b.numbers[$0..<$0 + columns]))
    }
    return NaiveArray(shape, numbers)
}
