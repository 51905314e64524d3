import Glibc

/// A TCP connection that sends and receives unchanged bytes.
///
/// The connection blocks, with a time limit on each operation, and belongs to one thread or task at
/// a time.
package final class RawConnection: @unchecked Sendable {
    /// The bytes that are received and not yet taken.
    package private(set) var received: [UInt8] = []
    /// Whether the peer has closed or reset the connection.
    package private(set) var isClosedByPeer = false
    /// Whether the connection ended with a reset (RST).
    package private(set) var wasReset = false

    private var socket: Socket?
    private let timeout: Duration

    /// - Parameters:
    ///   - host: An address or a name of this machine.
    ///   - source: The IPv4 source address, if not the default.
    ///   - port: The port, 1–65535.
    ///   - timeout: The time limit of one operation.
    package init(
        host: String = "127.0.0.1",
        from source: String? = nil,
        port: Int,
        timeout: Duration = .seconds(10)
    ) throws(SupportError) {
        self.timeout = timeout
        socket = try .connected(to: host, port, from: source, deadline: .now + timeout)
    }

    // MARK: Sending

    package func send(_ text: String) throws(SupportError) {
        try send(Array(text.utf8))
    }

    /// Sends all bytes.
    package func send(_ bytes: [UInt8]) throws(SupportError) {
        let deadline = ContinuousClock.now + timeout
        var rest = bytes[...]
        while !rest.isEmpty {
            let descriptor = try descriptor
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN || errno == EINTR {
                guard socket?.wait(for: POLLOUT, deadline) == true else {
                    throw SupportError("Sending timed out; \(rest.count) bytes are left.")
                }
            } else {
                throw SupportError("Sending failed: \(systemErrorText())")
            }
        }
    }

    /// Ends the sending direction (FIN); receiving continues.
    package func closeSending() throws(SupportError) {
        shutdown(try descriptor, Int32(SHUT_WR))
    }

    // MARK: Receiving

    /// Receives until the received bytes satisfy a condition.
    ///
    /// - Returns: All bytes in ``received``, which keeps them until ``take(_:)`` removes them.
    /// - Throws: ``SupportError`` when the time limit is exceeded or the peer closes first.
    @discardableResult
    package func receive(until condition: ([UInt8]) -> Bool) throws(SupportError) -> [UInt8] {
        let deadline = ContinuousClock.now + timeout
        while !condition(received) {
            guard !isClosedByPeer else {
                throw SupportError("The peer closed after \(excerpt)")
            }
            try receiveOnce(deadline)
        }
        return received
    }

    /// Receives until the bytes contain a text.
    @discardableResult
    package func receive(untilContaining text: String) throws(SupportError) -> [UInt8] {
        let pattern = Array(text.utf8)
        return try receive(until: { $0.firstRange(of: pattern) != nil })
    }

    /// Receives until the peer closes, and takes all bytes.
    package func receiveUntilClose() throws(SupportError) -> [UInt8] {
        let deadline = ContinuousClock.now + timeout
        while !isClosedByPeer { try receiveOnce(deadline) }
        return take(received.count)
    }

    /// Returns whether nothing arrives for a duration, neither bytes nor the end of the connection.
    package func isSilent(for duration: Duration) -> Bool {
        guard received.isEmpty, !isClosedByPeer else { return false }
        return socket?.wait(for: POLLIN, .now + duration) == false
    }

    /// Removes and returns bytes from the front of ``received``.
    @discardableResult
    package func take(_ count: Int) -> [UInt8] {
        let bytes = Array(received.prefix(count))
        received.removeFirst(bytes.count)
        return bytes
    }

    private func receiveOnce(_ deadline: ContinuousClock.Instant) throws(SupportError) {
        let descriptor = try descriptor
        guard socket?.wait(for: POLLIN, deadline) == true else {
            throw SupportError("Receiving timed out after \(excerpt)")
        }
        var buffer = [UInt8](repeating: 0, count: 64 * 1_024)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count > 0 {
            received.append(contentsOf: buffer.prefix(count))
        } else if count == 0 {
            isClosedByPeer = true
        } else if errno == ECONNRESET || errno == EPIPE {
            isClosedByPeer = true
            wasReset = true
        } else if errno != EAGAIN && errno != EINTR {
            throw SupportError("Receiving failed: \(systemErrorText())")
        }
    }

    private var excerpt: String {
        "\(received.count) bytes: \(String(decoding: received.prefix(500), as: UTF8.self))"
    }

    // MARK: Closing

    package func close() {
        socket = nil
    }

    /// Closes the connection with a reset (RST), as a crashed client does.
    package func reset() throws(SupportError) {
        var option = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        setsockopt(try descriptor, SOL_SOCKET, SO_LINGER, &option, size)
        socket = nil
    }

    private var descriptor: Int32 {
        get throws(SupportError) {
            guard let descriptor = socket?.descriptor else {
                throw SupportError("The connection is closed on this side.")
            }
            return descriptor
        }
    }
}
