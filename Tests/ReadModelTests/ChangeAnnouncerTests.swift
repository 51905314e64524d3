import Orders
import ReadModelTestSupport
import Testing

@testable import ReadModel

struct ChangeAnnouncerTests {
    private var log = EventLog()

    @Test mutating func `each subscriber is told of each batch's changes from then on`()
        async throws
    {
        let fixture = try Fixture<MemoryPlace>()
        try fixture.projector.apply([log.append(created(orderID(1)))])
        var first = fixture.announcer.subscribe().makeAsyncIterator()
        try fixture.projector.apply([
            log.append(created(orderID(2))), log.append(created(orderID(3))),
        ])
        var second = fixture.announcer.subscribe().makeAsyncIterator()
        try fixture.projector.apply([log.append(reserved(orderID(2)))])
        #expect(await first.next() == [orderID(2), orderID(3)])
        #expect(await first.next() == [orderID(2)])
        #expect(await second.next() == [orderID(2)])
    }

    @Test mutating func `what changes nothing is not announced`() async throws {
        let fixture = try Fixture<MemoryPlace>()
        let record = log.append(created(orderID(1)))
        try fixture.projector.apply([record])
        var changes = fixture.announcer.subscribe().makeAsyncIterator()
        try fixture.projector.apply([record.republished(at: record.offset + 1)])
        try fixture.projector.apply([log.append(created(orderID(2)))])
        #expect(await changes.next() == [orderID(2)])
    }

    @Test func `a subscriber that is too slow loses its stream, not its memory`() async {
        let announcer = ChangeAnnouncer()
        let slow = announcer.subscribe()
        var quick = announcer.subscribe().makeAsyncIterator()
        for number in 0...ChangeAnnouncer.Limits.waiting {
            announcer.announce([orderID(number)])
            #expect(await quick.next() == [orderID(number)])
        }
        var received: [OrderID] = []
        for await ids in slow { received += ids }
        #expect(received == (0..<ChangeAnnouncer.Limits.waiting).map { orderID($0) })
        #expect(announcer.hasSubscribers)
    }

    @Test func `a subscriber that leaves is forgotten`() async throws {
        let announcer = ChangeAnnouncer()
        #expect(!announcer.hasSubscribers)
        var stream: AsyncStream<[OrderID]>? = announcer.subscribe()
        #expect(announcer.hasSubscribers)
        withExtendedLifetime(stream) {}
        stream = nil
        #expect(!announcer.hasSubscribers)
        let changes = announcer.subscribe()
        let reading = Task { for await _ in changes {} }
        #expect(announcer.hasSubscribers)
        reading.cancel()
        await reading.value
        #expect(!announcer.hasSubscribers)
    }
}
