import CStrata
import Foundation
import TestSupport
import Testing

@Suite struct MapReductionTests {
    /// Reduces `values`, seen as [outer, mid, inner]; with `unitRows`, by partials of three units.
    func reduce(
        _ values: [Float], _ shape: (outer: Int, mid: Int, inner: Int),
        _ kind: strata_reduction_kind, _ table: strata_kernels, unitRows: Int? = nil,
        callUnits: Int = .max
    ) -> [Float] {
        let input = GuardedArray(values)
        var args = strata_map_args()
        args.rank = 1
        args.dims.0 = Int64(values.count)
        args.input_count = 1
        args.inputs.0 = operand(input.pointer, STRATA_OPERAND_FULL)
        (args.outer, args.mid, args.inner) =
            (Int64(shape.outer), Int64(shape.mid), Int64(shape.inner))
        args.unit_elements = Int64((unitRows ?? shape.mid) * shape.inner)
        args.reduction_count = 1
        var results = GuardedArray<Float>(shape.outer * shape.inner)
        if let unitRows {
            args.units_per_partial = 3
            args.partials = Int64((shape.mid + 3 * unitRows - 1) / (3 * unitRows))
            results = GuardedArray<Float>(Int(args.partials) * shape.inner)
        }
        args.reductions.0 = strata_map_reduction(
            pointer: results.pointer, source: 0, kind: UInt8(kind.rawValue))
        withExtendedLifetime(input) { args.run(table, callUnits: callUnits) }
        guard unitRows != nil else { return results.values }
        let result = GuardedArray<Float>(shape.inner)
        var combine = strata_combine_args(
            partials: args.partials, inner: args.inner, kind: Int32(kind.rawValue),
            partial: results.pointer, result: result.pointer)
        table.combine(&combine, 0, Int64((shape.inner + 1023) / 1024), nil)
        return result.values
    }

    @Test func longSumsKeepTheirAccuracy() {
        let values = [Float](repeating: 0.1, count: 10_000_000)
        let exact = Double(Float(0.1)) * 1e7
        for table in kernelTables.map(\.pointee) {
            for unitRows in [nil, 16_384] {
                let sum = reduce(
                    values, (1, values.count, 1), STRATA_REDUCE_SUM, table, unitRows: unitRows)
                #expect(abs(Double(sum[0]) / exact - 1) < 1e-6)
            }
            let columns = reduce(values, (1, 10_000, 1000), STRATA_REDUCE_SUM, table, unitRows: 100)
            #expect(columns.allSatisfy { abs(Double($0) / (exact / 1000) - 1) < 1e-6 })
        }
    }

    @Test(arguments: [(1, 5000, 1), (3, 50, 1), (7, 3, 5), (2, 90, 40), (1, 9, 3000), (1, 700, 3)])
    func propagatesNotANumber(_ shape: (outer: Int, mid: Int, inner: Int)) {
        let count = shape.outer * shape.mid * shape.inner
        for table in kernelTables.map(\.pointee) {
            for place in [0, count / 3, count / 2 + 1, count - 1] {
                var values = [Float](repeating: -1, count: count)
                values[place] = .nan
                let slice = shape.mid * shape.inner
                let result = place / slice * shape.inner + place % shape.inner
                for kind in [STRATA_REDUCE_SUM, STRATA_REDUCE_MAX, STRATA_REDUCE_MIN] {
                    let results = reduce(values, shape, kind, table)
                    #expect(results.indices.allSatisfy { results[$0].isNaN == ($0 == result) })
                }
            }
        }
    }

    @Test func doesNotDependOnHowUnitsAreCalled() {
        var numbers = TestRandom(5)
        let values = (0..<30_000).map { _ in numbers.float(-1...1) }
        for table in kernelTables.map(\.pointee) {
            let whole = reduce(values, (1, 2500, 12), STRATA_REDUCE_SUM, table, unitRows: 77)
            for units in [1, 2, 5] {
                let parts = reduce(
                    values, (1, 2500, 12), STRATA_REDUCE_SUM, table, unitRows: 77, callUnits: units)
                #expect(parts == whole)
            }
        }
    }
}
