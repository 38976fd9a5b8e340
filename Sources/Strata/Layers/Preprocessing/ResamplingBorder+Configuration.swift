// How images are resampled, as files have it.
extension Interpolation: ConfigurationValue {}

extension ResamplingBorder {
    /// Keras's words for what lies beyond the borders.
    enum Word: String, CaseIterable, ConfigurationValue {
        case constant, nearest, reflect, wrap
    }

    /// Keras's word. Setting it to `constant` keeps the constant.
    var word: Word {
        get {
            switch self {
            case .constant: .constant
            case .nearest: .nearest
            case .reflect: .reflect
            case .wrap: .wrap
            }
        }
        set {
            switch newValue {
            case .constant: self = .constant(fill)
            case .nearest: self = .nearest
            case .reflect: self = .reflect
            case .wrap: self = .wrap
            }
        }
    }
}
