import Strata

/// Models whose diagrams are looked at.
enum TestModels {
    /// A residual network with as many blocks in each stage.
    static func residual(blocks: [Int] = [2, 2]) -> Model {
        let input = Input(shape: [32, 32, 3])
        var x = Conv2D(8, kernelSize: 3, padding: .same)(input)
        for (stage, count) in blocks.enumerated() {
            for block in 0..<count {
                let isFirst = stage > 0 && block == 0
                let filters = 8 << stage
                var y = Conv2D(
                    filters, kernelSize: 3, strides: isFirst ? 2 : 1, padding: .same)(x)
                y = ReLU()(BatchNormalization()(y))
                y = BatchNormalization()(Conv2D(filters, kernelSize: 3, padding: .same)(y))
                var shortcut = x
                if isFirst {
                    shortcut = BatchNormalization()(Conv2D(filters, kernelSize: 1, strides: 2)(x))
                }
                x = ReLU()(Add()([y, shortcut]))
            }
        }
        x = GlobalAveragePooling2D()(x)
        return Model(inputs: input, outputs: Dense(10, activation: .softmax)(x), name: "residual")
    }

    /// Encoder and decoder with connections across.
    static func unet() -> Model {
        let input = Input(shape: [64, 64, 1])
        var x = input
        var across: [Tensor] = []
        for filters in [4, 8, 16] {
            x = Conv2D(filters, kernelSize: 3, padding: .same, activation: .relu)(x)
            x = Conv2D(filters, kernelSize: 3, padding: .same, activation: .relu)(x)
            across.append(x)
            x = MaxPool2D(2)(x)
        }
        x = Conv2D(32, kernelSize: 3, padding: .same)(x)
        for (filters, skip) in zip([16, 8, 4], across.reversed()) {
            x = Concatenate()([UpSampling2D(2)(x), skip])
            x = Conv2D(filters, kernelSize: 3, padding: .same, activation: .relu)(x)
        }
        return Model(
            inputs: input, outputs: Conv2D(1, kernelSize: 1, activation: .sigmoid)(x), name: "unet")
    }

    /// A block of four branches and a list of layers, inside a model of two inputs.
    static func nested() -> Model {
        let start = Input(shape: [8, 8, 4])
        let branches = [
            Conv2D(4, kernelSize: 1)(start),
            Conv2D(4, kernelSize: 3, padding: .same)(Conv2D(4, kernelSize: 1)(start)),
            Conv2D(4, kernelSize: 5, padding: .same)(Conv2D(4, kernelSize: 1)(start)),
            Conv2D(4, kernelSize: 1)(MaxPool2D(3, strides: 1, padding: .same)(start)),
        ]
        let block = Model(inputs: start, outputs: Concatenate()(branches), name: "inception")
        let image = Input(shape: [8, 8, 4], name: "image")
        let extra = Input(shape: [5], name: "extra")
        let x = Flatten()(block(image))
        let y = Dense(4)(extra)
        let end = Sequential([Dense(8, activation: .relu), Dense(3)], name: "head")
        return Model(
            inputs: [image, extra], outputs: [end(Concatenate()([x, y]))], name: "nested")
    }

    /// Every layer takes the outputs of all before it.
    static func dense() -> Model {
        let input = Input(shape: [8, 8, 2])
        var all = [input]
        for _ in 0..<6 {
            let x = all.count == 1 ? input : Concatenate()(all)
            all.append(Conv2D(2, kernelSize: 3, padding: .same)(x))
        }
        return Model(inputs: input, outputs: Concatenate()(all), name: "dense")
    }
}
