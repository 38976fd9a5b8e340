import Foundation
import Strata

extension Model {
    /// Computes the output of a layer for an image. The image may have any size that the layers up to
    /// this one accept: convolutions can be applied to larger images than the network was trained on.
    /// - Parameters:
    ///   - name: the name of the layer.
    ///   - image: the image; it is converted to the model's number of channels.
    ///   - scale: the factor that pixels are multiplied by; 1/255 by default.
    ///   - activated: whether to apply the layer's own activation. Without it, the maps of a
    ///     convolution are the filtered image, negative values included.
    /// - Returns: the maps, `[1, height, width, channels]`.
    /// - Throws: `StrataError` if there is no such layer, its output is not a set of maps, or a layer
    ///   before it accepts images of one size only.
    public func featureMaps(
        after name: String, of image: Image, scale: Float = 1 / 255, activated: Bool = true
    ) throws -> Tensor {
        if let error { throw error }
        let layer = try layer(named: name)
        let target = calls.last { $0.layer === layer }!
        let pixels = try image.samples(for: self, scale: scale)
        let needed = ancestors(of: target)
        var values: [ObjectIdentifier: Tensor] = [:]
        for call in calls where needed.contains(ObjectIdentifier(call)) {
            let arguments = call.inputs.compactMap { input in
                LayerCall.of(input).flatMap { values[ObjectIdentifier($0)] }
            }
            func output(_ layer: any Layer) throws -> Tensor {
                let value =
                    arguments.isEmpty
                    ? pixels : arguments.count == 1 ? layer(arguments[0]) : layer(arguments)
                if let error = value.error { throw error }
                return value
            }
            var value = try output(call.layer)
            if call === target, !activated {
                // The copy accepts what the layer accepted.
                value = try output(call.layer.withoutActivation(for: arguments))
            }
            values[ObjectIdentifier(call)] = value
        }
        let maps = values[ObjectIdentifier(target)]!
        guard maps.rank == 4 else {
            throw StrataError(
                "The output of layer \(target.description) must be [1, height, width, channels], but it "
                    + "has shape \(maps.shape): name a layer before it.")
        }
        _ = try maps.computedScalars()
        return maps
    }

    /// A call and all calls that it depends on.
    private func ancestors(of target: LayerCall) -> Set<ObjectIdentifier> {
        var result = Set<ObjectIdentifier>()
        var pending = [target]
        while let call = pending.popLast() {
            guard result.insert(ObjectIdentifier(call)).inserted else { continue }
            pending += call.inputs.compactMap { LayerCall.of($0) }
        }
        return result
    }

    /// The height, width and channels of the images that the model takes.
    /// - Throws: `StrataError` if the model does not take a single image.
    public var imageShape: Shape {
        get throws {
            guard inputs.count == 1, inputs[0].rank == 4, [1, 3, 4].contains(inputs[0].shape[3])
            else {
                let shapes = inputs.map(\.shape.description).joined(separator: ", ")
                throw StrataError(
                    "The model must take one image of 1, 3 or 4 channels, but \(description) takes "
                        + shapes)
            }
            return inputs[0].shape.withoutBatch
        }
    }
}

extension Layer {
    /// A copy of the layer, with the same weights but without its activation, or the layer itself if it
    /// has none.
    fileprivate func withoutActivation(for inputs: [Tensor]) throws -> any Layer {
        guard var configuration = try (self as? any SerializableLayer)?.configuration,
            configuration["activation"] != nil
        else { return self }
        configuration["activation"] = "linear"
        let copy = try LayerRegistry.layer(type(of: self).className, configuration: configuration)
        if let error = copy(inputs).error { throw error }
        for (new, old) in zip(copy.weights, weights) { new.assign(old.value.scalars) }
        return copy
    }
}

extension Image {
    /// The image as a batch of one, `[1, height, width, channels]`, in its own size and the model's
    /// number of channels.
    /// - Parameters:
    ///   - model: the model that will take it.
    ///   - scale: the factor that pixels are multiplied by; 1/255 by default.
    /// - Throws: `StrataError` if the model does not take images.
    public func samples(for model: Model, scale: Float = 1 / 255) throws -> Tensor {
        let image = converted(channels: try model.imageShape[2])
        let scalars = image.withPixels { bytes in bytes.map { Float($0) * scale } }
        return Tensor(shape: [1, height, width, image.channels], scalars: scalars)
    }

    /// Makes a grey picture of each map, normalized to its own range.
    /// - Parameters:
    ///   - maps: the maps, `[1, height, width, channels]`.
    ///   - count: how many maps to take, from the first.
    public static func featureMaps(_ maps: Tensor, count: Int) -> [Image] {
        planes(of: maps, count: count).map {
            Image(normalizing: $0, height: maps.shape[1], width: maps.shape[2])
        }
    }

    /// The values of each channel.
    fileprivate static func planes(of maps: Tensor, count: Int) -> [[Float]] {
        let (scalars, channels) = (maps.scalars, maps.shape[3])
        return (0..<min(count, channels)).map { channel in
            stride(from: channel, to: scalars.count, by: channels).map { scalars[$0] }
        }
    }
}

extension TileSheet.Part {
    /// Shows maps, each with the values of black and white beneath it.
    /// - Parameters:
    ///   - heading: the heading.
    ///   - maps: the maps, `[1, height, width, channels]`.
    ///   - count: how many maps to show, from the first.
    public init(_ heading: String, featureMaps maps: Tensor, count: Int) {
        let ranges = Image.planes(of: maps, count: count).map { numbers in
            let (low, high) = (numbers.min() ?? 0, numbers.max() ?? 0)
            return low == high
                ? String(format: "%.3g everywhere", low) : String(format: "%.3g … %.3g", low, high)
        }
        self.init(heading, Image.featureMaps(maps, count: count), captions: ranges)
    }
}
