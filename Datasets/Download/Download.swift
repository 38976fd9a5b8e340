import Foundation
import Strata

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A published file: its address, size and checksum.
public struct RemoteFile: Hashable, Sendable {
    /// The address: `https://…`.
    public let url: String
    /// The size in bytes.
    public let byteCount: Int
    /// The SHA-256 checksum, 64 hexadecimal digits.
    public let sha256: String

    /// - Parameters:
    ///   - url: the address.
    ///   - byteCount: the size in bytes.
    ///   - sha256: the SHA-256 checksum, 64 hexadecimal digits.
    public init(_ url: String, byteCount: Int, sha256: String) {
        self.url = url
        self.byteCount = byteCount
        self.sha256 = sha256
    }

    /// The file name: the last part of the address.
    public var name: String { url.split(separator: "/").last.map(String.init) ?? url }
}

/// Downloads a file, verifies it and then moves it to its place. Data that has arrived is kept beside it as
/// NAME.part, where the next attempt continues.
package struct Download {
    private let file: RemoteFile
    private let path: String
    private let progress: DownloadProgress?

    package init(_ file: RemoteFile, to path: String, progress: DownloadProgress?) {
        self.file = file
        self.path = path
        self.progress = progress
    }

    package func run() throws {
        if isThere { return }
        let partial = path + ".part"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw StrataError("cannot write \(partial): \(systemMessage())")
        }
        defer { close(descriptor) }
        do {
            try complete(descriptor, partial)
        } catch {
            if lseek(descriptor, 0, SEEK_END) == 0 { unlink(partial) }
            throw error
        }
    }

    private func complete(_ descriptor: Int32, _ partial: String) throws {
        // Waits if another process is already downloading the file.
        while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
        if isThere { return }

        let present = Int(lseek(descriptor, 0, SEEK_END))
        if present != file.byteCount {
            let transfer = Transfer(file, descriptor, present: present, progress: progress)
            try transfer.run()
        }
        let digest = try withExtendedLifetime(FileBytes(path: partial)) {
            SHA256.digest($0.bytes)
        }
        guard digest == file.sha256 else {
            unlink(partial)
            throw StrataError(
                "what came from \(file.url) has the SHA-256 \(digest), not \(file.sha256), and was "
                    + "not kept")
        }
        guard fsync(descriptor) == 0, rename(partial, path) == 0 else {
            throw StrataError("cannot write \(path): \(systemMessage())")
        }
    }

    private var isThere: Bool { FileManager.default.fileExists(atPath: path) }
}

/// A request whose response is written to a file as it arrives.
private final class Transfer: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    // Used by the session's queue, one call at a time; the caller reads them when it has ended.
    private let file: RemoteFile
    private let descriptor: Int32
    private let progress: DownloadProgress?
    private var received: Int
    private var hasAnswer = false
    private var failure: StrataError?
    private let ended = DispatchSemaphore(value: 0)

    init(_ file: RemoteFile, _ descriptor: Int32, present: Int, progress: DownloadProgress?) {
        self.file = file
        self.descriptor = descriptor
        self.progress = progress
        received = present < file.byteCount ? present : 0
    }

    func run() throws {
        guard let url = URL(string: file.url) else {
            throw StrataError("\(file.url) is not an address")
        }
        var request = URLRequest(url: url)
        request.timeoutInterval = 60  // without any data
        if received > 0 { request.setValue("bytes=\(received)-", forHTTPHeaderField: "Range") }
        let session = URLSession(configuration: .ephemeral, delegate: self, delegateQueue: nil)
        session.dataTask(with: request).resume()
        session.finishTasksAndInvalidate()
        ended.wait()
        if let failure { throw failure }
        guard received == file.byteCount else {
            throw StrataError(
                "\(file.url) has only \(received) bytes, and \(file.byteCount) are expected")
        }
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        switch (response as? HTTPURLResponse)?.statusCode {
        case 206: break
        case 200: received = 0  // the whole, whatever was asked for
        case let status:
            let answer = status.map { "answered \($0)" } ?? "did not answer"
            failure = StrataError("the server \(answer) when asked for \(file.url)")
            return completionHandler(.cancel)
        }
        hasAnswer = true
        ftruncate(descriptor, off_t(received))
        lseek(descriptor, off_t(received), SEEK_SET)
        progress?.report(file, received)
        completionHandler(.allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        guard failure == nil else { return }
        guard data.count <= file.byteCount - received else {
            return fail("more than the \(file.byteCount) bytes of \(file.url) arrived", dataTask)
        }
        var rest = [UInt8](data)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                let reason = systemMessage()
                return fail("\(file.name) cannot be written: \(reason)", dataTask)
            }
            rest = rest.dropFirst(count)
        }
        received += data.count
        progress?.report(file, received)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
    ) {
        if let error, failure == nil {
            let reason = Self.reason(error)
            failure = StrataError(
                hasAnswer
                    ? "only \(received) of the \(file.byteCount) bytes of \(file.url) arrived "
                        + "(\(reason)); another attempt goes on from there"
                    : "\(file.url) cannot be reached (\(reason))")
        }
        ended.signal()
    }

    private func fail(_ message: String, _ task: URLSessionTask) {
        failure = StrataError(message)
        task.cancel()
    }

    private static func reason(_ error: any Error) -> String {
        switch (error as? URLError)?.code {
        case .cannotFindHost, .dnsLookupFailed: "there is no such host, or no network"
        case .notConnectedToInternet: "there is no network"
        case .cannotConnectToHost: "its host does not answer"
        case .networkConnectionLost: "the connection broke"
        case .timedOut: "nothing came for a minute"
        default: error.localizedDescription
        }
    }
}
