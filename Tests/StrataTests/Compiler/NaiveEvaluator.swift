import Foundation
import Strata
import TestSupport

/// Computes recorded expressions in Double by loops written from each operation's definition. It
/// shares nothing with the engine but the recording.
struct NaiveEvaluator {
    /// The numbers of placeholders, and others for tensors of numbers.
    private var values: [ObjectIdentifier: [NaiveArray]] = [:]
    private var placeholders: [Int: NaiveArray] = [:]

    init() {}

    init(placeholders: [NaiveArray]) {
        for (index, array) in placeholders.enumerated() { self.placeholders[index] = array }
    }

    /// Gives a tensor other numbers than it has.
    mutating func set(_ tensor: Tensor, _ array: NaiveArray) {
        values[ObjectIdentifier(tensor.node)] = [array]
    }

    mutating func value(_ tensor: Tensor) -> NaiveArray {
        for node in unknown(tensor.node) {
            values[ObjectIdentifier(node)] = compute(node)
        }
        return values[ObjectIdentifier(tensor.node)]![tensor.index]
    }

    /// The nodes still to be computed, in order.
    private func unknown(_ root: Node) -> [Node] {
        var seen = Set<ObjectIdentifier>()
        var nodes: [Node] = []
        var pending = [root]
        while let node = pending.popLast() {
            let identifier = ObjectIdentifier(node)
            guard values[identifier] == nil, seen.insert(identifier).inserted else { continue }
            nodes.append(node)
            pending += node.inputs.map(\.node)
        }
        return nodes.sorted { $0.identity < $1.identity }
    }

    private func compute(_ node: Node) -> [NaiveArray] {
        switch node.content {
        case .operation(let operation, let inputs):
            if operation is RandomNumbers {
                // The engine's own numbers: there is no other definition of them.
                let same = Tensor.record(operation, inputs)[0]
                return [NaiveArray(same.shape.dimensions, same.scalars.map(Double.init))]
            }
            let arrays = inputs.map { values[ObjectIdentifier($0.node)]![$0.index] }
            return NaiveEvaluator.apply(operation, arrays, node.types.map(\.shape.dimensions))
        case .numbers(let storages):
            return zip(storages, node.types).map { storage, type in
                guard type.dtype == .float32 else {
                    let floats = Tensor(storage, type).scalars
                    return NaiveArray(type.shape.dimensions, floats.map(Double.init))
                }
                let numbers = storage.floats.prefix(type.shape.count).map(Double.init)
                return NaiveArray(type.shape.dimensions, numbers)
            }
        case .placeholder(let index):
            return [placeholders[index]!]
        case .symbolic, .failure:
            fatalError("Nothing to compute.")
        }
    }

    static func apply(
        _ operation: any Strata.Operation, _ x: [NaiveArray], _ shapes: [[Int]]
    ) -> [NaiveArray] {
        let shape = shapes[0]
        switch operation {
        case let operation as Elementwise:
            return [
                NaiveArray(shape) { index in
                    ElementwiseCase.value(operation.code, x.map { $0.broadcast(at: index) })
                }
            ]
        case let operation as Reduction:
            return [reduce(operation, x[0])]
        case is Reshaping:
            return [NaiveArray(shape, x[0].numbers)]
        case let operation as Movement:
            return [move(operation.kind, x[0], shape)]
        case let operation as Concatenation:
            return [
                NaiveArray(shape) { index in
                    var index = index
                    for array in x {
                        if index[operation.axis] < array.shape[operation.axis] {
                            return array[index]
                        }
                        index[operation.axis] -= array.shape[operation.axis]
                    }
                    fatalError("An index lies in one of the parts.")
                }
            ]
        case let operation as MatrixProduct:
            let inner = x[0].shape[operation.transposeA ? 0 : 1]
            return [
                NaiveArray(shape) { index in
                    (0..<inner).reduce(0.0) { sum, k in
                        let a = operation.transposeA ? [k, index[0]] : [index[0], k]
                        let b = operation.transposeB ? [index[1], k] : [k, index[1]]
                        return sum + x[0][a] * x[1][b]
                    }
                }
            ]
        case let operation as Gather:
            let scale = Double(operation.scale)
            guard x.count > 1 else { return [NaiveArray(shape, x[0].numbers.map { $0 * scale })] }
            return [
                NaiveArray(shape) { index in
                    x[0][[Int(x[1][[index[0]]])] + index.dropFirst()] * scale
                }
            ]
        default:
            return naiveWindows(operation, x, shape) ?? naiveResampling(operation, x, shape)
                ?? naiveRows(operation, x, shapes)
        }
    }

    private static func reduce(_ reduction: Reduction, _ x: NaiveArray) -> NaiveArray {
        var shape = x.shape
        shape.removeSubrange(reduction.axes)
        let start: Double =
            switch reduction.kind {
            case .sum: 0
            case .max: -.infinity
            case .min: .infinity
            }
        var result = NaiveArray.zeros(shape)
        for position in result.numbers.indices { result.numbers[position] = start }
        NaiveArray.forEachIndex(x.shape) { index in
            var kept = index
            kept.removeSubrange(reduction.axes)
            let value = x[index]
            switch reduction.kind {
            case .sum: result[kept] += value
            case .max: result[kept] = max(result[kept], value)
            case .min: result[kept] = min(result[kept], value)
            }
        }
        return result
    }

    private static func move(
        _ kind: Movement.Kind, _ x: NaiveArray, _ shape: [Int]
    ) -> NaiveArray {
        switch kind {
        case .transpose(let permutation):
            return NaiveArray(shape) { index in
                var source = index
                for (axis, from) in permutation.enumerated() { source[from] = index[axis] }
                return x[source]
            }
        case .slice(let start, _, let steps):
            return NaiveArray(shape) { index in
                x[index.indices.map { start[$0] + index[$0] * steps[$0] }]
            }
        case .pad(let before, _, let steps):
            return NaiveArray(shape) { index in
                let from = zip(index, before).map { $0 - $1 }
                let source = zip(from, steps).map { $0 / $1 }
                let isInside = from.indices.allSatisfy {
                    from[$0] >= 0 && from[$0] % steps[$0] == 0 && source[$0] < x.shape[$0]
                }
                return isInside ? x[source] : 0
            }
        case .reverse(let axis):
            return NaiveArray(shape) { index in
                var source = index
                source[axis] = shape[axis] - 1 - index[axis]
                return x[source]
            }
        case .broadcast:
            return NaiveArray(shape) { x.broadcast(at: $0) }
        }
    }
}
