import Strata

/// How the learning rate changes over a run: `--schedule cosine,warmup=500`.
///
/// Schedules are written as their name and their settings. Where Keras wants a number of steps, the
/// whole run is what one gets without saying so.
struct ScheduleChoice {
    /// As it was given, for reports.
    let text: String
    private let name: String
    private var settings: [String: Double] = [:]
    /// Of `piecewise`: from which part of the run on the rate is multiplied by what.
    private var pieces: [(part: Double, factor: Double)] = []

    /// The settings of each schedule, with Keras's defaults where it has any.
    private static let known: [(name: String, settings: KeyValuePairs<String, Double>)] = [
        ("cosine", ["warmup": 0, "alpha": 0]),
        ("restarts", ["first": 0, "t-mul": 2, "m-mul": 1, "alpha": 0]),
        ("exponential", ["decay": 0.1, "steps": 0]),
        ("inverse-time", ["decay": 1, "steps": 0]),
        ("polynomial", ["end": 0.0001, "power": 1]),
        ("piecewise", [:]),
        ("plateau", ["factor": 0.1, "patience": 10]),
    ]
    static let names = known.map(\.name).joined(separator: ", ")

    static let help = """
        --schedule NAME[,SETTING=VALUE…], over the whole run unless steps are given:
          cosine[,warmup=STEPS][,alpha=PART]    restarts[,first=STEPS][,t-mul=M][,m-mul=M][,alpha=PART]
          exponential[,decay=RATE][,steps=N]    inverse-time[,decay=RATE][,steps=N]
          polynomial[,end=RATE][,power=P]       piecewise,0.5=0.1,0.75=0.01 (part of the run=factor)
          plateau[,factor=F][,patience=EPOCHS]
        """

    /// - Returns: nil if a name or a setting is not known, or a number is out of range.
    init?(_ text: String) {
        self.text = text
        let words = text.split(separator: ",", omittingEmptySubsequences: false)
        guard let schedule = Self.known.first(where: { $0.name == words[0] }) else { return nil }
        name = schedule.name
        for (key, value) in schedule.settings { settings[key] = value }
        for word in words.dropFirst() {
            let pair = word.split(separator: "=", omittingEmptySubsequences: false)
            guard pair.count == 2, let value = Double(pair[1]), (0...1e9).contains(value) else {
                return nil
            }
            if name == "piecewise" {
                guard let part = Double(pair[0]), part > pieces.last?.part ?? 0, part < 1 else {
                    return nil
                }
                pieces.append((part, value))
            } else if settings.updateValue(value, forKey: String(pair[0])) == nil {
                return nil
            }
        }
        guard isSensible else { return nil }
    }

    private var isSensible: Bool {
        settings["t-mul", default: 1] >= 1 && settings["factor", default: 0] < 1
            && (name != "piecewise" || !pieces.isEmpty)
    }

    /// What gives each step's rate in a run of `steps` steps; nil if a callback does.
    func schedule(rate: Float, steps: Int) -> (any LearningRateSchedule)? {
        func number(_ name: String) -> Float { Float(settings[name]!) }
        func count(_ name: String) -> Int { settings[name]! < 1 ? steps : Int(settings[name]!) }
        switch name {
        case "cosine":
            let warmup = Int(settings["warmup"]!)
            return CosineDecay(
                initialLearningRate: warmup > 0 ? 0 : rate, decaySteps: max(1, steps - warmup),
                alpha: number("alpha"), warmupTarget: warmup > 0 ? rate : nil, warmupSteps: warmup)
        case "restarts":
            return CosineDecayRestarts(
                initialLearningRate: rate, firstDecaySteps: count("first"), tMul: number("t-mul"),
                mMul: number("m-mul"), alpha: number("alpha"))
        case "exponential":
            return ExponentialDecay(
                initialLearningRate: rate, decaySteps: count("steps"), decayRate: number("decay"))
        case "inverse-time":
            return InverseTimeDecay(
                initialLearningRate: rate, decaySteps: count("steps"), decayRate: number("decay"))
        case "polynomial":
            return PolynomialDecay(
                initialLearningRate: rate, decaySteps: steps, endLearningRate: number("end"),
                power: number("power"))
        case "piecewise":
            return PiecewiseConstantDecay(
                boundaries: pieces.map { Int($0.part * Double(steps)) },
                values: [rate] + pieces.map { rate * Float($0.factor) })
        default:
            return nil
        }
    }

    /// What changes the rate by what is measured, if the schedule is one that does.
    func callback(monitor: String, verbose: Bool) -> (any Callback)? {
        guard name == "plateau" else { return nil }
        return ReduceLROnPlateau(
            monitor: monitor, factor: settings["factor"]!, patience: Int(settings["patience"]!),
            verbose: verbose)
    }
}
