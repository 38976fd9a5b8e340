import Strata
import TestSupport

/// A random expression graph: layers, elementwise arithmetic with broadcasts, reductions and
/// movements over values that are read more than once, with its gradients.
struct RandomGraph {
    enum Leaf {
        case placeholder(Int)
        case constant
        case variable(Variable)
    }

    private(set) var leaves: [(tensor: Tensor, start: Tensor, kind: Leaf)] = []
    private(set) var outputs: [Tensor] = []
    private(set) var updates: [(Variable, Tensor)] = []
    private var random: TestRandom
    private var pool: [Tensor] = []
    private let leafKinds: [Int]

    /// The numbers of the placeholders, by number.
    var arguments: [Tensor] {
        leaves.compactMap { if case .placeholder = $0.kind { $0.start } else { nil } }
    }

    /// The variables and their first numbers.
    var variables: [(variable: Variable, start: Tensor)] {
        leaves.compactMap {
            if case .variable(let variable) = $0.kind { (variable, $0.start) } else { nil }
        }
    }

    /// - Parameter leafKinds: what leaves are: 0 placeholders, 1 constants, 2 variables.
    init(seed: UInt64, leafKinds: [Int], steps: Int = 14, updates: Bool = false) {
        random = TestRandom(seed &+ 1000)
        self.leafKinds = leafKinds
        let shapes: [Shape] = [
            [2, 5, 4, 3], [3, 7], [2, 3, 4], [6], [1, 6, 6, 1], [4, 1], [1],
        ]
        for shape in shapes.shuffled(using: &random).prefix(3) { pool.append(leaf(shape)) }
        for _ in 0..<Int.random(in: 3...steps, using: &random) {
            let x = pool[Int.random(in: max(0, pool.count - 5)..<pool.count, using: &random)]
            let y = step(x)
            if let error = y.error { fatalError("\(error)") }
            if y.shape.count <= 800 { pool.append(y) }
        }
        let loss = pool.suffix(3).reduce(Tensor(0)) { sum, x in
            sum + (x * random.tensor(x.shape, -1...1)).sum()
        }
        let gradients = gradient(of: loss, wrt: leaves.map(\.tensor))
        outputs = [loss, loss] + gradients + pool.shuffled(using: &random).prefix(3)
        if updates {
            for (index, leaf) in leaves.enumerated() {
                guard case .variable(let variable) = leaf.kind else { continue }
                let next: Tensor
                switch Int.random(in: 0..<4, using: &random) {
                case 0: next = leaf.tensor * 0.9 + 0.01
                case 1: next = leaf.tensor - gradients[index] * 0.01 * leaf.tensor
                case 2: next = gradients[index] * 0.05
                default: next = tanh(leaf.tensor - gradients[index] * 0.02)
                }
                self.updates.append((variable, next))
            }
        }
    }

    private mutating func leaf(
        _ shape: Shape, _ range: ClosedRange<Float> = -1.5...1.5
    ) -> Tensor {
        let start = random.tensor(shape, range)
        switch leafKinds.randomElement(using: &random)! {
        case 0:
            let index = arguments.count
            let tensor = Tensor(Node(.placeholder(index), [TensorType(shape)]))
            leaves.append((tensor, start, .placeholder(index)))
        case 1:
            leaves.append((start, start, .constant))
        default:
            let scalars = start.scalars
            let variable = Variable("v", shape: shape) { scalars }
            leaves.append((variable.value, start, .variable(variable)))
        }
        return leaves.last!.tensor
    }

    private mutating func pick(_ range: Range<Int>) -> Int {
        Int.random(in: range, using: &random)
    }

    private mutating func step(_ x: Tensor) -> Tensor {
        switch pick(0..<14) {
        case 0, 1: return unary(x)
        case 2, 3, 4: return binary(x)
        case 5: return reduction(x)
        case 6, 7: return movement(x)
        case 8, 9: return x.rank == 4 ? convolution(x) : dense(x)
        case 10: return x.rank == 4 ? pooling(x) : dense(x)
        case 11: return x.rank >= 2 ? normalization(x) : unary(x)
        case 12: return x.rank >= 1 ? rows(x) : binary(x)
        default: return chain(x)
        }
    }

    private mutating func unary(_ x: Tensor) -> Tensor {
        switch pick(0..<9) {
        case 0: relu(x)
        case 1: tanh(x)
        case 2: sigmoid(x)
        case 3: sin(x)
        case 4: square(x * 0.5)
        case 5: softplus(x)
        case 6: exp(sin(x))
        case 7: rsqrt(square(x) + 1)
        default: -x
        }
    }

    private mutating func binary(_ x: Tensor) -> Tensor {
        let fitting = pool.filter {
            $0.shape.broadcastable(with: x.shape)
        }
        var y = fitting.randomElement(using: &random) ?? x
        if pick(0..<3) == 0 {
            // One that is broadcast along some axes.
            let sizes = x.shape.dimensions.map { pick(0..<2) == 0 ? 1 : $0 }
            y = leaf(Shape(Array(sizes.dropFirst(x.rank > 0 ? pick(0..<x.rank) : 0))))
        }
        switch pick(0..<7) {
        case 0: return x + y
        case 1: return y - x
        case 2: return x * tanh(y)
        case 3: return y / (square(x) + 1)
        case 4: return maximum(x, y)
        case 5: return select(y .> 0.1, x, y)
        default: return sin(x) * cos(y) + x
        }
    }

