/// What TensorBoard shows under a tag: a value of a `Summary` protocol buffer, as TensorFlow 2 writes them
/// (tensorflow/core/framework/summary.proto, tensorboard/plugins).
struct EventValue {
    private let tag: String
    private let plugin: String
    private let content: [UInt8]
    private let dataClass: DataClass
    private let tensor: EventTensor
    private var description = ""

    /// How TensorBoard stores a value.
    private enum DataClass: Int {
        case unknown = 0
        case scalar = 1
        case tensor = 2
        case blobSequence = 3
    }

    private init(
        _ tag: String, _ plugin: String, _ dataClass: DataClass, _ tensor: EventTensor,
        content: [UInt8] = []
    ) {
        self.tag = tag
        self.plugin = plugin
        self.content = content
        self.dataClass = dataClass
        self.tensor = tensor
    }

    static func scalar(_ tag: String, _ value: Double) -> EventValue {
        EventValue(tag, "scalars", .scalar, .floats([], [Float(value)]))
    }

    /// Rows of left end, right end and count.
    static func histogram(_ tag: String, _ histogram: Histogram) -> EventValue {
        let rows = histogram.counts.enumerated().flatMap { bucket, count in
            [histogram.edges[bucket], histogram.edges[bucket + 1], Double(count)]
        }
        return EventValue(
            tag, "histograms", .tensor, .doubles([histogram.counts.count, 3], rows))
    }

    /// Width and height of the first picture, then all pictures as PNG files.
    static func images(_ tag: String, _ images: [Image], description: String) -> EventValue {
        let size = [images.first?.width ?? 0, images.first?.height ?? 0]
        let strings = size.map { Array("\($0)".utf8) } + images.map(PNG.encode)
        var value = EventValue(
            tag, "images", .blobSequence, .strings([strings.count], strings))
        value.description = description
        return value
    }

    /// Markdown.
    static func text(_ tag: String, _ text: String) -> EventValue {
        EventValue(tag, "text", .tensor, .strings([], [Array(text.utf8)]))
    }

    /// The architecture of a model, as Keras writes it in JSON.
    static func kerasModel(_ json: JSON) -> EventValue {
        EventValue(
            "keras", "graph_keras_model", .blobSequence,
            .strings([], [Array(json.description.utf8)]), content: Array("1".utf8))
    }

    /// The settings of a run, by which runs can be compared.
    static func runBegin(hyperparameters: [JSON.Member]) -> EventValue {
        var data = Protobuf()
        data.add(3) { start in
            for member in hyperparameters {
                start.add(1) { entry in
                    entry.add(1, member.name)
                    entry.add(2) { add(member.value, to: &$0) }
                }
            }
        }
        return settings("session_start_info", data)
    }

    /// The end of a run that came to its end.
    static func runEnd() -> EventValue {
        var data = Protobuf()
        data.add(4) { $0.add(1, 1) }
        return settings("session_end_info", data)
    }

    private static func settings(_ name: String, _ data: Protobuf) -> EventValue {
        EventValue(
            "_hparams_/" + name, "hparams", .unknown, .floats([0], []), content: data.bytes)
    }

    /// A `google.protobuf.Value`.
    private static func add(_ json: JSON, to message: inout Protobuf) {
        switch json {
        case .integer(let number): message.add(2, Double(number))
        case .number(let number): message.add(2, number)
        case .boolean(let value): message.add(4, value ? 1 : 0)
        case .string(let text): message.add(3, text)
        case .null, .array, .object: message.add(3, json.description)
        }
    }

    func write(to summary: inout Protobuf) {
        summary.add(1) { value in
            value.add(1, tag)
            value.add(8) { tensor.write(to: &$0) }
            value.add(9) { metadata in
                metadata.add(1) { data in
                    data.add(1, plugin)
                    if !content.isEmpty { data.add(2, content) }
                }
                if !description.isEmpty { metadata.add(3, description) }
                if dataClass != .unknown { metadata.add(4, dataClass.rawValue) }
            }
        }
    }
}

/// An array in an event: a `TensorProto`.
struct EventTensor {
    private let type: Int
    private let shape: [Int]
    private let content: [UInt8]
    private let strings: [[UInt8]]

    static func floats(_ shape: [Int], _ numbers: [Float]) -> EventTensor {
        EventTensor(type: 1, shape: shape, content: bytes(numbers.map(\.bitPattern)), strings: [])
    }

    static func doubles(_ shape: [Int], _ numbers: [Double]) -> EventTensor {
        EventTensor(type: 2, shape: shape, content: bytes(numbers.map(\.bitPattern)), strings: [])
    }

    static func strings(_ shape: [Int], _ strings: [[UInt8]]) -> EventTensor {
        EventTensor(type: 7, shape: shape, content: [], strings: strings)
    }

    private static func bytes(_ numbers: [some FixedWidthInteger]) -> [UInt8] {
        var bytes: [UInt8] = []
        for number in numbers { bytes.append(littleEndian: number) }
        return bytes
    }

    func write(to message: inout Protobuf) {
        message.add(1, type)
        message.add(2) { shape in
            for size in self.shape { shape.add(2) { $0.add(1, size) } }
        }
        if type == 7 {
            for string in strings { message.add(8, string) }
        } else {
            message.add(4, content)
        }
    }
}
