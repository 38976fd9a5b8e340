import Strata
import TestSupport
import Testing

/// What every layer goes through: output shape, weight count, gradients, one step of training, and its
/// configuration there and back.
///
/// - Parameters:
///   - inputs: the shapes of its inputs, without the batch.
///   - output: the shape of its output, without the batch.
///   - parameters: the number of numbers in its weights.
///   - isSmooth: false where gradients are not those of differences (random or rounded steps).
func checkLayer(
    _ inputs: [Shape], output: Shape, parameters: Int = 0, isSmooth: Bool = true,
    isConfigurable: Bool = true, _ make: () -> any Layer,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    var random = TestRandom(11)
    let batch = 3
    let numbers = inputs.map { random.tensor($0.batched(batch)) }

    // In a model's definition, the batch is not known.
    let places = inputs.map { Input(shape: $0) }
    let layer = make()
    let result = layer(places)
    try #require(
        result.error == nil, "\(result.error?.message ?? "")", sourceLocation: sourceLocation)
    #expect(result.shape == output.batched(Shape.unknown), sourceLocation: sourceLocation)
    #expect(layer.parameterCount == parameters, sourceLocation: sourceLocation)

    for isTraining in [false, true] {
        let layer = make()
        _ = layer(numbers)
        for weight in layer.trainableWeights {
            weight.value = random.tensor(weight.shape, 0.2...1.4)
        }
        let name = "\(type(of: layer).className), \(isTraining ? "training" : "inference")"
        let sources = numbers + layer.trainableWeights.map(\.value)
        func apply(_ sources: [Tensor]) -> Tensor {
            let context = Context(isTraining: isTraining)
            defer { context.finish() }
            let marked = sources.prefix(inputs.count).map { source in
                Tensor(
                    Node(
                        .operation(Reshaping(shape: source.shape), [source]), [source.type],
                        trace: context))
            }
            return context.invoke(layer, Array(marked))[0]
        }
        if isSmooth {
            checkGradients(name, at: sources, sourceLocation: sourceLocation, apply)
        } else {
            let value = apply(sources)
            #expect(value.shape == output.batched(batch), sourceLocation: sourceLocation)
            let values = try value.computedScalars()
            #expect(values.allSatisfy { $0.isFinite }, "\(name)", sourceLocation: sourceLocation)
        }
    }
    try checkTrainingStep(make(), numbers, sourceLocation)
    if isConfigurable { try checkConfiguration(make, numbers, sourceLocation) }
}

/// A step changes every trainable weight and no number is lost.
private func checkTrainingStep(
    _ layer: any Layer, _ numbers: [Tensor], _ sourceLocation: SourceLocation
) throws {
    // One input, from which those of the layer are made.
    let input = Input(shape: numbers[0].shape.withoutBatch)
    let others = numbers.dropFirst().enumerated().map { position, other in
        Lambda { x in
            other.sliced(
                from: [Int](repeating: 0, count: other.rank),
                size: [x.shape[0]] + other.shape.withoutBatch.dimensions) + x.mean() * 0.1
        }(input)
    }
    let y = Flatten()(layer([input] + others))
    let model = Model(inputs: input, outputs: y)
    // Pulls outputs apart, so that even those that sum to one have a gradient.
    let loss = Loss("target") { square($1 - $0).mean(axes: [-1]) }
    try model.compile(optimizer: SGD(learningRate: 0.05), loss: loss)
    var random = TestRandom(3)
    let target = random.tensor([numbers[0].shape[0], y.shape[1]])
    let before = layer.trainableWeights.map(\.value.scalars)
    let logs = try model.trainOnBatch(numbers[0], target)
    #expect(logs["loss"]?.isFinite == true, "\(logs)", sourceLocation: sourceLocation)
    for (weight, old) in zip(layer.trainableWeights, before) {
        let now = weight.value.scalars
        #expect(now != old, "\(weight.name) has not changed", sourceLocation: sourceLocation)
        #expect(now.allSatisfy { $0.isFinite }, "\(weight.name)", sourceLocation: sourceLocation)
    }
}

/// The layer serialized, as text, read again: the same configuration, and the same numbers.
private func checkConfiguration(
    _ make: () -> any Layer, _ numbers: [Tensor], _ sourceLocation: SourceLocation
) throws {
    let layer = make()
    let expected = try layer(numbers).computedScalars()
    layer.isTrainable = false
    let serialized = try layer.serialized()
    let again = try LayerRegistry.layer(serialized: JSON(parsing: serialized.description))
    #expect(type(of: again) == type(of: layer), sourceLocation: sourceLocation)
    let isKept = serialized["config"]?["trainable"] != nil
    #expect(again.isTrainable == !isKept, sourceLocation: sourceLocation)
    let reserialized = try again.serialized()
    #expect(reserialized["config"] == serialized["config"], sourceLocation: sourceLocation)
    _ = again(numbers)
    #expect(
        again.weights.map(\.shape) == layer.weights.map(\.shape), sourceLocation: sourceLocation)
    try again.setWeights(layer.weights.map(\.value))
    #expect(try again(numbers).computedScalars() == expected, sourceLocation: sourceLocation)
}
