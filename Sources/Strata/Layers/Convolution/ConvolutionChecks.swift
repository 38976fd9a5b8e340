/// Checks that convolution layers share.
enum ConvolutionChecks {
    /// The channels of the images that a layer of one input is built for.
    static func channels(_ inputs: [Shape]) throws -> Int {
        guard inputs.count == 1, inputs[0].rank == 4 else {
            throw StrataError(
                "images of shape [batch, height, width, channels] were expected. Received: "
                    + inputs.map(\.description).joined(separator: " and "))
        }
        return inputs[0][3]
    }

    /// - Parameter sizes: named numbers and pairs, each at least 1.
    static func positive(_ sizes: KeyValuePairs<String, [Int]>) throws {
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
                list(sizes.map(\.key)) + " are \(bound). Received: "
                    + list(sizes.map { $0.value.count == 1 ? "\($0.value[0])" : "\($0.value)" }))
        }
    }

    static func notBoth(strides: [Int], dilation: [Int]) throws {
        guard strides == [1, 1] || dilation == [1, 1] else {
            throw StrataError(
                "strides and dilation cannot both be more than 1. Received: \(strides) and "
                    + "\(dilation)")
        }
    }
}
