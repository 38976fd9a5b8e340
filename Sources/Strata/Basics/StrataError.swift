import Foundation

/// What the library throws: one sentence that says what was wrong, where, what was expected and
/// what was received.
public struct StrataError: Error, Sendable, Equatable, CustomStringConvertible, LocalizedError {
    public let message: String

    /// Whether the message begins with the layer it is about.
    let isNamed: Bool

    public init(_ message: String) {
        self.init(message, isNamed: false)
    }

    init(_ message: String, isNamed: Bool) {
        self.message = message
        self.isNamed = isNamed
    }

    /// The error itself if it is a StrataError, as nearly all are; otherwise one that says the same.
    init(_ error: any Error) {
        self = error as? StrataError ?? StrataError("\(error)")
    }

    /// The sentence with the innermost layer's name before it.
    func named(_ layer: String) -> StrataError {
        isNamed ? self : StrataError("Layer \(layer): \(message)", isNamed: true)
    }

    public var description: String { message }
    public var errorDescription: String? { message }
}