    private mutating func reduction(_ x: Tensor) -> Tensor {
        let axes = (0..<x.rank).filter { _ in pick(0..<2) == 0 }
        let keeps = pick(0..<2) == 0
        switch pick(0..<3) {
        case 0: return x.max(axes: axes, keepDims: keeps)
        case 1: return x.mean(axes: axes, keepDims: keeps)
        default: return x.sum(axes: axes, keepDims: keeps) * 0.2
        }
    }

    private mutating func movement(_ x: Tensor) -> Tensor {
        let sizes = x.shape.dimensions
        switch pick(0..<6) {
        case 0: return x.transposed(Array(0..<x.rank).shuffled(using: &random))
        case 1:
            let start = sizes.map { pick(0..<$0) }
            let size = zip(sizes, start).map { pick(1..<($0 - $1 + 1)) }
            return x.sliced(from: start, size: size)
        case 2:
            return x.padded(
                before: sizes.map { _ in pick(0..<2) }, after: sizes.map { _ in pick(0..<3) })
        case 3:
            return x.rank == 0 ? x : Tensor.concatenate([x, tanh(x), x], axis: pick(0..<x.rank))
        case 4: return x.rank < 6 ? x.broadcast(to: Shape([2] + sizes)) : -x
        default:
            // The last axes joined, or a new one in front.
            guard x.rank >= 2 else { return x.reshaped(to: Shape([1] + sizes)) }
            return x.reshaped(to: Shape(Array(sizes.dropLast(2)) + [sizes.suffix(2).reduce(1, *)]))
        }
    }

    private mutating func convolution(_ x: Tensor) -> Tensor {
        let filters = [1, 3, 4, 9][pick(0..<4)]
        let size = min(x.shape[1], x.shape[2], pick(1..<4))
        let kernel = leaf([size, size, x.shape[3], filters], -0.4...0.4)
        let strides = pick(0..<3) == 0 ? [2, 1] : [1, 1]
        var y = conv2D(x, kernel, strides: strides, padding: pick(0..<2) == 0 ? .same : .valid)
        if pick(0..<3) == 0 { y = y * leaf([filters], 0.5...1.5) }
        if pick(0..<3) > 0 { y = y + leaf([filters]) }
        if pick(0..<4) == 0 { y = y * leaf([filters], 0.5...1.5) + leaf([filters]) }
        if pick(0..<2) == 0 { y = relu(y) }
        if pick(0..<2) == 0 { y = pooling(y) }
        return y
    }

    private mutating func pooling(_ x: Tensor) -> Tensor {
        let size = [min(x.shape[1], pick(1..<4)), min(x.shape[2], pick(1..<4))]
        let strides = pick(0..<2) == 0 ? nil : [pick(1..<3), pick(1..<4)]
        let padding = pick(0..<2) == 0 ? Padding.same : .valid
        return pick(0..<2) == 0
            ? maxPool2D(x, size: size, strides: strides, padding: padding)
            : averagePool2D(x, size: size, strides: strides, padding: padding)
    }

    private mutating func dense(_ x: Tensor) -> Tensor {
        let columns = x.rank > 0 ? x.shape[-1] : 1
        let flat = x.reshaped(to: [x.shape.count / columns, columns])
        let units = [1, 2, 5, 17][pick(0..<4)]
        var y =
            pick(0..<2) == 0
            ? matmul(flat, leaf([columns, units], -0.5...0.5))
            : matmul(flat, leaf([units, columns], -0.5...0.5), transposeB: true)
        // A single column may be broadcast.
        if pick(0..<3) > 0 { y = y + leaf([units == 1 && pick(0..<2) == 0 ? 4 : units]) }
        return pick(0..<2) == 0 ? relu(y) : y
    }

    private mutating func normalization(_ x: Tensor) -> Tensor {
        let (mean, variance) = moments(x)
        let scale = rsqrt(variance + 0.5) * leaf([x.shape[-1]], 0.5...1.5)
        let y = (x - mean) * scale + leaf([x.shape[-1]])
        return pick(0..<2) == 0 ? relu(y) : y
    }

    private mutating func rows(_ x: Tensor) -> Tensor {
        switch pick(0..<3) {
        case 0: return softmax(x)
        case 1: return logSoftmax(x) * 0.3
        default:
            let rows = Shape(Array(x.shape.dimensions.dropLast()))
            let labels = Tensor(
                shape: rows, scalars: (0..<rows.count).map { Float($0 % x.shape[-1]) })
            return Tensor.record(SoftmaxCrossEntropy(sparse: true), [x, labels])[0]
        }
    }

    /// Longer than a program may be, or with more values alive or read than it may have.
    private mutating func chain(_ x: Tensor) -> Tensor {
        var values = [x]
        for index in 0..<pick(20..<90) {
            let y = values[pick(max(0, values.count - 30)..<values.count)]
            switch pick(0..<5) {
            case 0: values.append(sin(y) + values.last! * 0.5)
            case 1: values.append(y * 0.3 + Tensor(Float(index) * 0.01))
            case 2: values.append(values.last! * 0.5 - y * 0.2)
            case 3: values.append(tanh(y) * values.last!)
            default: values.append(y - values[pick(0..<values.count)] * 0.25)
            }
        }
        return tanh(values.suffix(25).reduce(values.last!) { $0 * 0.5 + $1 * 0.3 })
    }
}

extension Shape {
    fileprivate func broadcastable(with other: Shape) -> Bool {
        zip(dimensions.reversed(), other.dimensions.reversed()).allSatisfy {
            $0 == $1 || $0 == 1 || $1 == 1
        }
    }
}
