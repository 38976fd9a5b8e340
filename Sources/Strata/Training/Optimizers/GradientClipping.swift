/// How an optimizer makes large gradients smaller, before anything else.
enum GradientClipping: Hashable, Sendable {
    /// Each weight's gradient, scaled to a norm of at most this.
    case norm(Float)
    /// All gradients together, scaled to a joint norm of at most this.
    case globalNorm(Float)
    /// Each number, to between -this and this.
    case value(Float)

    func clip(_ gradients: [Tensor]) -> [Tensor] {
        switch self {
        case .norm(let limit):
            return gradients.map { gradient in
                gradient * limit / maximum(sqrt(square(gradient).sum()), limit)
            }
        case .globalNorm(let limit):
            let squares = gradients.map { square($0).sum() }
            guard let first = squares.first else { return [] }
            let norm = sqrt(squares.dropFirst().reduce(first, +))
            // Infinite gradients give NaN, not zeros: an explosion shows.
            let scale = minimum(reciprocal(norm), 1 / limit) * limit + (norm - norm)
            return gradients.map { $0 * scale }
        case .value(let limit):
            return gradients.map { minimum(maximum($0, -limit), limit) }
        }
    }
}
