/// The arguments of a call in a model's definition, as files write them: tensors of the model, and the
/// constants among them.
struct CallArguments {
    /// An array. A tensor in it is an object; its position in the graph is written anew each time.
    var positional: JSON
    var keywords: Configuration = [:]

    /// The arguments of a call with tensors only: one, or a list of several.
    /// - Parameter training: whether the call trains, if that is said.
    init(tensorCount: Int, training: Bool? = nil) {
        let tensors = JSON.array([JSON](repeating: .tensor([:]), count: tensorCount))
        positional = tensorCount == 1 ? tensors : [tensors]
        if let training { keywords["training"] = .boolean(training) }
    }

    /// Whether the call trains, where that is said.
    var training: Bool? {
        if case .boolean(let training)? = keywords["training"] { training } else { nil }
    }

    init(positional: [JSON]) { self.positional = .array(positional) }

    /// Reads the arguments from a file: `{"args": …, "kwargs": …}`.
    init(_ json: JSON) {
        positional = json["args"] ?? []
        keywords = Configuration.members(of: json["kwargs"] ?? .null)
        // Masks are not supported, and nothing produces one.
        if let mask = keywords["mask"], mask.containsTensor { keywords["mask"] = nil }
    }

    var json: JSON { ["args": positional, "kwargs": keywords.json] }
}

extension JSON {
    /// A tensor of the model.
    static func tensor(_ config: JSON) -> JSON {
        ["class_name": "__keras_tensor__", "config": config]
    }

    private var isTensor: Bool { self["class_name"] == "__keras_tensor__" }

    var containsTensor: Bool { !tensors.isEmpty }

    /// The tensors of the model in these arguments, in order.
    var tensors: [JSON] {
        var found: [JSON] = []
        _ = replacingTensors { tensor in
            found.append(tensor)
            return tensor
        }
        return found
    }

    func replacingTensors(by replacement: (JSON) throws -> JSON) rethrows -> JSON {
        switch self {
        case .object where isTensor: try replacement(self)
        case .object(let members):
            .object(
                try members.map {
                    Member($0.name, try $0.value.replacingTensors(by: replacement))
                })
        case .array(let elements):
            .array(try elements.map { try $0.replacingTensors(by: replacement) })
        default: self
        }
    }
}
