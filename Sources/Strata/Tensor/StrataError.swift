import Foundation

/// What the library throws: one sentence that says what was wrong, where, what was expected and
/// what was received.
public struct StrataError: Error, Sendable, Equatable, CustomStringConvertible, LocalizedError {
    public let message: String

    public init(_ message: String) {
        self.message = message
    }

    public var description: String { message }
    public var errorDescription: String? { message }
}
