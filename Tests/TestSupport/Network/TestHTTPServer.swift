import Foundation
import Glibc
import Synchronization

/// An HTTP/1.1 server whose answers a test decides, for clients under test.
///
/// Each connection has a thread. Requests have a `Content-Length` or no content.
package final class TestHTTPServer: Sendable {
    package struct Request: Sendable {
        package let method: String
        package let target: String
        package let fields: [(name: String, value: String)]
        package let body: [UInt8]
        /// The number of the connection, from 0 in the order of their arrival.
        package let connection: Int

        package subscript(name: String) -> String? {
            fields.first { $0.name.lowercased() == name.lowercased() }?.value
        }

        package var text: String { String(decoding: body, as: UTF8.self) }
    }

    package enum Answer: Sendable {
        case reply(Int, fields: [(name: String, value: String)] = [], body: String = "")
        /// Bytes as they are, after which the connection is closed.
        case raw(String)
        /// The connection is closed without an answer.
        case close
        /// Nothing is sent, and the connection stays open.
        case silence
    }

    private struct State {
        var requests: [Request] = []
        var connections: Set<Int32> = []
        var accepted = 0
        var isStopped = false
    }

    /// The port on 127.0.0.1, or 0 for a Unix socket.
    package let port: Int
    private let listener: Int32
    private let answer: @Sendable (Request) -> Answer
    private let state = Mutex(State())

    /// - Parameters:
    ///   - port: The port to listen on, or 0 for a free one.
    ///   - unixSocketPath: The path of a Unix socket to listen on instead.
    ///   - answer: Called on the connection's thread, once for each request.
    package init(
        port: Int = 0,
        unixSocketPath: String? = nil,
        answer: @escaping @Sendable (Request) -> Answer
    ) throws {
        self.answer = answer
        if let path = unixSocketPath {
            listener = try Self.listen(path)
            self.port = 0
        } else {
            self.port = port == 0 ? try freePort() : port
            listener = try Self.listen(self.port)
        }
        let (listener, reference) = (listener, WeakReference(self))
        Thread.detachNewThread {
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else {
                    if errno == EINTR { continue }
                    break
                }
                guard let server = reference.server, let number = server.begin(descriptor) else {
                    Glibc.close(descriptor)
                    continue
                }
                Thread.detachNewThread { server.serve(descriptor, number) }
            }
            Glibc.close(listener)
        }
    }

    deinit { stop() }

    package var url: String { "http://127.0.0.1:\(port)" }

    /// The requests that have been received completely, in their order.
    package var requests: [Request] { state.withLock { $0.requests } }

    /// Refuses connections, and closes those that are open.
    package func stop() {
        let isFirst = state.withLock { state in
            defer { state.isStopped = true }
            // The threads close them.
            for descriptor in state.connections { shutdown(descriptor, Int32(SHUT_RDWR)) }
            return !state.isStopped
        }
        // Ends accept(2) on Linux.
        if isFirst { shutdown(listener, Int32(SHUT_RDWR)) }
    }

    private func begin(_ descriptor: Int32) -> Int? {
        state.withLock { state in
            guard !state.isStopped else { return nil }
            state.connections.insert(descriptor)
            defer { state.accepted += 1 }
            return state.accepted
        }
    }

    private func serve(_ descriptor: Int32, _ number: Int) {
        var received: [UInt8] = []
        while let request = Self.receive(descriptor, &received, number) {
            state.withLock { $0.requests.append(request) }
            switch answer(request) {
            case .reply(let status, let fields, let body):
                var text = "HTTP/1.1 \(status) Answer\r\nContent-Length: \(body.utf8.count)\r\n"
                for field in fields { text += "\(field.name): \(field.value)\r\n" }
                guard Self.send(descriptor, text + "\r\n" + body) else { break }
                continue
            case .raw(let text): _ = Self.send(descriptor, text)
            case .close: break
            case .silence: continue
            }
            break
        }
        _ = state.withLock { $0.connections.remove(descriptor) }
        Glibc.close(descriptor)
    }

    private static func receive(
        _ descriptor: Int32,
        _ received: inout [UInt8],
        _ connection: Int
    ) -> Request? {
        var buffer = [UInt8](repeating: 0, count: 64 * 1_024)
        while true {
            if let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
                let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self)
                    .split(separator: "\r\n")
                let words = (lines.first ?? "").split(separator: " ")
                guard words.count == 3 else { return nil }
                var fields: [(name: String, value: String)] = []
                for line in lines.dropFirst() {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
                    fields.append((String(parts.first ?? ""), String(value)))
                }
                let text = fields.first { $0.name.lowercased() == "content-length" }?.value
                let length = text.flatMap { Int($0) } ?? 0
                if received.count >= end.upperBound + length {
                    let body = Array(received[end.upperBound..<end.upperBound + length])
                    received.removeFirst(end.upperBound + length)
                    return Request(
                        method: String(words[0]),
                        target: String(words[1]),
                        fields: fields,
                        body: body,
                        connection: connection
                    )
                }
            }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            received.append(contentsOf: buffer.prefix(count))
        }
    }

    private static func send(_ descriptor: Int32, _ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func listen(_ port: Int) throws(SupportError) -> Int32 {
        let descriptor = try newSocket(AF_INET)
        var isOn: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        return try listen(descriptor, address)
    }

    private static func listen(_ path: String) throws(SupportError) -> Int32 {
        let descriptor = try newSocket(AF_UNIX)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return try listen(descriptor, address)
    }

    private static func newSocket(_ family: Int32) throws(SupportError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { throw SupportError("socket: \(systemErrorText())") }
        return descriptor
    }

    private static func listen<Address>(
        _ descriptor: Int32,
        _ address: Address
    ) throws(SupportError) -> Int32 {
        let isListening = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<Address>.size)) == 0
                    && Glibc.listen(descriptor, 16) == 0
            }
        }
        guard isListening else {
            defer { Glibc.close(descriptor) }
            throw SupportError("listening: \(systemErrorText())")
        }
        return descriptor
    }
}

/// Keeps the thread that accepts from keeping the server.
private final class WeakReference: Sendable {
    private weak let target: TestHTTPServer?

    init(_ server: TestHTTPServer) { target = server }

    var server: TestHTTPServer? { target }
}
