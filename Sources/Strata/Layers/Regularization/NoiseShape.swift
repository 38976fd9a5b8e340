/// The shape of a layer's random numbers, by which some are shared: for each axis of the input, the
/// batch's too, its size or nil; or 1, where what is along it has one number.
enum NoiseShape {
    static func check(_ sizes: [Int?]?, for input: Shape) throws {
        guard let sizes else { return }
        let axes = zip(sizes, input.dimensions).enumerated()
        let fits = axes.allSatisfy { axis, sizes in
            sizes.0 == nil || sizes.0 == 1 || axis > 0 && sizes.0 == sizes.1
        }
        guard sizes.count == input.rank, fits else {
            throw StrataError(
                "noiseShape must have 1, nil or the size for each axis of \(input), but got "
                    + "\(sizes.map { $0.map(String.init) ?? "nil" })")
        }
    }

    static func resolved(_ sizes: [Int?]?, for input: Shape) -> Shape {
        sizes.map { Shape(zip($0, input.dimensions).map { $0 ?? $1 }) } ?? input
    }
}
