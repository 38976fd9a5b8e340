import Strata
import TestSupport
import Testing

/// A protocol buffer's fields, read back.
private struct Message {
    private(set) var fields: [(number: Int, varint: Int, bytes: [UInt8])] = []

    init(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        func varint() throws -> Int {
            var value = 0
            for shift in stride(from: 0, to: 64, by: 7) {
                guard let byte = rest.popFirst() else { throw StrataError("It ends in a number.") }
                value |= Int(byte & 0x7f) << shift
                if byte < 0x80 { break }
            }
            return value
        }
        while !rest.isEmpty {
            let tag = try varint()
            switch tag & 7 {
            case 0: fields.append((tag >> 3, try varint(), []))
            case 2:
                let count = try varint()
                try #require(count <= rest.count)
                fields.append((tag >> 3, 0, Array(rest.prefix(count))))
                rest = rest.dropFirst(count)
            default: try #require(Bool(false), "no such field is written")
            }
        }
    }

    func all(_ number: Int) -> [[UInt8]] { fields.filter { $0.number == number }.map(\.bytes) }
    func messages(_ number: Int) throws -> [Message] { try all(number).map { try Message($0) } }
    func message(_ number: Int) throws -> Message { try #require(messages(number).first) }
    func text(_ number: Int) -> String { String(decoding: all(number).first ?? [], as: UTF8.self) }
    func numbers(_ number: Int) -> [Int] { fields.filter { $0.number == number }.map(\.varint) }
}

// That the files compute what the model does was checked with ONNX Runtime; here is what they say.
@Suite struct ONNXTests {
    let directory: TemporaryFolder

    init() throws { directory = try TemporaryFolder() }

    private func export(_ model: Model) throws -> Message {
        let path = directory.file("model.onnx")
        try model.exportONNX(to: path)
        return try Message(bytes(of: path))
    }

    @Test func saysWhatTheModelComputes() throws {
        let model = Sequential(inputShape: [6, 8, 2], name: "small") {
            Conv2D(3, kernelSize: 3, strides: 2, padding: .same, activation: .relu)
            MaxPool2D(2)
            Flatten()
            Dense(4, activation: .softmax)
        }
        let file = try export(model)
        #expect(file.numbers(1) == [8])
        #expect(try file.message(8).numbers(2) == [13])
        let graph = try file.message(7)
        #expect(graph.text(2) == "small")
        let nodes = try graph.messages(1)
        let types = [
            "Transpose", "Conv", "Add", "Relu", "MaxPool", "Transpose", "Reshape", "Gemm", "Add",
            "Softmax", "Identity",
        ]
        #expect(nodes.map { $0.text(4) } == types)
        // Everything a node reads is there before it.
        let constants = try graph.messages(5)
        var known = Set(constants.map { $0.text(8) } + ["input_layer"])
        for node in nodes {
            let inputs = node.all(1).map { String(decoding: $0, as: UTF8.self) }
            #expect(known.isSuperset(of: inputs))
            known.insert(node.text(2))
        }
        #expect(known.contains("dense"))
        let pads = try nodes[1].messages(5).first { $0.text(1) == "pads" }
        #expect(pads?.numbers(8) == [0, 0, 1, 1])

        let kernel = try #require(constants.first { $0.text(8) == "conv2d/kernel" })
        #expect(kernel.numbers(1) == [3, 2, 3, 3])
        let stored = kernel.all(9)[0].withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        let own = try #require(model.weights.first).value.scalars
        for (filter, channel, row, column) in [(0, 0, 0, 0), (2, 1, 0, 2), (1, 0, 2, 1)] {
            #expect(
                stored[((filter * 2 + channel) * 3 + row) * 3 + column]
                    == own[((row * 3 + column) * 2 + channel) * 3 + filter])
        }
        let sizes = try graph.message(11).message(2).message(1).message(2).messages(1)
        #expect(sizes[0].text(2) == "batch")
        #expect(sizes.dropFirst().map { $0.numbers(1) } == [[6], [8], [2]])
    }

    @Test func imagesStayChannelsFirstBetweenConvolutions() throws {
        let input = Input(shape: [8, 8, 3])
        let a = Conv2D(4, kernelSize: 3, padding: .same, activation: .relu)(input)
        let b = BatchNormalization()(Conv2D(4, kernelSize: 3, padding: .same)(a))
        let c = ZeroPadding2D(1)(UpSampling2D(2)(Concatenate()([Add()([a, b]), a])))
        let model = Model(inputs: input, outputs: GlobalAveragePooling2D()(c))
        let types = try export(model).message(7).messages(1).map { $0.text(4) }
        #expect(types.filter { $0 == "Transpose" }.count == 1)
        #expect(types.filter { $0 == "Conv" }.count == 2)
    }

    /// Layers may be named like each other's outputs, like nodes or like the constants of others.
    @Test func valuesHaveNamesOfTheirOwn() throws {
        let inputs = [Input(shape: [3], name: "a"), Input(shape: [3], name: "integers_0")]
        let shared = Dense(3, name: "Add_0")
        let one = shared(inputs[0])
        let two = shared(inputs[1])
        let model = Model(inputs: inputs, outputs: [one, two, shared(two)])
        let graph = try export(model).message(7)
        let names =
            try graph.messages(1).map { $0.text(2) }
            + graph.messages(5).map { $0.text(8) } + graph.messages(11).map { $0.text(1) }
        #expect(Set(names).count == names.count)
        let ends = try graph.messages(12).map { $0.text(1) }
        #expect(Set(ends).count == 3 && Set(names).isSuperset(of: ends))
    }

    @Test func refusesWhatItCannotSay() throws {
        func message(_ model: Model, _ path: String) -> String {
            errorMessage { try model.exportONNX(to: path) }
        }
        let path = directory.file("model.onnx")
        #expect(message(Sequential([Dense(2)]), path).contains("build it first"))
        let wrong = Sequential(inputShape: [4]) { Reshape([3]) }
        #expect(message(wrong, path) == wrong.error?.message)
        let batches = Sequential(inputShape: [4]) { Lambda { $0 - $0.mean(axes: [0]) } }
        #expect(message(batches, path).contains("it computes over samples of a batch"))
        #expect(directory.contents.isEmpty)
        let missing = directory.file("missing/model.onnx")
        #expect(message(Sequential(inputShape: [4]) { Dense(2) }, missing).contains(missing))
    }
}
