import TestSupport
import Testing

@testable import HTTPServer
@testable import Transport
@testable import OrderGateway
@testable import Telemetry

/// What readiness says of HTTP.
struct HTTPStatusTests {
    private let health = Health(parts: [.http])
    private let shortage = ServerShortage.connections(limit: 7)

    private var reason: String? { health.checks().first?.reason }

    @Test func `connections that wait take readiness, until none has to wait`() {
        let status = HTTPStatus(health: health, logger: .silent)
        #expect(reason == "starting")
        status.begin()
        #expect(reason == nil)
        status.note(shortage)
        #expect(reason == "\(shortage)")
        #expect(reason?.contains("7") == true)
        status.noteRelief()
        #expect(reason == nil)
    }

    @Test func `connections that are refused do not`() {
        let status = HTTPStatus(health: health, logger: .silent)
        status.begin()
        status.note(.connectionsOfOneClient(ClientNetwork(127, 0, 0, 1), limit: 2))
        #expect(reason == nil)
    }

    @Test func `whoever stops stays so`() {
        let status = HTTPStatus(health: health, logger: .silent)
        status.begin()
        status.note(shortage)
        status.end()
        status.noteRelief()
        status.note(shortage)
        status.begin()
        #expect(reason == "stopping")
    }
}
