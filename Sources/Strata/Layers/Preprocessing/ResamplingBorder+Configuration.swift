extension ResamplingBorder {
    /// What a layer's configuration says: `fill_mode`, and `fill_value` beside it.
    init(_ configuration: Configuration) throws {
        let name = try configuration.value("fill_mode", default: "reflect")
        let fill = try configuration.value("fill_value", default: Float(0))
        switch name {
        case "constant": self = .constant(fill)
        case "nearest": self = .nearest
        case "reflect": self = .reflect
        case "wrap": self = .wrap
        default: throw StrataError("the fill mode \(name) is not known")
        }
    }
}

extension Interpolation: ConfigurationValue {
    public var json: JSON { .string(rawValue) }
    public init(json: JSON) throws {
        guard case .string(let name) = json, let value = Interpolation(rawValue: name) else {
            throw json.mismatch("\"nearest\" or \"bilinear\"")
        }
        self = value
    }
}
