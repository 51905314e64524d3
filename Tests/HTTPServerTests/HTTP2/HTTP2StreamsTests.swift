import Testing

@testable import HTTPServer
@testable import Transport

struct HTTP2StreamsTests {
    @Test func `a stream that a later request reuses holds nothing of the earlier one`() {
        let streams = HTTP2Streams()
        let stream = streams.take()
        stream.begin(1, index: 3, asking: RequestHead())
        stream.body = [1]
        stream.receivedBytes = 1
        stream.bodyLimitBytes = 2
        stream.state = .draining(0)
        stream.droppedBytes = 3
        stream.deadline = .distantPast
        stream.answer.begin(.ok, [1, 2])
        stream.work = HTTP2Work(nil)
        stream.failure = .timedOut
        streams.giveBack(stream)

        let next = streams.take()
        #expect(next === stream)
        next.begin(5, index: 0, heads: RequestHeads())
        #expect(next.id == 5 && next.index == 0)
        #expect(next.head == nil && next.knownHead != nil && !next.hasBegun && !next.isHead)
        #expect(next.body.isEmpty && next.receivedBytes == 0 && next.bodyLimitBytes == 0)
        #expect(!next.isDecided && !next.hasEnded && next.droppedBytes == 0)
        #expect(next.deadline == nil && next.work == nil && next.failure == nil)
        #expect(next.answer.isAwaited && next.answer.content.isEmpty && next.answer.sentBytes == 0)
        #expect(next.answer.status == nil)
    }

    @Test func `a later request fills the head of an earlier one, unless someone still holds it`() {
        let streams = HTTP2Streams()
        let heads = RequestHeads()
        var stream = streams.take()
        stream.begin(1, index: 0, heads: heads)
        stream.lendHead { $0.receive(Array("x".utf8).span) }
        let first = stream.knownHead.map { ObjectIdentifier($0) }
        streams.giveBack(stream)

        stream = streams.take()
        stream.begin(3, index: 0, heads: heads)
        let held = stream.knownHead
        #expect(held.map { ObjectIdentifier($0) } == first && held?.fields.bytes.isEmpty == true)
        stream.lendHead { $0.receive(Array("y".utf8).span) }
        streams.giveBack(stream)

        stream = streams.take()
        stream.begin(5, index: 0, heads: heads)
        #expect(stream.knownHead !== held && held?.fields.bytes == Array("y".utf8))
    }

    @Test func `a large head is not kept for later requests`() {
        let streams = HTTP2Streams()
        let stream = streams.take()
        stream.begin(1, index: 0, heads: RequestHeads())
        stream.lendHead { $0.receive([UInt8](repeating: 0, count: 8192).span) }
        streams.giveBack(stream)
        #expect(streams.take().knownHead == nil)
    }

    @Test func `a closed stream holds no content while it waits to be reported`() {
        let stream = HTTP2Stream()
        stream.begin(1, index: 0, heads: RequestHeads())
        stream.body = [1]
        stream.answer.begin(.ok, [1, 2])
        _ = stream.answer.take(atMost: 2)
        stream.dropContent()
        #expect(stream.body.isEmpty && stream.answer.content.isEmpty)
        #expect(stream.answer.sentBytes == 2 && stream.answer.status == .ok)
    }
}
