import Strata

/// How the feature maps of an image are pooled into one vector.
public enum GlobalPooling: Sendable {
    /// The mean of each map.
    case average
    /// The maximum of each map.
    case maximum
}

/// The end of a network, with the options of the functions of keras.applications.
struct Head {
    var includeTop: Bool
    var pooling: GlobalPooling?
    var classes: Int
    var activation: ActivationFunction

    /// - Parameters:
    ///   - features: the feature maps.
    ///   - classifier: the name of the classifier.
    ///   - poolNames: the names of the poolings that are used without a top.
    ///   - top: the layers between the feature maps and the classifier.
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

/// How the layers of a network are named.
enum Naming {
    /// Numbered by class.
    case automatic
    /// Named as in keras.applications.
    case applications

    /// The name of a layer, or nil if it is numbered.
    func callAsFunction(_ name: String) -> String? { self == .applications ? name : nil }
}

/// The networks of `keras.applications`, layer by layer and name by name, so that their published
/// weights can be loaded.
///
/// The functions of the same names outside of this enumeration make the same networks, but pad within
/// convolutions, which is faster, and number their layers.
public enum Applications {}

extension Model {
    /// A model that carries an error, thrown when it is used.
    static func undefined(_ message: String, inputShape: Shape) -> Model {
        Model(inputs: Input(shape: inputShape), outputs: Tensor(error: StrataError(message)))
    }

    /// A model that carries the error that a family has no network of this depth.
    static func undefined(_ family: String, depth: Int, among depths: some Sequence<Int>) -> Model {
        let known = depths.sorted().map(String.init).joined(separator: ", ")
        return undefined(
            "The depth of \(family) must be one of \(known), but got \(depth)",
            inputShape: [1, 1, 1])
    }
}
