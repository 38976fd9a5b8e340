/// Keras's names for operations on tensors.
enum KerasOperations {
    /// The elementwise ones. Of two names for one thing, Strata writes the table's.
    static let elementwise: [String: Elementwise.Code] = {
        var codes: [String: Elementwise.Code] = ["Abs": .abs, "Divide": .divide]
        for code in Elementwise.Code.allCases {
            if let place = place(of: code) { codes[place.name] = code }
        }
        return codes
    }()

    /// Where Keras has an elementwise operation, and its name there; nil if nowhere.
    static func place(of code: Elementwise.Code) -> (module: String, name: String)? {
        guard let path = Elementwise.row(code).keras?.split(separator: ".") else { return nil }
        return ("keras.src.ops.\(path[0])", String(path[1]))
    }

    /// Those that are what a layer is, with its configuration.
    static let layers: [String: String] = [
        "AveragePool": "AveragePooling2D", "Concatenate": "Concatenate", "Elu": "ELU",
        "LeakyRelu": "LeakyReLU", "MaxPool": "MaxPooling2D", "ReLU": "ReLU",
        "Resize": "Resizing", "Softmax": "Softmax",
    ]
}
