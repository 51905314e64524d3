internal import Transport

/// Takes the content of one answer over HTTP/2: it waits at its stream for the client's window.
///
/// Sendable because it is used on the connection's loop only, which is checked.
struct HTTP2BodyWriter: BodyWriter, @unchecked Sendable {
    let session: HTTP2Session
    let channel: Channel
    let stream: Int32

    func write(_ bytes: [UInt8]) async throws(ClientGone) {
        precondition(channel.loop.isCurrentThread, "content is written on the connection's loop")
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let room = session.room(stream: stream) else { throw ClientGone() }
            guard room > 0 else {
                await session.waitForRoom(stream: stream)
                continue
            }
            session.append(rest.prefix(room), stream: stream, now: channel.loop.now)
            channel.interrupt()
            rest = rest.dropFirst(room)
        }
    }
}
