/// A colour named by its purpose, so that a drawing is readable on a light page and on a dark one.
public struct Ink: Hashable, Sendable {
    enum Role: Hashable, Sendable {
        case background, text, muted, faint
        case series(Int)
    }

    let role: Role
    /// From 0, invisible, to 1, opaque.
    var opacity = 1.0

    /// The page.
    public static let background = Ink(role: .background)
    /// Titles and main text.
    public static let text = Ink(role: .text)
    /// Axes, labels and captions.
    public static let muted = Ink(role: .muted)
    /// Grid lines.
    public static let faint = Ink(role: .faint)
    /// One of ``seriesCount`` distinct colours, chosen to be distinguishable with colour blindness.
    /// Larger indices start again from the first.
    public static func series(_ index: Int) -> Ink { Ink(role: .series(index % seriesCount)) }

    /// The number of colours for series.
    public static let seriesCount = Theme.light.series.count

    /// The same colour with another opacity, from 0, invisible, to 1, opaque.
    public func opacity(_ opacity: Double) -> Ink { Ink(role: role, opacity: opacity) }
}

/// The actual colours of inks.
public struct Theme: Sendable {
    let background: UInt32
    let text: UInt32
    let muted: UInt32
    let faint: UInt32
    let series: [UInt32]

    /// Dark on white.
    public static let light = Theme(
        background: 0xffffff, text: 0x1f2328, muted: 0x59636e, faint: 0xe4e7eb,
        series: [0x0b6bcb, 0xd9660a, 0x2a9d5c, 0x8250df, 0xc93c5b, 0x12858f, 0x9a7400, 0x7d8590])
    /// Light on black.
    public static let dark = Theme(
        background: 0x0f1319, text: 0xe6edf3, muted: 0x9aa4af, faint: 0x2b323b,
        series: [0x58a6ff, 0xf0883e, 0x4cc985, 0xb692f6, 0xff7f96, 0x39c5cf, 0xd9b13b, 0x9aa4af])

    /// The colour of a role, as 0xRRGGBB.
    func color(_ role: Ink.Role) -> UInt32 {
        switch role {
        case .background: background
        case .text: text
        case .muted: muted
        case .faint: faint
        case .series(let index): series[index]
        }
    }
}
