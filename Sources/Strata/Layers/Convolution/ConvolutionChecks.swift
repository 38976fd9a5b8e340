/// Checks that convolution layers share.
enum ConvolutionChecks {
    /// The channels of what a layer of one input is built for.
    /// - Parameter axes: the number of axes between the batch and the channels: 2 for images.
    static func channels(_ inputs: [Shape], axes: Int = 2) throws -> Int {
        guard inputs.count == 1, inputs[0].rank == axes + 2 else {
            let places = axes == 2 ? "height, width" : axes == 1 ? "steps" : "depth, height, width"
            throw StrataError(
                (axes == 2 ? "images" : "an input")
                    + " of shape [batch, \(places), channels] were expected, but got "
                    + inputs.map(\.description).joined(separator: " and "))
        }
        return inputs[0][axes + 1]
    }

    /// - Parameter sizes: named numbers and pairs, each at least 1.
    static func positive(_ sizes: [(key: String, value: [Int])]) throws {
        let limit = Configuration.sizeLimit
        let all = sizes.flatMap(\.value)
        guard all.allSatisfy({ (1...limit).contains($0) }) else {
            func list(_ parts: [String]) -> String {
                parts.count < 2
                    ? parts.joined()
                    : parts.dropLast().joined(separator: ", ") + " and " + parts[parts.count - 1]
            }
            let bound = all.contains { $0 < 1 } ? "at least 1" : "at most \(limit)"
            throw StrataError(
                list(sizes.map(\.key)) + " must be \(bound), but got "
                    + list(sizes.map { $0.value.count == 1 ? "\($0.value[0])" : "\($0.value)" }))
        }
    }
}
