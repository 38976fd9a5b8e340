import Strata

/// How the features of an image become one vector of them.
public enum GlobalPooling: Sendable {
    case average, maximum
}

/// The end of a network, by the arguments that keras.applications' functions have.
struct Head {
    var includeTop: Bool
    var pooling: GlobalPooling?
    var classes: Int
    var activation: ActivationFunction

    /// - Parameters:
    ///   - top: what stands between the features and the classifier.
    ///   - poolNames: the names of the poolings that stand there without a top.
    func callAsFunction(
        _ features: Tensor, classifier: String? = nil,
        poolNames: (average: String?, maximum: String?) = (nil, nil), top: (Tensor) -> Tensor
    ) -> Tensor {
        if includeTop {
            let x = top(features)
            return Dense(classes, activation: activation, name: classifier)(x)
        }
        return switch pooling {
        case .average: GlobalAveragePooling2D(name: poolNames.average)(features)
        case .maximum: GlobalMaxPooling2D(name: poolNames.maximum)(features)
        case nil: features
        }
    }
}

/// Where the names of a network's layers come from.
enum Naming {
    /// They are numbered by class.
    case automatic
    /// They are those of keras.applications.
    case applications

    /// A layer's name, or nil for a numbered one.
    func callAsFunction(_ name: String) -> String? { self == .applications ? name : nil }
}

/// keras.applications' networks, layer by layer and name by name, so that weights trained there
/// fit. The functions of the same names outside this one are the same networks as Strata builds
/// them: padded within their convolutions, which is faster, and with numbered layers.
public enum Applications {}

extension Model {
    /// The model of a definition that cannot be, which says so when it is used.
    static func undefined(_ message: String, inputShape: Shape) -> Model {
        Model(inputs: Input(shape: inputShape), outputs: Tensor(error: StrataError(message)))
    }

    /// The choice for a depth, or the model that says that there is none.
    static func undefined(_ family: String, depth: Int, among depths: some Sequence<Int>) -> Model {
        let known = depths.sorted().map(String.init).joined(separator: ", ")
        return undefined(
            "\(family) comes with \(known) layers. Received: \(depth)", inputShape: [1, 1, 1])
    }
}
