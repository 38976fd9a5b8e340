/// The losses and metrics of each epoch of a `fit`: `history["val_loss"]`.
public struct History: Hashable, Sendable {
    /// The epochs that were run, counted from 0.
    public private(set) var epochs: [Int] = []
    /// The names of the numbers, in alphabetical order as in Keras.
    public private(set) var names: [String] = []
    private var values: [String: [Double]] = [:]

    /// A history of no epochs.
    public init() {}

    /// The numbers of a name, one for each epoch; nil if there is no such name.
    public subscript(_ name: String) -> [Double]? { values[name] }

    /// Adds the numbers of an epoch, in place of those of the same epoch if it is the last.
    mutating func append(_ epoch: Int, _ logs: Logs) {
        if epochs.last == epoch {
            for name in names where logs[name] != nil { _ = values[name]?.popLast() }
        } else {
            epochs.append(epoch)
        }
        for (name, value) in logs.sorted {
            if values[name] == nil { names.append(name) }
            values[name, default: []].append(value)
        }
    }
}

// As files keep it.
extension History {
    /// A list of numbers for each name; null where a number is not finite.
    var json: JSON {
        let lists = names.map { name in
            JSON.Member(
                name,
                .array((self[name] ?? []).map { $0.isFinite ? JSON.number($0) : .null }))
        }
        return .object([JSON.Member("epoch", .array(epochs.map { .integer($0) }))] + lists)
    }

    init(json: JSON) throws {
        guard case .object(let members) = json else { throw json.mismatch("an object") }
        epochs = try [Int](json: json["epoch"] ?? [])
        for member in members where member.name != "epoch" {
            guard case .array(let numbers) = member.value else {
                throw member.value.mismatch("an array of numbers")
            }
            names.append(member.name)
            values[member.name] = try numbers.map { $0 == .null ? .nan : try Double(json: $0) }
        }
    }
}

extension History: Codable {
    private enum CodingKeys: String, CodingKey { case epochs, names, values }

    /// Writes the epochs and the numbers of each name, with null for a number that is not finite.
    /// - Parameter encoder: the encoder.
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(epochs, forKey: .epochs)
        try container.encode(names, forKey: .names)
        let lists = names.map { name in (values[name] ?? []).map { $0.isFinite ? $0 : nil } }
        try container.encode(lists, forKey: .values)
    }

    /// Reads what `encode` wrote. Null becomes NaN.
    /// - Parameter decoder: the decoder.
    /// - Throws: what the decoder throws, and `DecodingError` if names and lists of numbers differ in count
    ///   or a name comes twice.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        epochs = try container.decode([Int].self, forKey: .epochs)
        names = try container.decode([String].self, forKey: .names)
        let lists = try container.decode([[Double?]].self, forKey: .values)
        guard names.count == lists.count, Set(names).count == names.count else {
            throw DecodingError.dataCorruptedError(
                forKey: .values, in: container,
                debugDescription: "there must be a list of numbers for each of \(names)")
        }
        for (name, list) in zip(names, lists) { values[name] = list.map { $0 ?? .nan } }
    }
}
