import HTTPServer
import Orders
import TestSupport
import Testing

@testable import OrderAPI

/// The ring of changes, and the streams that read it.
struct ChangeRingTests {
    /// Keep-alive comments only where a test asks for them.
    private static var quiet: ChangeRing.Timing {
        var timing = ChangeRing.Timing()
        timing.keepAlive = .seconds(3_600)
        timing.gathering = .milliseconds(1)
        return timing
    }

    private func ring(limitBytes: Int = ChangeRing.Limits.bytes, epoch: UInt64 = 0xAB) -> ChangeRing
    {
        ChangeRing(limitBytes: limitBytes, epoch: epoch, timing: Self.quiet)
    }

    @Test func `a stream begins with how to come back`() async throws {
        let ring = ring()
        try await withStream(ring) { writer in
            try await eventually("the beginning") { !writer.text.isEmpty }
            #expect(writer.text == "retry: 2000\nid: 00000000000000ab-0\n\n")
            ring.changed([change(7)])
            try await eventually("the change") { writer.changes.count == 1 }
            #expect(
                writer.text.hasSuffix(
                    "\n\nid: 00000000000000ab-1\nevent: order\ndata: {\"number\":7}\n\n"
                )
            )
        }
    }

    @Test func `every stream gets all changes from its start on, in order`() async throws {
        let ring = ring()
        try await withStream(ring) { first in
            ring.changed((0..<10).map { change($0) })
            try await eventually("ten changes") { first.numbers.count == 10 }
            try await withStream(ring) { second in
                try await eventually("the beginning") { !second.text.isEmpty }
                #expect(ring.streamCount == 2)
                for number in 10..<500 { ring.changed([change(number)]) }
                try await eventually("all changes") {
                    first.numbers.count == 500 && second.numbers.count == 490
                }
                #expect(first.numbers == Array(0..<500))
                #expect(second.numbers == Array(10..<500))
                // Changes that come in a row go out together.
                #expect(second.writes < 490)
            }
        }
        try await eventually("the streams to be given back") { ring.streamCount == 0 }
        #expect(ring.laggedCount == 0)
    }

    @Test func `a filter leaves out what it does not match`() async throws {
        let ring = ring()
        let filter = ChangeFilter(customerID: "é", status: .confirmed)
        try await withStream(ring, filter) { writer in
            try await eventually("the beginning") { !writer.text.isEmpty }
            ring.changed([
                change(1, customer: "é", .pending), change(2, customer: "e", .confirmed),
                change(3, customer: "é", .confirmed),
            ])
            ring.changed([change(4, customer: "é", .confirmed)])
            try await eventually("the changes") { writer.numbers == [3, 4] }
        }
    }

    // MARK: Resuming

    @Test func `a client resumes behind the last change that it has seen`() async throws {
        let ring = ring()
        var seen: [Int] = []
        var last: String?
        // Each connection ends after some changes, as the network likes.
        for round in 0..<5 {
            try await withStream(ring, after: last) { writer in
                for number in 0..<20 { ring.changed([change(round * 20 + number)]) }
                try await eventually("some changes") { writer.changes.count >= 7 }
                let received = writer.changes.prefix(7)
                seen += received.map(\.number)
                last = received.last?.id
            }
        }
        #expect(seen == Array(0..<35))
        try await withStream(ring, after: last) { writer in
            try await eventually("the rest") { writer.changes.count == 65 }
            #expect(writer.numbers == Array(35..<100))
        }
        #expect(ring.laggedCount == 0)
    }

    @Test(arguments: [
        ("nonsense", "not the id of an event"), ("00000000000000ab-", "not the id of an event"),
        ("00000000000000ac-1", "from another instance"),
        ("00000000000000ab-99", "from another instance"),
    ])
    func `a client whose last event is not known is told, and goes on from now`(
        _ last: String,
        _ reason: String
    ) async throws {
        let ring = ring()
        try await withStream(ring) { writer in
            ring.changed([change(0), change(1)])
            try await eventually("the changes") { writer.numbers.count == 2 }
        }
        try await withStream(ring, after: last) { writer in
            try await eventually("the beginning") { writer.text.contains("event: lagged") }
            #expect(writer.text.contains(reason))
            ring.changed([change(2)])
            try await eventually("the next change") { writer.numbers == [2] }
        }
        #expect(ring.laggedCount == 1)
    }

    @Test func `a client that comes back too late is told`() async throws {
        let ring = ring(limitBytes: 10_000)
        try await withStream(ring) { writer in
            ring.changed([change(0)])
            try await eventually("the change") { writer.numbers == [0] }
            for number in 1...100 {
                ring.changed([change(number, padding: 500)])
                try await eventually("the change") { writer.numbers.last == number }
            }
        }
        try await withStream(ring, after: "00000000000000ab-1") { writer in
            try await eventually("the reason") { writer.text.contains("not kept any more") }
        }
        // The last one is kept.
        try await withStream(ring, after: "00000000000000ab-100") { writer in
            try await eventually("the last change") { writer.numbers == [100] }
        }
    }

    // MARK: Slow clients

    @Test func `a client that falls behind is told, and goes on from now`() async throws {
        let ring = ring(limitBytes: 20_000)
        let writer = CollectingWriter()
        writer.block()
        try await withStream(ring, to: writer) { _ in
            try await eventually("the first write") { writer.isWaiting }
            for number in 0..<200 { ring.changed([change(number, padding: 500)]) }
            try await eventually("all changes to be shown") {
                if case .batches = ring.look(from: 200) { true } else { false }
            }
            writer.unblock()
            try await eventually("the reason") { writer.text.contains("event: lagged") }
            #expect(writer.text.contains("reads more slowly"))
            #expect(ring.laggedCount == 1)
            ring.changed([change(200)])
            try await eventually("the next change") { writer.numbers.last == 200 }
            #expect(writer.numbers == writer.numbers.sorted())
            // Its next id is where it stands now, so that it can resume from there.
            #expect(writer.text.contains("id: 00000000000000ab-200\nevent: lagged"))
        }
    }

    @Test func `one client's slowness is not another's`() async throws {
        let ring = ring(limitBytes: 20_000)
        let slow = CollectingWriter()
        slow.block()
        try await withStream(ring, to: slow) { _ in
            try await withStream(ring) { quick in
                for number in 0..<200 {
                    ring.changed([change(number, padding: 500)])
                    try await eventually("the change") { quick.numbers.last == number }
                }
                #expect(quick.numbers == Array(0..<200))
                #expect(!quick.text.contains("lagged"))
            }
        }
    }

    @Test func `a stream takes pieces of bounded size`() async throws {
        let ring = ring()
        let stream = try #require(ChangeStream(ring, ChangeFilter(), after: nil))
        ring.changed((0..<500).map { change($0, padding: 500) })
        var pieces: [Int] = []
        try await eventually("all pieces") {
            let piece = stream.takePiece()
            if !piece.isEmpty { pieces.append(piece.count) }
            return pieces.reduce(0, +) > 500 * 500
        }
        #expect(pieces.count > 5)
        #expect(pieces.allSatisfy { $0 < ChangeStream.Limits.pieceBytes + 1_000 })
    }

    // MARK: When nobody listens

    @Test func `nothing is recorded before the first stream`() async throws {
        let ring = ring()
        #expect(!ring.isListening)
        ring.changed([change(0)])
        try await withStream(ring) { writer in
            #expect(ring.isListening)
            ring.changed([change(1)])
            try await eventually("the change") { writer.numbers == [1] }
        }
        #expect(ring.isListening)
    }

    @Test func `recording ends when nobody has listened for some time`() async throws {
        var timing = Self.quiet
        timing.keepAlive = .milliseconds(10)
        timing.patience = .milliseconds(50)
        let ring = ChangeRing(epoch: 0xAB, timing: timing)
        try await withStream(ring) { writer in
            ring.changed([change(0)])
            try await eventually("the change") { writer.numbers == [0] }
        }
        try await eventually("the end of recording") { !ring.isListening }
        ring.changed([change(1)])
        // Something may have been missed.
        try await withStream(ring, after: "00000000000000ab-1") { writer in
            try await eventually("the reason") { writer.text.contains("not kept any more") }
            ring.changed([change(2)])
            try await eventually("the change") { writer.numbers == [2] }
        }
    }

    // MARK: Keeping alive

    @Test func `a quiet stream has comments`() async throws {
        var timing = Self.quiet
        timing.keepAlive = .milliseconds(10)
        let ring = ChangeRing(epoch: 0xAB, timing: timing)
        try await withStream(ring) { all in
            try await withStream(ring, ChangeFilter(customerID: "nobody")) { filtered in
                ring.changed([change(0), change(1)])
                try await eventually("comments") {
                    all.text.ranges(of: ": keep-alive\n\n").count > 2
                }
                // It does not see the changes, and still knows how far it is.
                try await eventually("the id") {
                    filtered.text.contains(": keep-alive\nid: 00000000000000ab-2\n\n")
                }
            }
        }
    }

    // MARK: Limits

    @Test func `there are only so many streams, and each is given back`() throws {
        let ring = ring()
        var streams = (0..<ChangeRing.Limits.streams).map { _ in
            ChangeStream(ring, ChangeFilter(), after: nil)
        }
        #expect(streams.allSatisfy { $0 != nil })
        #expect(ring.streamCount == ChangeRing.Limits.streams)
        #expect(ChangeStream(ring, ChangeFilter(), after: nil) == nil)
        streams.removeLast()
        #expect(ChangeStream(ring, ChangeFilter(), after: nil) != nil)
        streams.removeAll()
        #expect(ring.streamCount == 0)
    }

    @Test func `many streams get all changes while clients come and go`() async throws {
        let ring = ring()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    for _ in 0..<20 {
                        try await withStream(ring) { writer in
                            try await eventually("a change") { writer.numbers.count > 3 }
                            let numbers = writer.numbers
                            let first = try #require(numbers.first)
                            #expect(numbers == Array(first..<first + numbers.count))
                        }
                    }
                }
            }
            let writing = Task {
                var number = 0
                while !Task.isCancelled {
                    ring.changed([change(number), change(number + 1)])
                    number += 2
                    try await Task.sleep(for: .milliseconds(1))
                }
            }
            try await group.waitForAll()
            writing.cancel()
        }
        #expect(ring.streamCount == 0)
    }
}
