import Foundation

/// Serves a few contents by HTTP on this machine, misbehaving on request.
final class TestServer: @unchecked Sendable {
    enum Behaviour {
        case normal
        /// Says that it sends all, and closes the connection after so many bytes.
        case breaksOff(after: Int)
        /// Sends the whole even if only a part was asked for.
        case ignoresRanges
    }

    let address: String
    private let descriptor: Int32
    private let lock = NSLock()
    private var contents: [String: [UInt8]] = [:]
    private var behaviour = Behaviour.normal
    private var seen: [String] = []

    /// The `Range` of each request, "all" where there was none.
    var requests: [String] { lock.withLock { seen } }

    init() throws {
        #if os(Linux)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        self.descriptor = descriptor
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        precondition(status)
        address = "http://127.0.0.1:\(UInt16(bigEndian: name.sin_port))"
        Thread.detachNewThread { [weak self] in
            // Closed here alone: another server's socket might have the number by the next call.
            defer { close(descriptor) }
            while true {
                let connection = accept(descriptor, nil, nil)
                if connection < 0, errno == EINTR { continue }
                guard connection >= 0 else { return }
                self?.answer(connection)
                close(connection)
            }
        }
    }

    deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }

    func serve(_ bytes: [UInt8], as name: String, _ behaviour: Behaviour = .normal) {
        lock.withLock {
            contents[name] = bytes
            self.behaviour = behaviour
        }
    }

    private func answer(_ connection: Int32) {
        var request = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !request.contains("\r\n\r\n") {
            let count = read(connection, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            request += String(decoding: buffer[..<count], as: UTF8.self)
        }
        let lines = request.components(separatedBy: "\r\n")
        let name = String(lines[0].split(separator: " ")[1].dropFirst())
        let range = lines.first { $0.lowercased().hasPrefix("range: bytes=") }.flatMap {
            Int($0.dropFirst("range: bytes=".count).dropLast())
        }
        let (bytes, behaviour) = lock.withLock {
            seen.append(range.map { "from \($0)" } ?? "all")
            return (contents[name], self.behaviour)
        }
        guard let bytes else { return send("HTTP/1.1 404 Not Found", [], 0, connection) }
        switch behaviour {
        case .normal:
            let status = range == nil ? "HTTP/1.1 200 OK" : "HTTP/1.1 206 Partial Content"
            send(status, bytes[(range ?? 0)...], bytes.count - (range ?? 0), connection)
        case .breaksOff(let count):
            send("HTTP/1.1 200 OK", bytes[..<count], bytes.count, connection)
        case .ignoresRanges: send("HTTP/1.1 200 OK", bytes[...], bytes.count, connection)
        }
    }

    private func send(
        _ status: String, _ body: ArraySlice<UInt8>, _ length: Int, _ connection: Int32
    ) {
        let head = "\(status)\r\nContent-Length: \(length)\r\nConnection: close\r\n\r\n"
        let answer = [UInt8](head.utf8) + body
        var sent = 0
        while sent < answer.count {
            let count = answer[sent...].withUnsafeBytes {
                #if os(Linux)
                    Foundation.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                #else
                    write(connection, $0.baseAddress, $0.count)
                #endif
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            sent += count
        }
    }
}
