import Foundation

/// What went wrong, in a sentence that says what was expected and what was received.
public struct StrataError: Error, Sendable, CustomStringConvertible, LocalizedError {
    public let message: String

    public init(_ message: String) { self.message = message }

    public var description: String { message }
    public var errorDescription: String? { message }
}
