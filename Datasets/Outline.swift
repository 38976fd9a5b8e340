/// The outlines of the shapes, upright and of radius about 1.
///
/// Each is a signed distance: negative inside, positive outside, with a slope of about 1 near the edge. The
/// maximum of two distances is the intersection of the shapes, the minimum their union.
enum Outline: String, CaseIterable {
    case circle, ring, crescent, square, frame, triangle, cross, star, heart, arrow

    func distance(_ point: SIMD2<Float>) -> Float {
        switch self {
        case .circle: disc(point, 0.85)
        case .ring: max(disc(point, 0.95), -disc(point, 0.5))
        case .crescent: max(disc(point, 0.95), -disc(point - SIMD2(0.45, 0), 0.7))
        case .square: box(point, 0.8, 0.8)
        case .frame: max(box(point, 0.8, 0.8), -box(point, 0.42, 0.42))
        case .triangle: triangle(point, 0.5)
        case .cross: min(box(point, 0.95, 0.3), box(point, 0.3, 0.95))
        case .star: star(point)
        case .heart: heart(point)
        case .arrow: arrow(point)
        }
    }

    private func disc(_ point: SIMD2<Float>, _ radius: Float) -> Float {
        (point * point).sum().squareRoot() - radius
    }

    private func box(_ point: SIMD2<Float>, _ halfWidth: Float, _ halfHeight: Float) -> Float {
        max(abs(point.x) - halfWidth, abs(point.y) - halfHeight)
    }

    /// Equilateral, pointing up (y grows downwards), around a circle of `radius`.
    private func triangle(_ point: SIMD2<Float>, _ radius: Float) -> Float {
        max(point.y, abs(point.x) * 0.866_025_4 - point.y * 0.5) - radius
    }

    /// Five lines bound a pentagram. Its points are outside of at most one of them.
    private func star(_ point: SIMD2<Float>) -> Float {
        let x = abs(point.x)
        let upper = x * 0.951_056_5 - point.y * 0.309_017
        let lower = x * 0.587_785_25 + point.y * 0.809_017
        let distances = [
            -point.y, upper, lower, upper - 2 * 0.951_056_5 * x, lower - 2 * 0.587_785_25 * x,
        ]
        var largest = -Float.infinity
        var second = -Float.infinity
        for distance in distances {
            second = max(second, min(largest, distance))
            largest = max(largest, distance)
        }
        return second - 0.34
    }

    /// A square standing on a corner, with a disc on each upper side.
    private func heart(_ point: SIMD2<Float>) -> Float {
        let x = abs(point.x)
        let y = point.y - 0.1
        let diamond = (x + abs(y)) * 0.707_106_8 - 0.53
        return min(diamond, disc(SIMD2(x - 0.375, y + 0.375), 0.53))
    }

    private func arrow(_ point: SIMD2<Float>) -> Float {
        let head = max((abs(point.x) - point.y - 0.95) * 0.707_106_8, point.y)
        let shaft = box(point - SIMD2(0, 0.4), 0.24, 0.55)
        return min(head, shaft)
    }
}
