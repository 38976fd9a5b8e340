/// Initializers by Keras's names.
extension Initializer: ConfigurationValue {
    private static let named: [(className: String, initializer: Initializer)] = [
        ("Zeros", .zeros), ("Ones", .ones), ("GlorotUniform", .glorotUniform),
        ("GlorotNormal", .glorotNormal), ("HeUniform", .heUniform), ("HeNormal", .heNormal),
        ("LecunUniform", .lecunUniform), ("LecunNormal", .lecunNormal),
    ]

    public var json: JSON {
        func keras(_ className: String, _ config: Configuration) -> JSON {
            .keras("initializers", className, config)
        }
        switch self {
        case .zeros: return keras("Zeros", [:])
        case .ones: return keras("Ones", [:])
        case .constant(let value): return keras("Constant", ["value": value])
        case .identity(let gain): return keras("Identity", ["gain": gain])
        case .randomUniform(let minimum, let maximum):
            return keras(
                "RandomUniform", ["seed": nil, "minval": minimum, "maxval": maximum])
        case .randomNormal(let mean, let deviation):
            return keras("RandomNormal", ["seed": nil, "mean": mean, "stddev": deviation])
        case .truncatedNormal(let mean, let deviation):
            return keras("TruncatedNormal", ["seed": nil, "mean": mean, "stddev": deviation])
        case .varianceScaling(let scale, let fan, let distribution):
            return keras(
                "VarianceScaling",
                [
                    "seed": nil, "scale": scale, "mode": fan.rawValue,
                    "distribution": distribution.rawValue,
                ])
        case .orthogonal(let gain): return keras("Orthogonal", ["seed": nil, "gain": gain])
        default:
            let name = Initializer.named.first { $0.initializer == self }!.className
            return keras(name, ["seed": nil])
        }
    }

    public init(json: JSON) throws {
        let (className, configuration) = try json.object("an initializer")
        func number(_ name: String, _ fallback: Float) throws -> Float {
            try configuration.value(name, default: fallback)
        }
        func isNamed(_ name: String) -> Bool { className == name || className == snakeCase(name) }
        if let named = Initializer.named.first(where: { isNamed($0.className) }) {
            self = named.initializer
            return
        }
        switch className {
        case _ where isNamed("Constant"): self = .constant(try number("value", 0))
        case _ where isNamed("Identity") || isNamed("IdentityInitializer"):
            self = .identity(gain: try number("gain", 1))
        case _ where isNamed("Orthogonal") || isNamed("OrthogonalInitializer"):
            self = .orthogonal(gain: try number("gain", 1))
        case _ where isNamed("RandomUniform"):
            self = .randomUniform(
                minimum: try number("minval", -0.05), maximum: try number("maxval", 0.05))
        case _ where isNamed("RandomNormal"):
            self = .randomNormal(
                mean: try number("mean", 0), standardDeviation: try number("stddev", 0.05))
        case _ where isNamed("TruncatedNormal"):
            self = .truncatedNormal(
                mean: try number("mean", 0), standardDeviation: try number("stddev", 0.05))
        case _ where isNamed("VarianceScaling"):
            let mode = try configuration.value("mode", default: "fan_in")
            let shape = try configuration.value("distribution", default: "truncated_normal")
            guard let fan = Fan(rawValue: mode) else {
                throw StrataError("the fan mode \(mode) is not known")
            }
            guard
                let distribution = Distribution(
                    rawValue: shape == "normal" ? "truncated_normal" : shape)
            else { throw StrataError("the distribution \(shape) is not known") }
            self = .varianceScaling(
                scale: try number("scale", 1), fan: fan, distribution: distribution)
        default: throw StrataError("the initializer \(className) is not known")
        }
    }
}
