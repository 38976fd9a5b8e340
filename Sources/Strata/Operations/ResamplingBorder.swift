import CStrata

/// How numbers between pixels are found.
public enum Interpolation: String, CaseIterable, Hashable, Sendable {
    /// The value of the nearest pixel.
    case nearest
    /// A weighted mean of the four nearest pixels.
    case bilinear
}

/// What lies beyond the borders of an image `a b c d`.
public enum ResamplingBorder: Hashable, Sendable {
    /// One number everywhere: `k k | a b c d | k k`.
    case constant(Float)
    /// The outermost pixels: `a a | a b c d | d d`.
    case nearest
    /// The mirrored image: `b a | a b c d | d c`.
    case reflect
    /// The image again: `c d | a b c d | a b`. Between pixels and further away as TensorFlow has it:
    /// beyond half a pixel from the border, places count from the centre of the last pixel.
    case wrap

    /// The constant, or 0 where there is none. Setting it changes a constant border alone.
    package var fill: Float {
        get { if case .constant(let fill) = self { fill } else { 0 } }
        set { if case .constant = self { self = .constant(newValue) } }
    }

    var code: strata_border {
        switch self {
        case .constant: STRATA_BORDER_CONSTANT
        case .nearest: STRATA_BORDER_NEAREST
        case .reflect: STRATA_BORDER_REFLECT
        case .wrap: STRATA_BORDER_WRAP
        }
    }
}
