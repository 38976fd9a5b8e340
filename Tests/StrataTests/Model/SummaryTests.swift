import Foundation
import Strata
import Testing

@Suite struct SummaryTests {
    // The models of Keras's printouts at a terminal of 100 columns.

    static let models: [String: @Sendable () -> Model] = [
        "sequential_cifar_cnn": {
            Sequential(inputShape: [32, 32, 3]) {
                Conv2D(16, kernelSize: 3, padding: .same, activation: .relu)
                Conv2D(32, kernelSize: 3, padding: .same, activation: .relu)
                MaxPool2D(2)
                for _ in 0..<2 {
                    Conv2D(64, kernelSize: 3, strides: 2, padding: .same, activation: .relu)
                }
                MaxPool2D(2)
                Flatten()
                Dense(128, activation: .relu)
                Dense(10, activation: .softmax)
            }
        },
        "lenet5": {
            let input = Input(shape: [28, 28, 1])
            var x = Conv2D(6, kernelSize: 5, padding: .same, activation: .sigmoid)(input)
            x = AveragePooling2D(2)(x)
            x = Conv2D(16, kernelSize: 5, activation: .sigmoid)(x)
            x = Flatten()(AveragePooling2D(2)(x))
            x = Dense(120, activation: .sigmoid)(x)
            x = Dense(84, activation: .sigmoid)(x)
            return Model(inputs: input, outputs: Dense(10, activation: .softmax)(x))
        },
        "mini_resnet": {
            func convolution() -> Conv2D {
                Conv2D(64, kernelSize: 3, padding: .same, activation: .relu)
            }
            let input = Input(shape: [32, 32, 3])
            var x = MaxPool2D(2)(convolution()(input))
            for _ in 0..<3 {
                var y = convolution()(x)
                y = convolution()(y)
                x = Add()([y, x])
                x = ReLU()(x)
            }
            x = GlobalAveragePooling2D()(x)
            return Model(inputs: input, outputs: Dense(10, activation: .softmax)(x))
        },
        "vgg16": {
            let input = Input(shape: [224, 224, 3])
            var x = input
            for (count, filters) in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)] {
                for _ in 0..<count {
                    x = Conv2D(filters, kernelSize: 3, padding: .same, activation: .relu)(x)
                }
                x = MaxPool2D(2)(x)
            }
            x = Flatten()(x)
            x = Dense(4096, activation: .relu)(x)
            x = Dense(4096, activation: .relu)(x)
            return Model(inputs: input, outputs: Dense(1000, activation: .softmax)(x))
        },
    ]

    @Test(arguments: models.keys.sorted())
    func printsWhatKerasPrints(_ name: String) throws {
        let make = try #require(SummaryTests.models[name])
        let model = make()
        let expected = try String(contentsOfFile: fixture("summary_\(name).txt"), encoding: .utf8)
        #expect(model.summaryText(terminalWidth: 100) == expected)
        // Keras's own length does not need so wide a terminal.
        if !expected.contains("Connected to") {
            #expect(model.summaryText() == expected)
            #expect(model.summaryText(terminalWidth: 400) == expected)
        }
    }

    @Test(arguments: [40, 60, 76])
    func wrapsAsKeras(_ length: Int) throws {
        let model = Sequential(inputShape: [28, 28, 1]) {
            Conv2D(32, kernelSize: 3)
            BatchNormalization()
            AveragePooling2D(2)
            GlobalAveragePooling2D()
            Dense(10, name: "a_head_with_quite_a_long_name")
        }
        let summaries = try KerasFixture.facts.get().summaries
        #expect(model.summaryText(lineLength: length) == summaries["sequential_\(length)"])
        let branches = GraphTests.branches()
        #expect(branches.summaryText(lineLength: length) == summaries["branches_\(length)"])
    }

    /// Border-to-border widths that real Keras draws.
    @Test(arguments: [
        (3, 76, [33, 24, 15]), (3, 88, [38, 29, 17]), (3, 60, [26, 19, 11]),
        (4, 76, [21, 19, 12, 19]), (4, 108, [31, 27, 17, 28]),
    ])
    func columnWidths(_ columns: Int, _ length: Int, _ widths: [Int]) {
        let ends = columns == 3 ? [0.45, 0.80, 1] : [0.3, 0.56, 0.74, 1]
        let table = SummaryTable(
            titles: [], alignments: [], ends: ends, length: length, rows: [])
        #expect(table.widths == widths)
    }

    private struct OptionsCase: Decodable {
        let model: String
        let lineLength: Int?
        let expandNested: Bool?
        let showTrainable: Bool?
        let layerRange: [String]?
        let text: String
    }

    /// The models of Fixtures/make_summaries.py.
    private static let optionModels: [String: @Sendable () -> Model] = [
        "nested": {
            let inner = Sequential(inputShape: [8, 8, 3]) {
                Conv2D(3, kernelSize: 3, padding: .same)
                ReLU()
            }
            let j = Input(shape: [8, 8, 3])
            let other = Model(
                inputs: j, outputs: BatchNormalization()(inner(Conv2D(3, kernelSize: 1)(j))),
                name: "other")
            other.isTrainable = false
            let i = Input(shape: [8, 8, 3])
            let x = inner(Add()([inner(i), other(i)]))
            return Model(inputs: i, outputs: Dense(2)(Flatten()(x)), name: "outer")
        },
        "stacked": {
            let inner = Sequential(inputShape: [4], name: "inner") {
                Dense(6, activation: .relu)
                Dense(4)
            }
            let frozen = Dense(4)
            frozen.isTrainable = false
            return Sequential(inputShape: [4]) {
                frozen
                Dropout(0.5)
                inner
                Dense(1)
            }
        },
        "chain": {
            let i = Input(shape: [4])
            let x = [5, 6, 7, 8].reduce(i) { ReLU()(Dense($1)($0)) }
            return Model(inputs: i, outputs: x)
        },
    ]

    @Test func optionsAreThoseOfKeras() throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: fixture("summaries.json")))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let cases = try decoder.decode([OptionsCase].self, from: data)
        #expect(cases.count == 22)
        for one in cases {
            let make = try #require(SummaryTests.optionModels[one.model])
            let text = make().summaryText(
                lineLength: one.lineLength, expandNested: one.expandNested ?? false,
                showTrainable: one.showTrainable ?? false,
                layerRange: one.layerRange.map { ($0[0], $0[1]) }, terminalWidth: 120)
            #expect(
                text.trimmingCharacters(in: .newlines)
                    == one.text.trimmingCharacters(in: .newlines))
        }
    }

    @Test func layerRangesThatAreNone() throws {
        let model = Sequential(inputShape: [4]) { Dense(1) }
        for (first, part) in [("nothing", "starts with nothing"), ("(", "but got (")] {
            #expect(model.summaryText(layerRange: (first, "dense")).contains(part))
            #expect(throws: StrataError.self) { try model.layers(in: ("dense", first)) }
        }
    }

    /// A nested model's layers cost what they cost in it; the whole is the sum over its calls.
    @Test func showsCosts() throws {
        let inner = Sequential(inputShape: [8, 8, 3]) { Conv2D(4, kernelSize: 3, padding: .same) }
        let i = Input(shape: [8, 8, 3])
        let x = Add()([inner(i), inner(i)])
        let y = Conv2DTranspose(5, kernelSize: 2, strides: 2)(DepthwiseConv2D(kernelSize: 3)(x))
        let model = Model(inputs: i, outputs: Dense(2)(Flatten()(y)))
        let convolution = 8 * 8 * 4 * 27
        let all = [2 * convolution, 6 * 6 * 4 * 9, 12 * 12 * 5 * 4, 12 * 12 * 5 * 2]
        #expect(model.multiplyAdds == all.reduce(0, +))
        let text = model.summaryText(lineLength: 140, expandNested: true, showFLOPs: true)
        let lines = text.split(separator: "\n")
        for (row, cost, size) in [
            ("sequential", "13.82 K", "2.00 KB"), ("conv2d", "6.91 K", "1.00 KB"),
        ] {
            let line = try #require(lines.first { $0.contains(row + " (") })
            #expect(line.contains(" \(cost) │ ") && line.hasSuffix(" \(size) │"), "\(line)")
        }
        #expect(text.contains(" Multiply-adds: 19.44 K a sample\n Activations: "))
        #expect(model.depth == 4)
    }

    /// Tables too narrow for their columns are wider than asked for, those beyond measure narrower, and
    /// nothing traps.
    @Test(arguments: [Int.min, -1, 0, 1, 20, 39, .max])
    func tablesHaveAWidth(_ length: Int) {
        let text = GraphTests.branches().summaryText(
            lineLength: length, showTrainable: true, showFLOPs: true)
        #expect(text.contains("┃"))
        #expect(GraphTests.branches().summaryText(terminalWidth: length).contains("┃"))
    }

    static let optimizers: [String: @Sendable () -> Optimizer] = [
        "sgd": { SGD() }, "momentum": { SGD(momentum: 0.9) }, "adam": { Adam() },
        "rmsprop": { RMSprop() }, "rmsprop_all": { RMSprop(momentum: 0.1, centered: true) },
        "adagrad": { Adagrad() },
    ]

    @Test(arguments: optimizers.keys.sorted())
    func countsTheOptimizerAfterTraining(_ name: String) throws {
        let make = try #require(SummaryTests.optimizers[name])
        let optimizer = make()
        let dense = Dense(5)
        dense.isTrainable = false
        let model = Sequential(inputShape: [6]) {
            dense
            BatchNormalization()
            Dense(3)
        }
        try model.compile(optimizer: optimizer, loss: .meanSquaredError)
        #expect(!model.summaryText().contains("Optimizer"))
        try model.fit(
            KerasFixture.data("vectors"), KerasFixture.data("numbers"), verbose: 0)
        let expected = try #require(try KerasFixture.facts.get().summaries["trained_\(name)"])
        let lines = model.summaryText().split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.suffix(6).joined(separator: "\n") == expected)
    }

    @Test func listsAnUnbuiltModel() throws {
        let model = Sequential {
            Rescaling(2)
            Conv2D(4, kernelSize: 3)
            BatchNormalization()
            Flatten()
            Dense(3)
        }
        #expect(
            try model.summaryText(lineLength: 80) == KerasFixture.facts.get().summaries["unbuilt"])
    }

    @Test func printsWhatIsWrong() {
        let model = Sequential(inputShape: [4, 4, 3]) {
            Conv2D(2, kernelSize: 3)
            Conv2D(2, kernelSize: 3)
        }
        let text = model.summaryText()
        #expect(text.hasPrefix("Model: \"sequential\"\n"))
        #expect(text.contains("conv2d_1 (Conv2D)"))
    }

    @Test func formatsSizes() {
        #expect(SummaryTable.size(0) == "0.00 B")
        #expect(SummaryTable.size(256) == "256.00 B")
        #expect(SummaryTable.size(1023) == "1023.00 B")
        #expect(SummaryTable.size(80_680) == "78.79 KB")
        #expect(SummaryTable.size(1 << 30) == "1.00 GB")
        #expect(SummaryTable.size(6_272) == "6.12 KB")
        #expect(SummaryTable.scaled(999) == "999")
        #expect(SummaryTable.scaled(15_470_264_320) == "15.47 G")
        #expect(SummaryTable.grouped(0) == "0")
        #expect(SummaryTable.grouped(999) == "999")
        #expect(SummaryTable.grouped(1_000) == "1,000")
        #expect(SummaryTable.grouped(1_234_567) == "1,234,567")
    }
}
