// Optimizers by the names that files have for them, and what those keep of any optimizer.
extension Optimizer {
    /// Adding an optimizer adds a line here.
    private static var builtIn: [any (Optimizer & ReadByInit).Type] {
        [
            Adadelta.self, Adagrad.self, Adam.self, AdamW.self, Adamax.self, Ftrl.self,
            Lion.self, Nadam.self, RMSprop.self, SGD.self,
        ]
    }

    private static var schedules: [any (LearningRateSchedule & ReadByInit).Type] {
        [
            CosineDecay.self, CosineDecayRestarts.self, ExponentialDecay.self,
            InverseTimeDecay.self, PiecewiseConstantDecay.self, PolynomialDecay.self,
        ]
    }

    /// Makes an optimizer from what Keras serializes: an object, or a name.
    /// - Throws: a sentence that names an optimizer that is not known, or what is wrong with it.
    static func make(serialized json: JSON) throws -> Optimizer {
        let optimizer: Optimizer = try json.make("optimizer", among: builtIn)
        optimizer.source = try json.object("a serialized optimizer").configuration
        return optimizer
    }

    /// The optimizer as Keras serializes it.
    /// - Throws: a sentence that names an optimizer or a schedule of your own.
    func serialized() throws -> JSON {
        guard let optimizer = self as? any (Optimizer & ReadByInit) else {
            throw StrataError(
                "The optimizer \(name) cannot be saved: its class does not implement ReadByInit.")
        }
        return .keras(
            "optimizers", type(of: optimizer).className,
            try optimizer.configuration.overlaid(by: source))
    }

    /// What all optimizers have in common; for the `configuration` of subclasses.
    public var options: Configuration {
        get throws {
            func limit(_ choose: (GradientClipping) -> Float?) -> Float? {
                clipping.flatMap(choose)
            }
            let limits: [Float?] = [
                limit { if case .norm(let limit) = $0 { limit } else { nil } },
                limit { if case .globalNorm(let limit) = $0 { limit } else { nil } },
                limit { if case .value(let limit) = $0 { limit } else { nil } },
            ]
            return [
                "name": name, "learning_rate": try writtenLearningRate,
                "weight_decay": weightDecay, "clipnorm": limits[0],
                "global_clipnorm": limits[1], "clipvalue": limits[2],
                "use_ema": averaging != nil, "ema_momentum": averaging?.momentum ?? 0.99,
                "ema_overwrite_frequency": averaging?.overwriteFrequency,
                "loss_scale_factor": nil,
                "gradient_accumulation_steps": accumulation == 1 ? nil : accumulation,
            ]
        }
    }

    private var writtenLearningRate: JSON {
        get throws {
            if !followsSchedule { return JSON(learningRate) }
            guard let schedule = schedule as? any (LearningRateSchedule & ReadByInit) else {
                throw StrataError(
                    "The learning rate schedule \(type(of: schedule)) cannot be saved: it does not "
                        + "implement ReadByInit.")
            }
            return try schedule.serialized(module: "optimizers.schedules")
        }
    }

    static func schedule(_ json: JSON) throws -> any LearningRateSchedule {
        if json["class_name"] == nil { return try Float(json: json) }
        return try json.make("learning rate schedule", among: schedules)
    }
}

extension ReadByInit where Self: Optimizer {
    public static var className: String { String(describing: Self.self) }
}

extension GradientClipping {
    /// At most one of the three ways.
    static func read(_ configuration: Configuration) throws -> GradientClipping? {
        let all: [GradientClipping?] = [
            try configuration.optional("clipnorm").map { .norm($0) },
            try configuration.optional("global_clipnorm").map { .globalNorm($0) },
            try configuration.optional("clipvalue").map { .value($0) },
        ]
        let given = all.compactMap { $0 }
        guard given.count < 2 else {
            throw StrataError(
                "one of clipnorm, global_clipnorm and clipvalue at most was expected. Received: "
                    + "\(given.count)")
        }
        return given.first
    }
}

extension WeightAveraging {
    static func read(_ configuration: Configuration) throws -> WeightAveraging? {
        guard try configuration.value("use_ema", default: false) else { return nil }
        let momentum: Float = try configuration.value("ema_momentum", default: 0.99)
        let frequency: Int? = try configuration.optional("ema_overwrite_frequency")
        guard (0...1).contains(momentum), frequency ?? 1 >= 1 else {
            throw StrataError(
                "ema_momentum is between 0 and 1, ema_overwrite_frequency at least 1. Received: "
                    + "\(momentum) and \(frequency.map(String.init) ?? "null")")
        }
        return WeightAveraging(momentum: momentum, overwriteFrequency: frequency)
    }
}
