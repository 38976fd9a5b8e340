/// What a call in a model's definition was given, in the words of files: the model's tensors, and
/// the constants that stand among them.
struct CallArguments {
    /// An array; a tensor in it is an object, whose place in the graph each file says anew.
    var positional: JSON
    var keywords: Configuration = [:]

    /// Tensors alone: one, or a list of several.
    init(tensorCount: Int) {
        let tensors = JSON.array([JSON](repeating: .tensor([:]), count: tensorCount))
        positional = tensorCount == 1 ? tensors : [tensors]
    }

    init(positional: [JSON]) { self.positional = .array(positional) }

    /// What a file says: `{"args": …, "kwargs": …}`.
    init(_ json: JSON) {
        positional = json["args"] ?? []
        keywords = Configuration.members(of: json["kwargs"] ?? .null)
        // Nothing makes a mask.
        if let mask = keywords["mask"], mask.containsTensor { keywords["mask"] = nil }
    }

    var json: JSON { ["args": positional, "kwargs": keywords.json] }
}

extension JSON {
    /// One of a model's tensors.
    static func tensor(_ config: JSON) -> JSON {
        ["class_name": "__keras_tensor__", "config": config]
    }

    private var isTensor: Bool { self["class_name"] == "__keras_tensor__" }

    var containsTensor: Bool { !tensors.isEmpty }

    /// The model's tensors in this, in their order.
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
