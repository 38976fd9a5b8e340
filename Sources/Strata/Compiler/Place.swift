/// Where a value of a plan lies.
enum Place {
    /// At an offset in the arena.
    case arena(Int)
    /// In memory of the plan's own: what follows from variables alone.
    case persistent(Storage)
    case variable(Int)
    case constant(Int)
    case placeholder(Int)

    init(_ source: Graph.Source) {
        switch source {
        case .constant(let index): self = .constant(index)
        case .variable(let index): self = .variable(index)
        case .placeholder(let index): self = .placeholder(index)
        }
    }
}
