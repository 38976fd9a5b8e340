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
