extension Model {
    /// Reads a model from an ONNX file (onnx.ai), as PyTorch and others export it: operator sets 7 and later,
    /// weights in the file or in files beside it, which become float32.
    ///
    /// The model computes with channels last and has Keras's layers, so it trains, and can be saved as a
    /// `.keras` file. Batches of any size are accepted, also where the file fixes one.
    /// - Parameters:
    ///   - path: the file.
    ///   - channelsLast: whether the model takes and gives images `[batch, height, width, channels]`; false by
    ///     default, for the order in the file, `[batch, channels, height, width]`.
    ///   - inputShape: the shape of one sample in the order that the model takes, for a file that leaves
    ///     sizes open; by default as the file says.
    /// - Throws: ``StrataError`` if the file cannot be read, is not valid, or has operators that are not
    ///   supported, all of which the message names.
    public static func load(
        onnx path: String, channelsLast: Bool = false, inputShape: Shape? = nil
    ) throws -> Model {
        try load(
            onnx: FileBytes(path: path), name: path, channelsLast: channelsLast,
            inputShape: inputShape)
    }

    /// - Parameter path: where the file is, for files beside it and for errors.
    package static func load(
        onnx file: FileBytes, name path: String, channelsLast: Bool = false,
        inputShape: Shape? = nil
    ) throws -> Model {
        do {
            let graph = try ONNXGraph(file, path: path)
            return try ONNXImporter(graph, channelsLast: channelsLast)
                .model(inputShape: inputShape)
        } catch let error as StrataError where !error.message.hasPrefix(path) {
            let end = error.message.hasSuffix(".") ? "" : "."
            throw StrataError("Cannot read \(path): \(error.message)\(end)")
        }
    }
}
