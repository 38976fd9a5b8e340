import Strata
import TestSupport
import Testing

/// Configurations that no Keras writes: each is an error that says what is wrong.
struct HostileModelTests {
    private func layer(_ className: String, _ config: String, _ inputs: String = "") -> String {
        """
        {"class_name": "\(className)", "config": \(config), "name": "x", "inbound_nodes": [\(inputs)]}
        """
    }

    private func functional(_ layers: String, outputs: String) -> String {
        """
        {"class_name": "Functional", "config": {"name": "m", "layers": [\(layers)],
         "input_layers": ["in", 0, 0], "output_layers": \(outputs)}}
        """
    }

    private let input = """
        {"class_name": "InputLayer", "config": {"batch_shape": [null, 4, 4, 3], "name": "in"},
         "name": "in", "inbound_nodes": []}
        """

    private func node(_ name: String, _ call: String = "0", _ output: String = "0") -> String {
        """
        {"args": [{"class_name": "__keras_tensor__",
         "config": {"keras_history": ["\(name)", \(call), \(output)]}}], "kwargs": {}}
        """
    }

    private func message(_ text: String) -> String {
        errorMessage { _ = try LayerRegistry.layer(serialized: JSON(parsing: text)) }
    }

    @Test func theWellFormedIsRead() {
        let relu = layer("ReLU", #"{"name": "x", "unheard_of": {"a": [NaN]}}"#, node("in"))
        #expect(message(functional(input + "," + relu, outputs: #"["x", 0, 0]"#)) == "")
    }

    /// What a file says of a call beside its inputs is kept.
    @Test func keywordsOfCalls() throws {
        let call = node("in").replacing("{}}", with: #"{"training": false, "mask": null}}"#)
        let text = functional(input + "," + layer("ReLU", "{}", call), outputs: #"["x", 0, 0]"#)
        let model = try LayerRegistry.layer(serialized: JSON(parsing: text))
        let written = try model.serialized().description
        #expect(written.contains(#""kwargs": {"training": false, "mask": null}"#), "\(written)")
    }

    /// Earlier names of an input's shape are read, and written as today's.
    @Test(arguments: [
        #""batch_input_shape": [null, 4, 4, 3]"#, #""shape": [4, 4, 3]"#,
        #""input_shape": [4, 4, 3]"#, #""batch_shape": [null, 4, 4, 3], "shape": [4, 4, 3]"#,
    ])
    func namesOfAnInputsShape(_ words: String) throws {
        let json = try JSON(
            parsing: #"{"class_name": "InputLayer", "config": {\#(words), "name": "in"}}"#)
        let config = try LayerRegistry.layer(serialized: json).serialized()["config"]
        #expect(config?["batch_shape"] == [nil, 4, 4, 3])
        #expect(config?["shape"] == nil && config?["batch_input_shape"] == nil)
    }

    @Test(arguments: [
        ("Conv2D", #"{"filters": 1000000000000000000, "kernel_size": 3}"#, "filters"),
        ("Conv2D", #"{"filters": 1e300, "kernel_size": 3}"#, "filters"),
        ("Conv2D", #"{"filters": 67108864, "kernel_size": [67108864, 67108864]}"#, "kernel"),
        ("Conv2D", #"{"filters": "many", "kernel_size": 3}"#, "filters"),
        ("Conv2D", #"{"kernel_size": 3}"#, "filters"),
        ("Conv2D", #"{"filters": 4, "kernel_size": [3, 3], "strides": [0, -1]}"#, "strides"),
        ("Conv2D", #"{"filters": 4, "kernel_size": 3, "activation": ["relu"]}"#, "activation"),
        ("UpSampling2D", #"{"size": [67108864, 67108864]}"#, "numbers"),
        ("ZeroPadding2D", #"{"padding": -1}"#, "at least 0"),
        ("Reshape", #"{"target_shape": [67108864, 67108864, 67108864]}"#, "target"),
        ("Reshape", #"{"target_shape": [-1, -1]}"#, "target"),
        ("Dense", #"{"units": -3}"#, "units"),
        ("MaxPooling2D", #"{"pool_size": 0}"#, "window"),
        ("Resizing", #"{"height": -1, "width": 3}"#, "at least 1"),
        ("Resizing", #"{"height": 9223372036854775807, "width": 3}"#, "height"),
        ("Resizing", #"{"height": 67108864, "width": 67108864}"#, "numbers"),
        ("Resizing", #"{"height": 3, "width": 3, "interpolation": "bicubic"}"#, "bilinear"),
        ("Resizing", #"{"height": 3, "width": 3, "antialias": true}"#, "antialias"),
        ("CenterCrop", #"{"height": 67108864, "width": 67108864}"#, "numbers"),
        ("CenterCrop", #"{"height": 3, "width": 0}"#, "at least 1"),
        ("RandomRotation", #"{"factor": [NaN, 1]}"#, "factor"),
        ("RandomRotation", #"{"factor": Infinity}"#, "factor"),
        ("RandomRotation", #"{"factor": [1, 2, 3]}"#, "factor"),
        ("RandomRotation", #"{"factor": 0.1, "fill_mode": "mirror"}"#, "mirror"),
        ("RandomZoom", #"{"height_factor": -1e30}"#, "more than -1"),
        ("RandomZoom", #"{"height_factor": 0.1, "width_factor": [-1, 0]}"#, "more than -1"),
        ("RandomBrightness", #"{"factor": 3}"#, "between -1 and 1"),
        ("RandomBrightness", #"{"factor": 1, "value_range": [0, NaN]}"#, "value_range"),
        ("GaussianDropout", #"{"rate": NaN}"#, "rate"),
        ("AlphaDropout", #"{"rate": 1}"#, "rate"),
        ("StochasticDepth", #"{"drop_path_rate": NaN}"#, "rate"),
        ("LayerScale", #"{"init_values": 1, "projection_dim": 4}"#, "channels"),
        ("CustomScaleLayer", #"{"scale": 1}"#, "two inputs"),
        ("AlphaDropout", #"{"rate": 0.1, "noise_shape": [-9223372036854775808]}"#, "noise"),
        ("RandomTranslation", #"{"height_factor": NaN, "width_factor": 0}"#, "height_factor"),
        ("RandomTranslation", #"{"height_factor": 0, "width_factor": [1, NaN]}"#, "width_factor"),
        ("Conv3D", "{}", "Conv3D"), ("Lambda", "{}", "Lambda"),
        ("Conv2D", "7", "object"),
    ])
    func aLayer(_ className: String, _ config: String, _ word: String) {
        let text = functional(
            input + "," + layer(className, config, node("in")), outputs: #"["x", 0, 0]"#)
        #expect(message(text).contains(word))
    }

    @Test(arguments: [
        ("Add", "{}", "1.0", ""), ("Add", "{}", "1e400, 2", "operands"),
        ("Add", "{}", #"{"class_name": "__numpy__", "config": {"value": [[1, 2], [3]]}}"#, "rows"),
        ("Add", "{}", #"{"class_name": "__numpy__", "config": {"value": [[], []]}}"#, "broadcast"),
        (
            "Add", "{}", #"{"class_name": "__numpy__", "config": {"value": [[[[1]]], [[[2]]]]}}"#,
            "batch"
        ),
        ("Add", "{}", #"[[[[[[[[[1]]]]]]]]]"#, "dimensions"),
        ("Add", "{}", #""one""#, "number"), ("Add", "{}", "", "operands"),
        ("Fold", "{}", "", "Fold"), ("Cast", #"{"dtype": "int8"}"#, "", "int8"),
        ("Mean", "{}", "", "batch"),
        ("Mean", #"{"axis": [0, 1]}"#, "", "batch"), ("Mean", #"{"axis": 9}"#, "", "axes"),
        ("Max", #"{"axis": 1, "initial": 1}"#, "", "initial"),
        ("Reshape", #"{"newshape": [-1, -1]}"#, "", "-1"),
        ("Reshape", #"{"newshape": [0, -1]}"#, "", "-1"),
        ("Reshape", #"{"newshape": [67108864, 67108864, 67108864]}"#, "", "reshaped"),
        ("Reshape", #"{"newshape": [2, 24]}"#, "", "batch"),
        ("Transpose", #"{"axes": [1, 0, 2, 3]}"#, "", "batch"),
        ("Transpose", #"{"axes": [0, 1, 1, 77]}"#, "", "permutation"),
        ("ExpandDims", #"{"axis": 0}"#, "", "axes"), ("Squeeze", #"{"axis": 1}"#, "", "axes"),
        ("Split", #"{"axis": 1, "indices_or_sections": 3}"#, "", "parts"),
        ("Split", #"{"axis": 1, "indices_or_sections": 0}"#, "", "parts"),
        ("Split", #"{"axis": [], "indices_or_sections": 1}"#, "", "one axis"),
        ("Split", #"{"axis": [1, 2], "indices_or_sections": 1}"#, "", "one axis"),
        ("Stack", #"{"axis": []}"#, "", "one axis"),
        ("Pad", #"{"pad_width": [[0, 0], [0, -1], [0, 0], [0, 0]]}"#, "", "Padding"),
        ("Pad", #"{"pad_width": [[0, 0], [0, 1e18], [0, 0], [0, 0]]}"#, "", "size"),
        ("Pad", #"{"pad_width": 1}"#, "", "sizes"), ("Clip", "{}", "", "x_min"),
        ("LeakyRelu", #"{"negative_slope": "steep"}"#, "", "negative_slope"),
        ("GetItem", "{}", "0", "batch"), ("GetItem", "{}", "", "operands"),
        ("GetItem", "{}", slices("0, 0, 0, 0, 0"), "indices"),
        ("GetItem", "{}", slices("-9223372036854775808"), "index"),
        (
            "GetItem", "{}",
            slices(#"{"class_name": "__slice__", "config": {"step": 9223372036854775807}}"#), ""
        ),
        (
            "GetItem", "{}",
            slices(
                #"{"class_name": "__slice__", "config": {"start": -9223372036854775808, "stop": 9223372036854775807, "step": -1}}"#
            ), "range"
        ),
        (
            "GetItem", "{}",
            slices(#"{"class_name": "__slice__", "config": {"start": 3, "stop": 1}}"#), "something"
        ),
    ])
    func anOperation(_ name: String, _ config: String, _ constants: String, _ word: String) {
        let call = node("in").replacing(
            "}}], ", with: "}}\(constants.isEmpty ? "" : ", ")\(constants)], ")
        let text = functional(
            input + ","
                + layer(name, config, call).replacing(
                    "{\"class", with: #"{"module": "keras.src.ops.numpy", "class"#,
                    maxReplacements: 1),
            outputs: #"["x", 0, 0]"#)
        let message = message(text)
        #expect(word.isEmpty ? message.isEmpty : message.contains(word), "\(message)")
    }

    private static func slices(_ rest: String) -> String {
        #"[{"class_name": "__slice__", "config": {"start": null}}, \#(rest)]"#
    }

    /// Nadam wants to know the product of its momenta, of which there is one a step.
    @Test(arguments: [0.9, 1, 1.5, .nan]) func stepsWithoutEnd(beta1: Double) throws {
        let directory = try TemporaryFolder()
        let path = directory.file("model.keras")
        let model = Sequential(inputShape: [2]) { Dense(1) }
        try model.compile(optimizer: Nadam(beta1: beta1), loss: .meanSquaredError)
        model.compilation?.optimizer.batches = 1 << 53 - 1
        try model.save(to: path)
        let optimizer = try #require(try Model.load(from: path).compilation?.optimizer)
        #expect(optimizer.iterations == 1 << 53 - 1)
        #expect(optimizer.hyperparameters().count == 3)
    }

    @Test func aGraph() {
        func graph(_ inputs: String, _ outputs: String = #"["x", 0, 0]"#) -> String {
            message(
                functional(input + "," + layer("ReLU", "{}", inputs), outputs: outputs))
        }
        #expect(graph(node("x")).contains("depend on their own results"))
        #expect(graph(node("y")).contains("no layer y"))
        #expect(graph(node("in", "7")).contains("no call 7"))
        #expect(graph(node("in", "0", "1")).contains("no output 1"))
        #expect(graph(node("in", "-1")).contains("[layer, call, output]"))
        #expect(graph(node("in", "1e30")).contains("[layer, call, output]"))
        #expect(graph(#"{"args": []}"#).contains("none"))
        #expect(graph(node("in"), "[]") != "")
        #expect(graph(node("in"), #""x""#).contains("outputs"))
        #expect(graph(node("in"), #"["x", 9, 0]"#).contains("no output"))
        #expect(message(functional(input + "," + input, outputs: "[]")).contains("named in"))
    }

    /// Each model calls the one in it twice: a file of a few thousand bytes comes to 2⁵⁰ calls.
    @Test func modelsThatMultiply() {
        var text = ""
        for depth in 0..<50 {
            let inner = depth == 0 ? layer("ReLU", #"{"name": "x"}"#) : text
            let called = String(inner.dropLast())
                .replacing(#", "inbound_nodes": []"#, with: "")
            text = functional(
                input + "," + called
                    + #", "name": "x", "inbound_nodes": [\#(node("in")), \#(node("x"))]}"#,
                outputs: #"["x", \#(depth == 0 ? 1 : 2), 0]"#)
            text = text.replacing(#""name": "m""#, with: #""name": "x""#)
        }
        #expect(message(text).contains("layer calls"))
    }

    @Test func deepNestingIsRefused() {
        var text = #"{"class_name": "Dense", "config": {"units": 1, "name": "d"}}"#
        for _ in 0..<40 {
            text = #"{"class_name": "Sequential", "config": {"name": "s", "layers": [\#(text)]}}"#
        }
        #expect(message(text) == "")
        for _ in 0..<100 {
            text = #"{"class_name": "Sequential", "config": {"name": "s", "layers": [\#(text)]}}"#
        }
        #expect(message(text).contains("nested"))
    }
}
