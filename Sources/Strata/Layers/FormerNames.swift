// Names that earlier versions of Keras had for hyper-parameters, and Keras 3 still takes.
extension Configuration {
    /// For each class the former names of its hyper-parameters, with the current ones.
    private static let formerNames: [String: [(former: String, current: String)]] = [
        "LeakyReLU": [("alpha", "negative_slope")]
    ]

    /// The hyper-parameters of a layer of a class under their current names.
    func withCurrentNames(of className: String) -> Configuration {
        if className == InputLayer.className { return withBatchShape }
        var configuration = self
        for (former, current) in Self.formerNames[className] ?? [] {
            guard let value = configuration[former] else { continue }
            configuration[former] = nil
            if configuration[current] ?? .null == .null { configuration[current] = value }
        }
        return configuration
    }

    /// The shape of an input as `batch_shape`. Keras accepts no more than one of the names.
    private var withBatchShape: Configuration {
        var configuration = self
        for (name, isBatch) in [
            ("batch_input_shape", true), ("shape", false), ("input_shape", false),
        ] {
            guard let shape = configuration[name] else { continue }
            configuration[name] = nil
            guard configuration["batch_shape"] == nil, case .array(let sizes) = shape else {
                continue
            }
            configuration["batch_shape"] = .array(isBatch ? sizes : [.null] + sizes)
        }
        return configuration
    }
}
