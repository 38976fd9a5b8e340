/// The types of one kind that can be chosen by name: optimizers, learning rate schedules.
///
/// Files and the command line choose by the same list.
public struct Registry<Kind>: @unchecked Sendable {  // types are constants
    /// What is listed, for messages: `optimizer`.
    let kind: String
    let types: [any Configurable.Type]

    init(_ kind: String, _ types: [any Configurable.Type]) {
        self.kind = kind
        self.types = types
    }

    /// The names in the order of the list, as Keras writes the classes: `AdamW`.
    public var names: [String] { types.map { $0.className } }

    /// Makes one with its defaults.
    /// - Parameter name: the class as Keras names it, or in snake case; upper and lower case are the
    ///   same.
    /// - Throws: ``StrataError`` that lists the names, if there is none of that name.
    public func named(_ name: String) throws -> Kind {
        guard let made = try type(name).prototype() as? Kind else { throw unknown(name) }
        return made
    }

    /// Makes the one that a file describes: an object, or a name.
    func make(_ json: JSON) throws -> Kind {
        let (name, configuration) = try json.object("a serialized \(kind)")
        let type = try type(name)
        do {
            guard let made = try type.make(from: configuration) as? Kind else {
                throw unknown(name)
            }
            return made
        } catch {
            throw StrataError("\(kind) \(name): \(error)")
        }
    }

    private func type(_ name: String) throws -> any Configurable.Type {
        let known = types.first {
            let className = $0.className
            return [className.lowercased(), snakeCase(className)].contains(name.lowercased())
        }
        guard let known else { throw unknown(name) }
        return known
    }

    private func unknown(_ name: String) -> StrataError {
        StrataError(
            "the \(kind) \(name) is not known; there are " + names.joined(separator: ", "))
    }
}
