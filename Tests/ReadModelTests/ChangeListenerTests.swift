import Orders
import ReadModelTestSupport
import Synchronization
import TestSupport
import Testing

@testable import ReadModel

/// What the projector tells a listener about.
struct ChangeListenerTests {
    private let id = orderID(3)
    private var log = EventLog()

    private func statuses(_ fixture: Fixture<MemoryPlace>) -> [OrderStatus] {
        fixture.listener.changes.map(\.status)
    }

    @Test mutating func `each change is told with the view after it, in order`() throws {
        let fixture = try Fixture<MemoryPlace>()
        fixture.listener.isListening = true
        log.append(created(id))
        log.append(reserved(id))
        log.append(created(orderID(4), customerID: "other"))
        try fixture.projector.apply(log.records)
        let changes = fixture.listener.changes
        #expect(changes.map(\.id) == [id, id, orderID(4)])
        #expect(changes.map(\.status) == [.pending, .confirmed, .pending])
        #expect(changes.map(\.content.customerID) == ["customer-1", "customer-1", "other"])
        #expect(try JSONValue(parsing: changes[0].view.json)["status"] == "pending")
        #expect(changes[1].view == fixture.hotView.view(of: id))
    }

    @Test mutating func `what changes nothing is not told`() throws {
        let fixture = try Fixture<MemoryPlace>()
        fixture.listener.isListening = true
        log.append(created(id))
        log.append(created(id))
        log.append(value: nil)
        try fixture.projector.apply(log.records)
        try fixture.projector.apply(log.records)
        #expect(statuses(fixture) == [.pending])
    }

    @Test mutating func `an order is told of when its creation is known`() throws {
        let fixture = try Fixture<MemoryPlace>()
        fixture.listener.isListening = true
        try fixture.projector.apply([log.append(reserved(id))])
        #expect(statuses(fixture).isEmpty)
        try fixture.projector.apply([log.append(created(id))])
        #expect(statuses(fixture) == [.confirmed])
    }

    @Test mutating func `nothing is told while nobody listens`() throws {
        let fixture = try Fixture<MemoryPlace>()
        try fixture.projector.apply([log.append(created(id))])
        fixture.listener.isListening = true
        try fixture.projector.apply([log.append(reserved(id))])
        fixture.listener.isListening = false
        try fixture.projector.apply([log.append(cancelled(id))])
        #expect(statuses(fixture) == [.confirmed])
    }

    /// Who begins to listen and then reads an order must not miss the change after that.
    @Test mutating func `who begins to listen during a batch is told of all its orders`() throws {
        let fixture = try Fixture<MemoryPlace>()
        fixture.listener.listensAfterLooks = 1
        log.append(created(id))
        log.append(reserved(id))
        log.append(created(orderID(4)))
        try fixture.projector.apply(log.records)
        #expect(fixture.listener.changes.map(\.id) == [id, orderID(4)])
        #expect(statuses(fixture) == [.confirmed, .pending])
    }
}
