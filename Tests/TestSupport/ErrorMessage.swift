import Strata

/// The sentence of the error that `body` throws; empty if it throws none.
package func errorMessage<Result>(_ body: () throws -> Result) -> String {
    do {
        _ = try body()
        return ""
    } catch {
        return (error as? StrataError)?.message ?? "not a StrataError: \(error)"
    }
}
