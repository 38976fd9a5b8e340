/// An image: a shape in front of a colour gradient with scattered strokes and dots, with noise.
struct Scene {
    static let size = 32

    private let outline: Outline
    private let center: SIMD2<Float>
    private let radius: Float
    private let direction: SIMD2<Float>
    private let color: Ramp
    private let background: Ramp
    private let clutter: [Stroke]
    private let noise: Float

    init(_ outline: Outline, _ random: inout SplitMix64) {
        self.outline = outline
        radius = random.uniform(9, 13.5)
        // At most a small part of the shape is outside of the image.
        let margin = radius * 0.85
        let extent = Float(Self.size) - margin
        center = SIMD2(random.uniform(margin, extent), random.uniform(margin, extent))
        direction = random.tilt()
        background = Ramp(random.color(0, 110), random.color(0, 110), &random)
        color = Ramp(random.color(90, 250), nil, &random)
        clutter = (0..<Int(random.uniform(1, 5))).map { _ in Stroke(&random) }
        noise = random.uniform(3, 14)
    }

    /// Draws the image into `bytes`, `[size, size, 3]`.
    func draw(into bytes: UnsafeMutableRawBufferPointer, _ random: inout SplitMix64) {
        for row in 0..<Self.size {
            for column in 0..<Self.size {
                let point = SIMD2(Float(column) + 0.5, Float(row) + 0.5)
                var pixel = background.color(at: point)
                for stroke in clutter { stroke.paint(&pixel, at: point) }
                let coverage = coverage(at: point)
                if coverage > 0 { pixel += (color.color(at: point) - pixel) * coverage }
                pixel += random.noise() * noise
                let offset = (row * Self.size + column) * 3
                for channel in 0..<3 {
                    bytes[offset + channel] = UInt8(min(max(pixel[channel] + 0.5, 0), 255))
                }
            }
        }
    }

    /// Sets pixels that are more than half inside the shape to `label`, and others to 0.
    func drawMask(into bytes: UnsafeMutableRawBufferPointer, label: UInt8) {
        for row in 0..<Self.size {
            for column in 0..<Self.size {
                let point = SIMD2(Float(column) + 0.5, Float(row) + 0.5)
                bytes[row * Self.size + column] = coverage(at: point) > 0.5 ? label : 0
            }
        }
    }

    /// The fraction of the pixel around `point` that is inside the shape.
    private func coverage(at point: SIMD2<Float>) -> Float {
        let from = (point - center) / radius
        let local = SIMD2(
            from.x * direction.x + from.y * direction.y,
            from.y * direction.x - from.x * direction.y)
        return min(max(0.5 - outline.distance(local) * radius, 0), 1)
    }
}

/// A colour that changes linearly across the image.
private struct Ramp {
    private let start: SIMD3<Float>
    private let change: SIMD3<Float>
    private let direction: SIMD2<Float>

    /// A gradient from `start` to `end`, or to a shade of `start`.
    init(_ start: SIMD3<Float>, _ end: SIMD3<Float>?, _ random: inout SplitMix64) {
        self.start = start
        change = (end ?? start * random.uniform(0.7, 1.3)) - start
        direction = random.direction()
    }

    func color(at point: SIMD2<Float>) -> SIMD3<Float> {
        let centered = (point - 16) / 45
        return start + change * (0.5 + centered.x * direction.x + centered.y * direction.y)
    }
}

/// A short line with round ends; a dot if it is very short.
private struct Stroke {
    private let start: SIMD2<Float>
    private let along: SIMD2<Float>
    private let length: Float
    private let width: Float
    private let color: SIMD3<Float>

    init(_ random: inout SplitMix64) {
        start = SIMD2(random.uniform(0, 32), random.uniform(0, 32))
        along = random.direction()
        length = random.uniform(0, 14)
        width = random.uniform(0.5, 1.6)
        color = random.color(40, 170)
    }

    func paint(_ pixel: inout SIMD3<Float>, at point: SIMD2<Float>) {
        let from = point - start
        let position = min(max((from * along).sum(), 0), length)
        let nearest = from - along * position
        let distance = (nearest * nearest).sum().squareRoot() - width
        if distance < 0.5 { pixel += (color - pixel) * min(0.5 - distance, 1) }
    }
}

/// Random numbers whose only state is a counter (Steele, Lea and Flood, "Fast Splittable
/// Pseudorandom Number Generators", 2014).
struct SplitMix64 {
    private var state: UInt64

    init(stream: UInt64, index: UInt64) {
        state = stream
        state = next() ^ index
        state = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
        return bits ^ bits >> 31
    }

    mutating func uniform(_ low: Float, _ high: Float) -> Float {
        low + (high - low) * (Float(next() >> 40) * 0x1p-24)
    }

    mutating func color(_ low: Float, _ high: Float) -> SIMD3<Float> {
        SIMD3(uniform(low, high), uniform(low, high), uniform(low, high))
    }

    /// A random unit vector.
    mutating func direction() -> SIMD2<Float> {
        while true {
            let point = SIMD2(uniform(-1, 1), uniform(-1, 1))
            let square = (point * point).sum()
            if square > 0.01, square <= 1 { return point / square.squareRoot() }
        }
    }

    /// A random unit vector at most 37 degrees from (1, 0), by the half-angle formulas.
    mutating func tilt() -> SIMD2<Float> {
        let tangent = uniform(-1.0 / 3, 1.0 / 3)
        let square = tangent * tangent
        return SIMD2(1 - square, 2 * tangent) / (1 + square)
    }

    /// Three numbers with mean 0 and standard deviation 0.58, each a sum of two uniform numbers.
    mutating func noise() -> SIMD3<Float> {
        let bits = next()
        func part(_ shift: UInt64) -> Float {
            Float(Int32((bits >> shift) & 0x3ff) + Int32((bits >> (shift + 10)) & 0x3ff) - 1023)
        }
        return SIMD3(part(0), part(20), part(40)) * (1.0 / 722)
    }
}
