import CStrata
import Foundation
import TestSupport
import Testing

@Suite struct MomentsTests {
    func moments(
        _ x: [Float], columns: Int, unitRows: Int, _ table: strata_kernels, callUnits: Int = 1
    ) -> (mean: [Float], variance: [Float]) {
        let rows = x.count / columns
        let units = (rows + unitRows - 1) / unitRows
        let input = GuardedArray(x)
        let partial = GuardedArray<Float>(units * 2 * columns)
        let mean = GuardedArray<Float>(columns)
        let variance = GuardedArray<Float>(columns)
        var args = strata_moments_args(
            rows: Int64(rows), columns: Int64(columns), unit_rows: Int64(unitRows),
            x: input.pointer, partial: partial.pointer, mean: mean.pointer,
            variance: variance.pointer)
        withExtendedLifetime((input, partial)) {
            for unit in stride(from: 0, to: units, by: callUnits) {
                table.moments(&args, Int64(unit), Int64(min(unit + callUnits, units)), nil)
            }
            table.moments_finish(&args, 0, 1, nil)
        }
        #expect(partial.guardsAreIntact && mean.guardsAreIntact && variance.guardsAreIntact)
        return (mean.values, variance.values)
    }

    @Test(arguments: [1, 2, 3, 7, 10, 16, 17, 30, 64, 100, 255, 256, 257, 300, 515])
    func agreesWithDouble(_ columns: Int) {
        var numbers = TestRandom(UInt64(columns))
        for (rows, center, spread) in [
            (1, 0, 1), (2, 3, 1), (37, 0, 1), (1000, 1000, 1), (777, -5, 1e-2), (400, 0, 1e4),
        ] as [(Int, Float, Float)] {
            let x = (0..<rows * columns).map { _ in center + numbers.float(-spread...spread) }
            let unitRows = numbers.int(1..<rows + 1)
            for table in kernelTables.map(\.pointee) {
                let (mean, variance) = moments(x, columns: columns, unitRows: unitRows, table)
                let again = moments(x, columns: columns, unitRows: unitRows, table, callUnits: 3)
                #expect(again.mean == mean && again.variance == variance)
                for j in 0..<columns {
                    let column = stride(from: j, to: x.count, by: columns).map { Double(x[$0]) }
                    let exactMean = column.reduce(0, +) / Double(rows)
                    let exact =
                        column.reduce(0) { $0 + ($1 - exactMean) * ($1 - exactMean) } / Double(rows)
                    let (scale, width) = (Double(abs(center) + spread), Double(spread))
                    #expect(abs(Double(mean[j]) - exactMean) <= 2e-7 * scale)
                    // Means of units are rounded to floats, so this much comes back as variance.
                    let rounding = 1.2e-7 * scale * width
                    #expect(abs(Double(variance[j]) - exact) <= 3e-6 * exact + rounding)
                }
            }
        }
    }

    @Test func farFromZeroAndBehindAnOutlier() {
        var numbers = TestRandom(9)
        let columns = 16
        var x = (0..<100_000 * columns).map { _ in 1000 + numbers.float(-1.732...1.732) }
        for j in 0..<columns / 2 { x[j] = 0 }
        for table in kernelTables.map(\.pointee) {
            let (_, variance) = moments(x, columns: columns, unitRows: 1024, table)
            for j in 0..<columns {
                let column = stride(from: j, to: x.count, by: columns).map { Double(x[$0]) }
                let mean = column.reduce(0, +) / Double(column.count)
                let exact =
                    column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(column.count)
                #expect(abs(Double(variance[j]) / exact - 1) < 1e-4)
            }
        }
    }
}
