internal import Transport

/// Takes the content of one response over HTTP/2; the content waits at its stream for the client's
/// window.
///
/// It is Sendable because only the connection's event loop uses it, which a precondition checks.
struct HTTP2BodyWriter: BodyWriter, @unchecked Sendable {
    let session: HTTP2Session
    let channel: Channel
    let stream: Int32
    let work: HTTP2Work

    func write(_ bytes: [UInt8]) async throws(ClientGone) {
        precondition(channel.loop.isCurrentThread, "content is written on the connection's loop")
        work.beginWrite()
        defer { work.endWrite() }
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let room = session.room(stream: stream) else { throw ClientGone() }
            guard room > 0 else {
                await work.waitForRoom()
                continue
            }
            session.append(rest.prefix(room), stream: stream, now: channel.loop.now)
            channel.interrupt()
            rest = rest.dropFirst(room)
        }
    }
}
