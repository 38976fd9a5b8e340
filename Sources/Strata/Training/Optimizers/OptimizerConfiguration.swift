// Optimizers by the names that files have for them, and what those keep of any optimizer.
extension Optimizer {
    /// The optimizers by their names, as Keras writes them. Adding one adds a line here.
    public static let registry = Registry<Optimizer>(
        "optimizer",
        [
            Adadelta.self, Adagrad.self, Adam.self, AdamW.self, Adamax.self, Ftrl.self, Lion.self,
            Nadam.self, RMSprop.self, SGD.self,
        ])

    /// Makes an optimizer with its defaults.
    /// - Parameter name: its class as Keras names it, in any case: `adam`.
    /// - Throws: ``StrataError`` that lists the names, if there is no such optimizer.
    public static func named(_ name: String) throws -> Optimizer { try registry.named(name) }

    /// Makes an optimizer from what Keras serializes: an object, or a name.
    /// - Throws: a sentence that names an optimizer that is not known, or what is wrong with it.
    static func make(serialized json: JSON) throws -> Optimizer {
        let optimizer = try registry.make(json)
        optimizer.source = try json.object("a serialized optimizer").configuration
        return optimizer
    }

    /// The optimizer as Keras serializes it.
    /// - Throws: a sentence that names an optimizer or a schedule of your own.
    func serialized() throws -> JSON {
        guard let optimizer = self as? any (Optimizer & Configurable) else {
            throw StrataError(
                "The optimizer \(name) cannot be saved: its class does not implement Configurable.")
        }
        if let schedule, !(schedule is any Configurable) {
            throw StrataError(
                "The learning rate schedule \(type(of: schedule)) cannot be saved: it does not "
                    + "implement Configurable.")
        }
        return .keras(
            "optimizers", type(of: optimizer).className,
            try optimizer.configuration.overlaid(by: source))
    }

    /// The learning rate as files have it.
    fileprivate var rateSetting: RateSetting {
        get { schedule.map { .schedule($0) } ?? .number(learningRate) }
        set {
            switch newValue {
            case .number(let number): learningRate = number
            case .schedule(let new): schedule = new
            }
        }
    }

    /// Files have `null` where each batch is a step.
    fileprivate var accumulationSetting: Int? {
        get { gradientAccumulationSteps == 1 ? nil : gradientAccumulationSteps }
        set { gradientAccumulationSteps = newValue ?? 1 }
    }
}

/// A number or a schedule.
private enum RateSetting: ConfigurationValue {
    case number(Float)
    case schedule(any LearningRateSchedule)

    init(json: JSON) throws {
        self =
            json["class_name"] == nil
            ? .number(try Float(json: json))
            : .schedule(try LearningRateSchedules.registry.make(json))
    }

    var json: JSON {
        switch self {
        case .number(let number): JSON(number)
        case .schedule(let schedule as any Configurable):
            schedule.serialized(module: "optimizers.schedules")
        case .schedule: .null
        }
    }
}

extension Configurable where Self: Optimizer {
    public static var className: String { String(describing: Self.self) }

    /// What files keep of every optimizer.
    public static var shared: [Hyperparameter<Self>] {
        [
            .written("name") { .string($0.name) }, .value("learning_rate", \.rateSetting),
            .value("weight_decay", \.weightDecay), .value("clipnorm", \.clipnorm),
            .value("global_clipnorm", \.globalClipnorm), .value("clipvalue", \.clipvalue),
            .value("use_ema", \.useEMA), .value("ema_momentum", \.emaMomentum),
            .value("ema_overwrite_frequency", \.emaOverwriteFrequency),
            .ignored("loss_scale_factor"),
            .value("gradient_accumulation_steps", \.accumulationSetting),
        ]
    }
}
