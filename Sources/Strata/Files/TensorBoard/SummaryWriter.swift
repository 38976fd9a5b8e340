import Foundation

/// Writes what TensorBoard shows: an event file in a folder (a TFRecord file of `Event` protocol buffers). Each
/// call writes at once, so that a dashboard follows.
///
/// ```swift
/// let writer = try SummaryWriter("runs/a/train")
/// try writer.scalar("accuracy", 0.9, step: 3)
/// ```
/// TensorBoard reads one file of a folder at a time, so use one writer a folder: that of ``TensorBoard``, if it
/// is its folder.
public final class SummaryWriter {
    /// The folder.
    public let folder: String
    private let file: AppendedFile
    private let clock: () -> Double

    /// Begins a new event file. The folder is made if there is none.
    /// - Parameter folder: the folder; TensorBoard calls it a run.
    /// - Throws: ``StrataError`` if the file cannot be written.
    public convenience init(_ folder: String) throws {
        try self.init(folder, clock: { Date().timeIntervalSince1970 })
    }

    /// - Parameter clock: the time in seconds since 1970.
    package init(_ folder: String, clock: @escaping () -> Double) throws {
        self.folder = folder
        self.clock = clock
        try Folder.make(folder)
        file = try SummaryWriter.newFile(in: folder, time: clock())
        var version = Protobuf()
        version.add(1, clock())
        version.add(3, "brain.Event:2")
        try append(version)
    }

    /// Goes on with an event file.
    /// - Parameters:
    ///   - place: what ``place`` was when training was where it goes on from.
    ///   - clock: the time in seconds since 1970.
    init(_ folder: String, continuing place: Place, clock: @escaping () -> Double) throws {
        self.folder = folder
        self.clock = clock
        file = try AppendedFile(folder + "/" + place.file, from: .cut(to: place.byteCount))
    }

    /// How far the event file has come.
    struct Place: Hashable {
        /// The name of the file.
        let file: String
        let byteCount: Int
    }

    var place: Place {
        Place(
            file: String(file.path.dropFirst(folder.utf8.count + 1)), byteCount: file.byteCount)
    }

    /// Waits until all events have reached the disk.
    func synchronize() throws { try file.synchronize() }

    /// Names are in the order in which files are begun, also by several processes.
    private static func newFile(in folder: String, time: Double) throws -> AppendedFile {
        let seconds = String(format: "%010.0f", time.rounded(.down))
        let start = "\(folder)/events.out.tfevents.\(seconds).\(hostName).\(getpid())"
        var number = 0
        while FileManager.default.fileExists(atPath: "\(start).\(number).v2") { number += 1 }
        return try AppendedFile("\(start).\(number).v2", from: .new)
    }

    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        let text = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: text, as: UTF8.self).replacingOccurrences(of: "/", with: "_")
    }

    // MARK: - Values

    /// Writes a number.
    /// - Parameters:
    ///   - tag: the name of the chart; a `/` in it groups charts.
    ///   - value: the number.
    ///   - step: the step of training, or the epoch.
    /// - Throws: ``StrataError`` if the file cannot be written.
    public func scalar(_ tag: String, _ value: Double, step: Int) throws {
        try write(.scalar(tag, value), step: step)
    }

    /// Writes how numbers are distributed. Those that are not finite are not counted.
    /// - Parameters:
    ///   - tag: the name of the chart.
    ///   - values: the numbers.
    ///   - step: the step of training, or the epoch.
    /// - Throws: ``StrataError`` if the file cannot be written.
    public func histogram(_ tag: String, _ values: [Float], step: Int) throws {
        try values.withUnsafeBufferPointer { try histogram(tag, $0, step: step) }
    }

    func histogram(_ tag: String, _ values: UnsafeBufferPointer<Float>, step: Int) throws {
        try write(.histogram(tag, Histogram(values)), step: step)
    }

    /// Writes pictures.
    /// - Parameters:
    ///   - tag: their name.
    ///   - images: the pictures, of one size.
    ///   - step: the step of training, or the epoch.
    ///   - description: a caption, in Markdown; none by default.
    /// - Throws: ``StrataError`` if the file cannot be written.
    public func images(_ tag: String, _ images: [Image], step: Int, description: String = "") throws
    {
        try write(.images(tag, images, description: description), step: step)
    }

    /// Writes text.
    /// - Parameters:
    ///   - tag: its name.
    ///   - text: the text, in Markdown.
    ///   - step: the step of training, or the epoch.
    /// - Throws: ``StrataError`` if the file cannot be written.
    public func text(_ tag: String, _ text: String, step: Int) throws {
        try write(.text(tag, text), step: step)
    }

    /// Writes a model's layers and their connections as Keras does, for TensorBoard's conceptual graph.
    /// - Parameter model: the model.
    /// - Throws: ``StrataError`` if the definition of the model is wrong, it has layers that cannot be saved, or
    ///   the file cannot be written.
    public func graph(of model: Model) throws {
        if let error = model.error { throw error }
        try write(.kerasModel(model.serialized()), step: 0)
    }

    /// Writes the settings of a run, by which TensorBoard compares the runs in folders side by side. The writers
    /// of the run's numbers are in folders within this one.
    /// - Parameter values: numbers, booleans and strings by name.
    /// - Throws: ``StrataError`` if the file cannot be written.
    public func hyperparameters(_ values: [String: JSON]) throws {
        let members = values.sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value) }
        try write(.runBegin(hyperparameters: members), step: 0)
    }

    /// Says that the run whose settings ``hyperparameters(_:)`` wrote has come to its end.
    /// - Throws: ``StrataError`` if the file cannot be written.
    public func finishRun() throws { try write(.runEnd(), step: 0) }

    private func write(_ value: EventValue, step: Int) throws {
        var event = Protobuf()
        event.add(1, clock())
        event.add(2, step)
        event.add(5) { value.write(to: &$0) }
        try append(event)
    }

    /// Appends a record: its length and the length's checksum, the event and its checksum.
    private func append(_ event: Protobuf) throws {
        var record: [UInt8] = []
        record.append(littleEndian: UInt64(event.bytes.count))
        record.append(littleEndian: CRC32C.masked(of: record))
        record += event.bytes
        record.append(littleEndian: CRC32C.masked(of: event.bytes))
        try file.append(record)
    }
}
