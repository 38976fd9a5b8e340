import CStrata
import Foundation
import TestSupport
import Testing

struct RowsTests {
    private static let widths = [1, 2, 3, 4, 5, 8, 10, 15, 16, 17, 31, 33, 64, 65, 100, 1000]
    private let rows = 7

    /// Rows of growing spread; the naive softmax and its logarithm, in Double.
    private func logits(_ columns: Int) -> (x: [Float], softmax: [Double], logarithm: [Double]) {
        var numbers = TestRandom(UInt64(columns))
        let x = (0..<rows).flatMap { row in
            numbers.floats(columns).map { $0 * Float(1 << row) + Float(row) }
        }
        var logarithm: [Double] = []
        for row in 0..<rows {
            let values = x[row * columns..<(row + 1) * columns].map(Double.init)
            let largest = values.max()!
            let sum = values.reduce(0) { $0 + exp($1 - largest) }
            logarithm += values.map { $0 - largest - log(sum) }
        }
        return (x, logarithm.map { exp($0) }, logarithm)
    }

    private func run(
        _ kernel: strata_kernel?, columns: Int, x: [Float] = [], y: [Float] = [],
        dy: [Float] = [], target: [Float] = [], sparse: Bool = false, logarithm: Bool = false,
        resultCount: Int? = nil
    ) -> (result: [Float], loss: [Float]) {
        let result = GuardedArray<Float>(resultCount ?? rows * columns)
        let loss = GuardedArray<Float>(rows)
        x.withUnsafeBufferPointer { x in
            y.withUnsafeBufferPointer { y in
                dy.withUnsafeBufferPointer { dy in
                    target.withUnsafeBufferPointer { target in
                        let a = strata_rows_args(
                            rows: Int64(rows), columns: Int64(columns), x: x.baseAddress,
                            target: target.baseAddress, sparse: sparse ? 1 : 0,
                            logarithm: logarithm ? 1 : 0, dy: dy.baseAddress, y: y.baseAddress,
                            loss: loss.pointer, result: result.pointer)
                        runInPieces(kernel, a, units: rows, piece: 3)
                    }
                }
            }
        }
        #expect(result.guardsAreIntact && loss.guardsAreIntact)
        return (result.values, loss.values)
    }

    private func expectClose(_ values: [Float], _ expected: [Double], relative: Double) {
        #expect(values.count == expected.count)
        for (value, wanted) in zip(values, expected) {
            #expect(isClose(value, wanted, tolerance: relative * (1 + abs(wanted))))
        }
    }

    // Differences of logits up to 128 are exact to half a unit in 2^-17, and the exponential turns
    // that into a relative error of 4e-6; sums of floats add a few units in the last place.
    private let tolerance = 6e-6

    @Test(arguments: widths)
    func softmaxAndGradient(columns: Int) {
        let (x, softmax, logarithm) = logits(columns)
        var numbers = TestRandom(3)
        let dy = numbers.floats(rows * columns)
        for table in kernelTables.map(\.pointee) {
            for isLogarithm in [false, true] {
                let expected = isLogarithm ? logarithm : softmax
                let (y, _) = run(table.softmax, columns: columns, x: x, logarithm: isLogarithm)
                expectClose(y, expected, relative: tolerance)
                let (dx, _) = run(
                    table.softmax_gradient, columns: columns, y: expected.map { Float($0) },
                    dy: dy, logarithm: isLogarithm)
                var gradient: [Double] = []
                for row in 0..<rows {
                    let range = row * columns..<(row + 1) * columns
                    let sum = range.reduce(0) {
                        $0 + Double(dy[$1]) * (isLogarithm ? 1 : softmax[$1])
                    }
                    gradient += range.map {
                        isLogarithm
                            ? Double(dy[$0]) - softmax[$0] * sum
                            : softmax[$0] * (Double(dy[$0]) - sum)
                    }
                }
                expectClose(dx, gradient, relative: isLogarithm ? 2e-5 : tolerance)
            }
        }
    }

