/// Random numbers that follow from a number (Steele, Lea and Flood, "Fast Splittable Pseudorandom
/// Number Generators", 2014).
struct FuzzRandom {
    private var state: UInt64

    init(_ number: Int) { state = UInt64(number) &* 0xd134_2543_de82_ef95 }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }

    /// A number of 0..<`limit`; 0 if there is none.
    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }
}
