/// Named numbers of an epoch, a batch or an evaluation: `logs["loss"]`, in compile order.
public struct Logs: Sendable, Equatable, ExpressibleByDictionaryLiteral, CustomStringConvertible {
    public private(set) var names: [String]
    public private(set) var values: [Double]

    public init(_ names: [String], _ values: [Double]) {
        self.names = names
        self.values = values
    }

    public init(dictionaryLiteral elements: (String, Double)...) {
        self.init(elements.map(\.0), elements.map(\.1))
    }

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

    /// Names and numbers in alphabetical order, as Keras prints them.
    public var sorted: [(name: String, value: Double)] {
        zip(names, values).sorted { $0.0 < $1.0 }.map { (name: $0.0, value: $0.1) }
    }

    public var description: String {
        sorted.map { "\($0.name): \($0.value)" }.joined(separator: " - ")
    }
}
