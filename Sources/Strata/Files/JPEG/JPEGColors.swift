import CStrata

/// What the components of a picture mean.
enum JPEGColors {
    case grey, rgb, ycc, cmyk, ycck

    /// Guesses as libjpeg does.
    /// - Parameters:
    ///   - components: their identifiers.
    ///   - hasJFIF: whether the file says that it is JFIF, which is grey or YCbCr.
    ///   - adobeTransform: what Adobe's segment says: 0 is RGB or CMYK, 1 YCbCr, 2 YCCK.
    init(components: [UInt8], hasJFIF: Bool, adobeTransform: UInt8?) throws {
        switch (components.count, adobeTransform) {
        case (1, _): self = .grey
        case (3, _) where hasJFIF: self = .ycc
        case (3, 0): self = .rgb
        case (3, nil) where components.elementsEqual("RGB".utf8): self = .rgb
        case (3, _): self = .ycc
        case (4, nil), (4, 0): self = .cmyk
        case (4, _): self = .ycck
        default: throw StrataError("it has \(components.count) components")
        }
    }

    /// The channels of the pixels that are made: inks become red, green and blue.
    var channels: Int { self == .grey ? 1 : 3 }

    var code: strata_jpeg_colors {
        switch self {
        case .grey: STRATA_JPEG_GREY
        case .rgb: STRATA_JPEG_RGB
        case .ycc: STRATA_JPEG_YCC
        case .cmyk: STRATA_JPEG_CMYK
        case .ycck: STRATA_JPEG_YCCK
        }
    }
}
