import Foundation

/// The error that the library throws: a sentence that says what was wrong and where, what was expected
/// and what was given.
public struct StrataError: Error, Sendable, Equatable, CustomStringConvertible, LocalizedError {
    /// The sentence.
    public let message: String

    /// Whether the message already names a layer.
    let isNamed: Bool
    /// Where the wrong expression was made, if it is one and the build can tell.
    package var callSite: CallSite?

    /// - Parameter message: the sentence.
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

    /// The error with the name of the innermost layer in front.
    func named(_ layer: String) -> StrataError {
        if isNamed { return self }
        var named = StrataError("Layer \(layer): \(message)", isNamed: true)
        named.callSite = callSite
        return named
    }

    /// The sentence.
    public var description: String { message }
    /// The sentence, for `localizedDescription`.
    public var errorDescription: String? { message }
}
