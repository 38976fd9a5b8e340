/// The losses and metrics of an epoch, a batch or an evaluation, by name: `logs["loss"]`.
public struct Logs: Sendable, Equatable, ExpressibleByDictionaryLiteral, CustomStringConvertible {
    /// The names, in the order of `compile`.
    public private(set) var names: [String]
    /// The numbers, in the order of ``names``.
    public private(set) var values: [Double]

    /// - Parameters:
    ///   - names: the names.
    ///   - values: a number for each name.
    public init(_ names: [String], _ values: [Double]) {
        self.names = names
        self.values = values
    }

    /// Makes logs from a literal: `["loss": 0.5]`.
    /// - Parameter elements: names and numbers.
    public init(dictionaryLiteral elements: (String, Double)...) {
        self.init(elements.map(\.0), elements.map(\.1))
    }

    /// The number of a name; nil if there is no such name. Setting nil removes it.
    public subscript(_ name: String) -> Double? {
        get { names.firstIndex(of: name).map { values[$0] } }
        set {
            if let index = names.firstIndex(of: name) {
                if let newValue {
                    values[index] = newValue
                } else {
                    names.remove(at: index)
                    values.remove(at: index)
                }
            } else if let newValue {
                names.append(name)
                values.append(newValue)
            }
        }
    }

    /// The names and numbers in alphabetical order, as Keras prints them.
    public var sorted: [(name: String, value: Double)] {
        zip(names, values).sorted { $0.0 < $1.0 }.map { (name: $0.0, value: $0.1) }
    }

    public var description: String {
        sorted.map { "\($0.name): \($0.value)" }.joined(separator: " - ")
    }
}

extension Logs: Codable {
    private enum CodingKeys: String, CodingKey { case names, values }

    /// Writes the names and the numbers, with null for a number that is not finite.
    /// - Parameter encoder: the encoder.
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(names, forKey: .names)
        try container.encode(values.map { $0.isFinite ? $0 : nil }, forKey: .values)
    }

    /// Reads what `encode` wrote. Null becomes NaN.
    /// - Parameter decoder: the decoder.
    /// - Throws: what the decoder throws, and `DecodingError` if there are more names than numbers or fewer.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        names = try container.decode([String].self, forKey: .names)
        values = try container.decode([Double?].self, forKey: .values).map { $0 ?? .nan }
        guard names.count == values.count else {
            throw DecodingError.dataCorruptedError(
                forKey: .values, in: container,
                debugDescription: "there must be \(names.count) numbers, but got \(values.count)")
        }
    }
}
