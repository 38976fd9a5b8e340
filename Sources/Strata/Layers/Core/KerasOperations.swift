/// Keras's names for operations on tensors.
enum KerasOperations {
    struct Row {
        let name: String
        /// Its place under `keras.src.ops`.
        let module: String
        let code: Elementwise.Code
        let operandCount: Int
    }

    /// The elementwise ones. Of two names for one thing, Strata writes the first.
    static let elementwise =
        rows(
            "numpy", 1,
            [
                ("Negative", .negate), ("Absolute", .abs), ("Abs", .abs), ("Sign", .sign),
                ("Exp", .exp), ("Expm1", .expm1), ("Log", .log), ("Log1p", .log1p),
                ("Sqrt", .sqrt), ("Square", .square), ("Reciprocal", .reciprocal),
                ("Floor", .floor), ("Sin", .sin), ("Cos", .cos), ("Tanh", .tanh),
            ])
        + rows("math", 1, [("Rsqrt", .rsqrt), ("Erf", .erf)])
        + rows("nn", 1, [("Relu", .relu), ("Sigmoid", .sigmoid), ("Softplus", .softplus)])
        + rows(
            "numpy", 2,
            [
                ("Add", .add), ("Subtract", .subtract), ("Multiply", .multiply),
                ("TrueDivide", .divide), ("Divide", .divide), ("Maximum", .maximum),
                ("Minimum", .minimum), ("Power", .power), ("Equal", .equal),
                ("Greater", .greater), ("GreaterEqual", .greaterEqual),
            ])
        + rows("numpy", 3, [("Where", .select)])

    private static func rows(
        _ module: String, _ operandCount: Int, _ list: [(String, Elementwise.Code)]
    ) -> [Row] {
        list.map { Row(name: $0, module: module, code: $1, operandCount: operandCount) }
    }

    /// Those that are what a layer is, with its configuration.
    static let layers: [String: String] = [
        "AveragePool": "AveragePooling2D", "Concatenate": "Concatenate", "Elu": "ELU",
        "LeakyRelu": "LeakyReLU", "MaxPool": "MaxPooling2D", "ReLU": "ReLU",
        "Resize": "Resizing", "Softmax": "Softmax",
    ]
}
