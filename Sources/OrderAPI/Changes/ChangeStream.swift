internal import HTTPServer
internal import Text

/// A client's stream of changes: a place in the ring, which moves at the client's pace.
///
/// It is Sendable because only the task of its response uses it, after it was created. It is a class,
/// so that its place in the ring is given back whatever becomes of the response.
final class ChangeStream: @unchecked Sendable {
    enum Limits {
        /// The bytes of one write, unless one event is longer: a stream holds no more for a client
        /// that does not read.
        static let pieceBytes = 32 * 1024
        /// The time after which a client should connect again, in milliseconds.
        ///
        /// It is longer than the restart of an instance behind a balancer, and short for a person.
        static let retryMilliseconds = 2_000
    }

    private let ring: ChangeRing
    private let filter: ChangeFilter
    private let start: ChangeRing.Start
    /// The place on the port, which is given back with this stream.
    private let place: StreamShares.Place?
    private var next: UInt64
    private var ticks: Int

    /// - Returns: `nil` if there are as many streams as there may be.
    init?(
        _ ring: ChangeRing,
        _ filter: ChangeFilter,
        after last: String?,
        place: StreamShares.Place? = nil
    ) {
        guard let start = ring.open(after: last) else { return nil }
        self.ring = ring
        self.filter = filter
        self.start = start
        self.place = place
        next = start.next
        ticks = start.ticks
    }

    deinit { ring.end(start.stream) }

    /// Writes changes until the task is cancelled: the client has left, or the server stops.
    func write(to writer: any BodyWriter) async throws(ClientGone) {
        try await writer.write(beginning)
        while !Task.isCancelled {
            let piece = takePiece()
            if !piece.isEmpty {
                try await writer.write(piece)
                continue
            }
            let due = await ring.wait(start.stream, from: next, ticks: ticks)
            if due != ticks {
                ticks = due
                try await writer.write(keepAlive)
            }
        }
    }

    /// The first event: how to come back, and from where.
    private var beginning: [UInt8] {
        // An event without data is not dispatched, but its id counts (HTML §9.2.6).
        var text = "retry: \(Limits.retryMilliseconds)\n"
        if start.lag == nil { text += "id: \(id(next - 1))\n" }
        var bytes = Array("\(text)\n".utf8)
        if let lag = start.lag { append(lag, to: &bytes) }
        return bytes
    }

    /// Returns the next events, or nothing if there are none.
    func takePiece() -> [UInt8] {
        var piece: [UInt8] = []
        while piece.count < Limits.pieceBytes {
            switch ring.look(from: next) {
            case .nothing: return piece
            case .lagged(let next):
                self.next = next
                append(.slow, to: &piece)
            case .batches(let batches):
                for batch in batches where piece.count < Limits.pieceBytes {
                    next = batch.append(from: next, filter, to: &piece, limit: Limits.pieceBytes)
                }
            }
        }
        return piece
    }

    /// The comment; with an id if the client does not know how far its stream has come, because it is
    /// not told of all changes.
    private var keepAlive: [UInt8] {
        let known = filter == ChangeFilter() ? "" : "id: \(id(next - 1))\n"
        return Array(": keep-alive\n\(known)\n".utf8)
    }

    private func append(_ lag: ChangeLag, to bytes: inout [UInt8]) {
        bytes += Array("id: \(id(next - 1))\nevent: lagged\ndata: ".utf8)
        var json = JSONWriter(appendingTo: bytes)
        json.beginObject()
        json.key("reason")
        json.string(lag.rawValue + ChangeLag.advice)
        json.endObject()
        bytes = json.bytes
        bytes += "\n\n".utf8
    }

    private func id(_ number: UInt64) -> String {
        let bytes = [UInt8](most: ChangeID.Limits.textBytes) {
            ChangeID(epoch: ring.epoch, number: number).write(to: &$0)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
