/// One or more axes of a tensor. Negative axes count from the end: -1 is the last.
public struct Axes: Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    /// The axes in order.
    public var list: [Int]

    /// - Parameter list: the axes.
    public init(_ list: [Int]) { self.list = list }

    /// - Parameter axis: the only axis.
    public init(_ axis: Int) { list = [axis] }

    public init(integerLiteral axis: Int) { list = [axis] }
    public init(arrayLiteral axes: Int...) { list = axes }
}

/// A single axis is written as a number.
extension Axes: ConfigurationValue {
    public var json: JSON { OneOrMany(list).json }
    public init(json: JSON) throws { list = try [Int](json: json) }
}

/// A list that files have as a number where it has one element.
struct OneOrMany<Element: ConfigurationValue>: ConfigurationValue {
    var list: [Element]

    init(_ list: [Element]) { self.list = list }

    var json: JSON { list.count == 1 ? list[0].json : list.json }
    init(json: JSON) throws { list = try [Element](json: json) }
}

/// A number that files may have as a list of one element.
struct Single: ConfigurationValue {
    var number: Int

    var json: JSON { .integer(number) }
    init(_ number: Int) { self.number = number }
    init(json: JSON) throws {
        let list = try [Int](json: json)
        guard list.count == 1 else { throw json.mismatch("one number") }
        number = list[0]
    }
}

// Views of properties as files have them, for key paths in lists of hyper-parameters.

extension Array where Element: ConfigurationValue {
    /// A number where there is one element.
    var oneOrMany: OneOrMany<Element> {
        get { OneOrMany(self) }
        set { self = newValue.list }
    }

    /// `null` where there is none.
    var nilIfEmpty: [Element]? {
        get { isEmpty ? nil : self }
        set { self = newValue ?? [] }
    }
}

extension Optional where Wrapped == [Float] {
    /// A number where there is one element.
    var oneOrMany: OneOrMany<Float>? {
        get { map { OneOrMany($0) } }
        set { self = newValue?.list }
    }
}

extension Int {
    /// A number that files may have as a list of one element.
    var single: Single {
        get { Single(self) }
        set { self = newValue.number }
    }
}