    @Test(arguments: widths)
    func crossEntropyAndGradient(columns: Int) {
        let (x, softmax, logarithm) = logits(columns)
        var numbers = TestRandom(4)
        let labels = (0..<rows).map { $0 * 31 % columns }
        let oneHot = labels.flatMap { label in (0..<columns).map { $0 == label ? Float(1) : 0 } }
        let weights = numbers.floats(rows * columns).map { ($0 + 1) / Float(columns) }
        let dy = numbers.floats(rows)
        for table in kernelTables.map(\.pointee) {
            for (target, sparse) in [(oneHot, false), (weights, false), (oneHot, true)] {
                var losses: [Double] = []
                var gradient: [Double] = []
                for row in 0..<rows {
                    let range = row * columns..<(row + 1) * columns
                    losses.append(range.reduce(0) { $0 - Double(target[$1]) * logarithm[$1] })
                    let sum = range.reduce(0) { $0 + Double(target[$1]) }
                    gradient += range.map {
                        Double(dy[row]) * (softmax[$0] * sum - Double(target[$0]))
                    }
                }
                let passed = sparse ? labels.map { Float($0) } : target
                let (y, loss) = run(
                    table.cross_entropy, columns: columns, x: x, target: passed, sparse: sparse)
                expectClose(y, softmax, relative: tolerance)
                expectClose(loss, losses, relative: tolerance)
                let (dx, _) = run(
                    table.cross_entropy_gradient, columns: columns,
                    y: softmax.map { Float($0) }, dy: dy, target: passed, sparse: sparse)
                expectClose(dx, gradient, relative: tolerance)
            }
        }
    }

    @Test func labelsOutsideTheClassesGiveNaN() {
        let labels: [Float] = [0, -1, 10, .nan, .infinity, 9, 1e30]
        let x = logits(10).x
        for table in kernelTables.map(\.pointee) {
            let (y, loss) = run(
                table.cross_entropy, columns: 10, x: x, target: labels, sparse: true)
            #expect(loss.map(\.isNaN) == [false, true, true, true, true, false, true])
            let (dx, _) = run(
                table.cross_entropy_gradient, columns: 10, y: y,
                dy: [Float](repeating: 1, count: rows), target: labels, sparse: true)
            #expect(!dx[0..<10].contains { $0.isNaN } && dx[10..<20].allSatisfy { $0.isNaN })
        }
    }

    @Test func extremeLogits() {
        let row: [Float] = [-.infinity, 3e38, 0, -3e38, 3e38, -1000]
        let x = (0..<rows).flatMap { $0 == 1 ? [.nan] + row.dropFirst() : row }
        for table in kernelTables.map(\.pointee) {
            let (y, _) = run(table.softmax, columns: 6, x: x)
            #expect(Array(y[0..<6]) == [0, 0.5, 0, 0, 0.5, 0])
            #expect(y[6..<12].allSatisfy { $0.isNaN })
            #expect(Array(y[12..<18]) == [0, 0.5, 0, 0, 0.5, 0])
        }
    }

    @Test(arguments: widths)
    func argmax(columns: Int) {
        var numbers = TestRandom(5)
        var x = numbers.floats(rows * columns).map { ($0 * 4).rounded() }
        for c in 0..<columns { x[columns + c] = -.infinity }
        x[3 * columns - 1] = .nan
        x[3 * columns + columns / 2] = .nan
        let expected = (0..<rows).map { row in
            let values = Array(x[row * columns..<(row + 1) * columns])
            return Float(values.firstIndex(where: \.isNaN) ?? values.firstIndex(of: values.max()!)!)
        }
        for table in kernelTables.map(\.pointee) {
            #expect(run(table.argmax, columns: columns, x: x, resultCount: rows).result == expected)
        }
    }
}
