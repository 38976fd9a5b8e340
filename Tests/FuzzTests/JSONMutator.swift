import Strata
import TestSupport

/// Damages JSON values at random, in ways that leave them JSON: names and numbers that are wrong,
/// missing, or somewhere else.
struct JSONMutator {
    private var random: TestRandom

    init(number: Int) { random = TestRandom(UInt64(number)) }

    /// - Parameter seeds: undamaged values.
    mutating func mutant(of seeds: [JSON]) -> JSON {
        var value = seeds[random.below(seeds.count)]
        let donor = random.below(4) == 0 ? seeds[random.below(seeds.count)] : value
        for _ in 0...random.below(3) {
            var place = random.below(value.nodeCount)
            value = damaged(value, at: &place, donor)
        }
        return value
    }

    /// `value` with the part of the number `place`, counted from the front, damaged.
    private mutating func damaged(_ value: JSON, at place: inout Int, _ donor: JSON) -> JSON {
        if place == 0 {
            place = -1
            return damaged(value, donor)
        }
        place -= 1
        switch value {
        case .array(var elements):
            for index in elements.indices where place >= 0 {
                elements[index] = damaged(elements[index], at: &place, donor)
            }
            return .array(elements)
        case .object(var members):
            for index in members.indices where place >= 0 {
                members[index].value = damaged(members[index].value, at: &place, donor)
            }
            return .object(members)
        default: return value
        }
    }

    private mutating func damaged(_ value: JSON, _ donor: JSON) -> JSON {
        switch random.below(4) {
        case 0:
            var place = random.below(donor.nodeCount)
            return donor.node(&place) ?? .null
        case 1: return Self.values[random.below(Self.values.count)]
        default: break
        }
        switch value {
        case .array(var elements):
            guard !elements.isEmpty else { return [1] }
            let index = random.below(elements.count)
            switch random.below(3) {
            case 0: elements.remove(at: index)
            case 1: elements.insert(elements[index], at: random.below(elements.count))
            default: elements.swapAt(index, random.below(elements.count))
            }
            return .array(elements)
        case .object(var members):
            guard !members.isEmpty else { return .null }
            let index = random.below(members.count)
            switch random.below(3) {
            case 0: members.remove(at: index)
            case 1: members[index].name += "_"
            default: members[index].value = members[random.below(members.count)].value
            }
            return .object(members)
        case .boolean(let value): return .boolean(!value)
        default: return Self.values[random.below(Self.values.count)]
        }
    }

    private static let values: [JSON] = [
        .null, true, false, "", "same", "valid", "relu", "input_layer", [], .object([]), [.null],
        0, 1, -1, 2, 3, 5, -2, 7, 64, 127, 255, 1000, 65536, 1_000_000, 67_108_864, 67_108_863,
        2_147_483_647, 2_147_483_648, 4_294_967_296, 1_000_000_000_000, .integer(.max),
        .integer(.min), 0.5, -0.5, 1e-30, 1e30, -1e30, 1e308, 9_223_372_036_854_775_808.0,
        .number(.nan), .number(.infinity), .number(-.infinity), [1, 1], [2, 3], [0, 0], [-1, 1],
        [1_000_000_000_000, 1], [[1, 1], [1, 1]], [[.integer(.max), 1], [1, 1]], [.null, 3, 3, 1],
        [.null, .null, .null, 2], [.null, 100_000, 100_000, 3],
    ]
}

extension JSON {
    /// The value and the values in it, how many there are.
    fileprivate var nodeCount: Int {
        switch self {
        case .array(let elements): elements.reduce(1) { $0 + $1.nodeCount }
        case .object(let members): members.reduce(1) { $0 + $1.value.nodeCount }
        default: 1
        }
    }

    /// The part of the number `place`.
    fileprivate func node(_ place: inout Int) -> JSON? {
        if place == 0 { return self }
        place -= 1
        let inner: [JSON]
        switch self {
        case .array(let elements): inner = elements
        case .object(let members): inner = members.map(\.value)
        default: return nil
        }
        for value in inner {
            if let found = value.node(&place) { return found }
        }
        return nil
    }
}
