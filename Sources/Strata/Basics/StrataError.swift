import Foundation

/// What the library throws: one sentence that says what was wrong, where, what was expected and
/// what was received.
public struct StrataError: Error, Sendable, Equatable, CustomStringConvertible, LocalizedError {
    public let message: String

    /// Whether the message begins with the layer it is about.
    let isNamed: Bool
    /// Where the wrong expression was made, if it is one and the build can tell.
    package var callSite: CallSite?

    public init(_ message: String) {
        self.init(message, isNamed: false)
    }

    init(_ message: String, isNamed: Bool) {
        self.message = message
        self.isNamed = isNamed
    }

    /// Errors are equal if they say the same.
    public static func == (a: StrataError, b: StrataError) -> Bool { a.message == b.message }

    /// Converts an error; a `StrataError` stays as it is.
    init(_ error: any Error) {
        self = error as? StrataError ?? StrataError("\(error)")
    }

    /// The sentence with the innermost layer's name before it.
    func named(_ layer: String) -> StrataError {
        if isNamed { return self }
        var named = StrataError("Layer \(layer): \(message)", isNamed: true)
        named.callSite = callSite
        return named
    }

    public var description: String { message }
    public var errorDescription: String? { message }
}
