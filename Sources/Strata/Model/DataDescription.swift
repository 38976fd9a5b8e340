/// What is known of the data that a model was trained on. It is kept in the model's file, beside what
/// Keras reads, so that whoever uses the model need not say it again.
public struct DataDescription: Sendable, Equatable {
    /// What the classes are called, in the order of the model's outputs; empty if that is not known.
    public var classNames: [String]
    /// What the numbers of the data were multiplied by.
    public var scale: Float
    /// The type of the numbers before that, such as `uint8` for pictures; nil if that is not known.
    public var dtype: DType?
    /// The largest magnitude of the scaled numbers; nil if it is not known.
    public var largest: Float?

    /// - Parameters:
    ///   - classNames: what the classes are called, in the order of the model's outputs.
    ///   - scale: what the numbers of the data were multiplied by, 1 by default.
    ///   - dtype: the type of the numbers before that.
    ///   - largest: the largest magnitude of the scaled numbers.
    public init(
        classNames: [String] = [], scale: Float = 1, dtype: DType? = nil, largest: Float? = nil
    ) {
        self.classNames = classNames
        self.scale = scale
        self.dtype = dtype
        self.largest = largest
    }

    /// What data of a type are to be multiplied by, as the data of training were; nil if these were of
    /// another kind: whole numbers are scaled as whole numbers were.
    /// - Parameter dtype: the type of the numbers.
    public func scale(for dtype: DType) -> Float? {
        self.dtype?.isFloatingPoint == dtype.isFloatingPoint ? scale : nil
    }
}

// As files keep it.
extension DataDescription {
    var json: JSON {
        var members: [JSON.Member] = []
        if !classNames.isEmpty { members.append(.init("class_names", classNames.json)) }
        members.append(.init("scale", JSON(scale)))
        if let dtype { members.append(.init("dtype", .string(dtype.rawValue))) }
        if let largest { members.append(.init("largest", JSON(largest))) }
        return .object(members)
    }

    init(json: JSON) throws {
        classNames = try json["class_names"].map { try [String](json: $0) } ?? []
        scale = try json["scale"].map { try Float(json: $0) } ?? 1
        dtype = try json["dtype"].flatMap { DType(rawValue: try String(json: $0)) }
        largest = try json["largest"].map { try Float(json: $0) }
        guard scale.isFinite else { throw StrataError("the scale of the data is \(scale)") }
    }
}
