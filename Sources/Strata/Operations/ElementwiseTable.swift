import CStrata

extension Elementwise {
    /// The operations, in the order of `STRATA_ELEMENTWISE` in strata_operations.h, which has their
    /// kernels.
    package enum Code: UInt8, Sendable, CaseIterable {
        case copy, negate, abs, sign, exp, expm1, log, log1p
        case sqrt, rsqrt, square, reciprocal, floor, round
        case sin, cos, erf, relu, sigmoid, tanh, softplus, isFinite
        case add, subtract, multiply, divide, maximum, minimum, power
        case equal, greater, greaterEqual
        case reluGradient, sigmoidGradient, tanhGradient
        case select

        /// How many operands the operation has.
        package var inputCount: Int { Int(strata_op_at(Int32(rawValue)).pointee.inputs) }
    }

    /// What the library knows of an operation, beside its kernel.
    struct Row {
        /// The operation on a model's tensors in Keras, by its place under `keras.src.ops`.
        let keras: String?
        /// ONNX's operator; nil where it takes several.
        let onnx: String?
        /// The cotangent of each input, by that of the output, the inputs and the output, before it
        /// is summed over broadcast dimensions; nil where there is none.
        let derivatives: ((_ g: Tensor, _ x: [Tensor], _ y: Tensor) -> [Tensor?])?

        init(
            keras: String? = nil, onnx: String? = nil,
            derivatives: ((_ g: Tensor, _ x: [Tensor], _ y: Tensor) -> [Tensor?])? = nil
        ) {
            (self.keras, self.onnx, self.derivatives) = (keras, onnx, derivatives)
        }
    }

    static func row(_ code: Code) -> Row {
        switch code {
        case .copy:
            Row(onnx: "Identity") { g, _, _ in [g] }
        case .negate:
            Row(keras: "numpy.Negative", onnx: "Neg") { g, _, _ in [-g] }
        case .abs:
            Row(keras: "numpy.Absolute", onnx: "Abs") { g, x, _ in [g * sign(x[0])] }
        case .sign:
            Row(keras: "numpy.Sign", onnx: "Sign")
        case .exp:
            Row(keras: "numpy.Exp", onnx: "Exp") { g, _, y in [g * y] }
        case .expm1:
            Row(keras: "numpy.Expm1") { g, _, y in [g * (y + 1)] }
        case .log:
            Row(keras: "numpy.Log", onnx: "Log") { g, x, _ in [g / x[0]] }
        case .log1p:
            Row(keras: "numpy.Log1p") { g, x, _ in [g / (x[0] + 1)] }
        case .sqrt:
            Row(keras: "numpy.Sqrt", onnx: "Sqrt") { g, _, y in [g * 0.5 / y] }
        case .rsqrt:
            Row(keras: "math.Rsqrt") { g, _, y in [g * y * y * y * -0.5] }
        case .square:
            Row(keras: "numpy.Square") { g, x, _ in [g * x[0] * 2] }
        case .reciprocal:
            Row(keras: "numpy.Reciprocal", onnx: "Reciprocal") { g, _, y in [-g * y * y] }
        case .floor:
            Row(keras: "numpy.Floor", onnx: "Floor")
        case .round:
            Row(onnx: "Round")
        case .sin:
            Row(keras: "numpy.Sin", onnx: "Sin") { g, x, _ in [g * cos(x[0])] }
        case .cos:
            Row(keras: "numpy.Cos", onnx: "Cos") { g, x, _ in [-g * sin(x[0])] }
        case .erf:
            // 2/√π · exp(-x²)
            Row(keras: "math.Erf", onnx: "Erf") { g, x, _ in
                [g * exp(-x[0] * x[0]) * 1.1283791670955126]
            }
        case .relu:
            Row(keras: "nn.Relu", onnx: "Relu") { g, _, y in [.elementwise(.reluGradient, g, y)] }
        case .sigmoid:
            Row(keras: "nn.Sigmoid", onnx: "Sigmoid") { g, _, y in
                [.elementwise(.sigmoidGradient, g, y)]
            }
        case .tanh:
            Row(keras: "numpy.Tanh", onnx: "Tanh") { g, _, y in
                [.elementwise(.tanhGradient, g, y)]
            }
        case .softplus:
            Row(keras: "nn.Softplus", onnx: "Softplus") { g, x, _ in [g * sigmoid(x[0])] }
        case .isFinite:
            Row()
        case .add:
            Row(keras: "numpy.Add", onnx: "Add") { g, _, _ in [g, g] }
        case .subtract:
            Row(keras: "numpy.Subtract", onnx: "Sub") { g, _, _ in [g, -g] }
        case .multiply:
            Row(keras: "numpy.Multiply", onnx: "Mul") { g, x, _ in [g * x[1], g * x[0]] }
        case .divide:
            Row(keras: "numpy.TrueDivide", onnx: "Div") { g, x, y in
                let quotient = g / x[1]
                return [quotient, -quotient * y]
            }
        case .maximum:
            // Of equals the first is the maximum, as in TensorFlow; of the minimum likewise.
            Row(keras: "numpy.Maximum", onnx: "Max") { g, x, _ in
                let first = x[0] .>= x[1]
                return [g * first, g * (1 - first)]
            }
        case .minimum:
            Row(keras: "numpy.Minimum", onnx: "Min") { g, x, _ in
                let first = x[1] .>= x[0]
                return [g * first, g * (1 - first)]
            }
        case .power:
            Row(keras: "numpy.Power", onnx: "Pow") { g, x, y in
                // d(aᵇ)/db is 0 where a is 0, as TensorFlow has it.
                let logarithm = select(x[0] .> 0, log(x[0]), 0)
                return [g * x[1] * pow(x[0], x[1] - 1), g * y * logarithm]
            }
        case .equal:
            Row(keras: "numpy.Equal", onnx: "Equal")
        case .greater:
            Row(keras: "numpy.Greater", onnx: "Greater")
        case .greaterEqual:
            Row(keras: "numpy.GreaterEqual", onnx: "GreaterOrEqual")
        case .reluGradient:
            Row { g, x, _ in [.elementwise(.reluGradient, g, x[1]), nil] }
        case .sigmoidGradient:
            Row { g, x, _ in
                [.elementwise(.sigmoidGradient, g, x[1]), g * x[0] * (1 - x[1] * 2)]
            }
        case .tanhGradient:
            Row { g, x, _ in [.elementwise(.tanhGradient, g, x[1]), g * x[0] * x[1] * -2] }
        case .select:
            Row(keras: "numpy.Where") { g, x, _ in [nil, select(x[0], g, 0), select(x[0], 0, g)] }
        }
    }
}
