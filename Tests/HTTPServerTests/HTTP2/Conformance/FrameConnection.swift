import TestSupport

/// HTTP/2 on a socket, frame by frame.
struct FrameConnection {
    let raw: RawConnection

    func send(_ bytes: [UInt8]) throws { try raw.send(bytes) }

    /// Waits for the next frame.
    ///
    /// - Returns: `nil` when the server has closed the connection.
    func next() throws -> ReceivedFrame? {
        guard let header = try bytes(9) else { return nil }
        raw.take(9)
        let length = ReceivedFrame.length(header)
        guard let payload = try bytes(length) else { return nil }
        raw.take(length)
        return ReceivedFrame(header: header, payload: payload)
    }

    private func bytes(_ count: Int) throws -> [UInt8]? {
        // That the server has closed is no error here.
        let received = try raw.receive { $0.count >= count || raw.isClosedByPeer }
        return received.count >= count ? Array(received.prefix(count)) : nil
    }
}
