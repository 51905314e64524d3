import Testing

@testable import HTTPServer

/// RFC 9113 §5.1, §5.1.1.
struct HTTP2ClosedStreamsTests {
    @Test func `what has ended is known, so much of it`() {
        var streams = HTTP2ClosedStreams()
        for number: Int32 in 0..<100 {
            streams.begin(1 + 2 * number)
            if number % 2 == 0 { streams.end(1 + 2 * number) }
        }
        let known = (0..<100).filter { streams.hasEnded(1 + 2 * $0) }
        #expect(known == (36..<100).filter { $0 % 2 == 0 })
    }

    @Test func `a stream is old from its beginning on, and so are those before it`() {
        var streams = HTTP2ClosedStreams()
        #expect(!streams.isOld(1))
        streams.begin(5)
        #expect(streams.isOld(1) && streams.isOld(5))
        #expect(!streams.isOld(7) && !streams.isOld(0))
    }

    @Test func `streams that were left out are closed`() {
        var streams = HTTP2ClosedStreams()
        streams.begin(1)
        streams.begin(3)
        #expect(!streams.isSkipped(1) && !streams.isSkipped(3))
        streams.begin(9)
        #expect(!streams.isSkipped(3) && !streams.isSkipped(9))
        #expect(streams.isSkipped(5) && streams.isSkipped(7))
    }

    @Test func `numbers that a client may not use are none`() {
        var streams = HTTP2ClosedStreams()
        streams.begin(2)
        streams.begin(0)
        streams.begin(.max)
        #expect(streams.isSkipped(1) && streams.isSkipped(.max - 2) && streams.isOld(.max))
        streams.end(.max)
        #expect(streams.hasEnded(.max))
    }

    @Test func `those before the first one, too`() {
        var streams = HTTP2ClosedStreams()
        streams.begin(5)
        #expect(streams.isSkipped(1) && streams.isSkipped(3) && !streams.isSkipped(5))
    }
}
