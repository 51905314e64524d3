import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

struct ConnectionSharesTests {
    private let first = ClientNetwork(192, 0, 2, 1)
    private let second = ClientNetwork(192, 0, 2, 2)

    @Test func `a client has its share, whatever others have`() {
        let shares = ConnectionShares(limit: 2)
        #expect(shares.begin(first))
        #expect(shares.begin(first))
        #expect(!shares.begin(first))
        #expect(shares.begin(second))
    }

    @Test func `what has ended counts no more`() {
        let shares = ConnectionShares(limit: 1)
        for _ in 0..<3 {
            #expect(shares.begin(first))
            shares.end(first)
        }
        #expect(shares.begin(first))
        #expect(!shares.begin(first))
    }

    @Test func `one client's further connections are refused, another's are not`() async throws {
        var limits = ServerLimits()
        limits.transport.connectionsPerClient = 2
        let reports = Mutex<[ServerShortage]>([])
        try await withServer(
            limits: limits,
            report: { shortage in reports.withLock { $0.append(shortage) } }
        ) { server, _ in
            let kept = try await onThread {
                let kept = try (0..<2).map { _ in try server.connect() }
                for connection in kept {
                    try connection.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
                    #expect(try connection.receiveReply().status == 200)
                }
                for _ in 0..<3 {
                    let refused = try server.connect()
                    let reply = try refused.receiveReply()
                    #expect(reply.status == 429)
                    #expect(reply["Connection"] == "close")
                    #expect(try refused.receiveUntilClose().isEmpty)
                }
                let other = try RawConnection(from: "127.0.0.2", port: Int(server.address.port))
                try other.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try other.receiveReply().status == 200)
                return kept
            }
            kept[0].close()
            try await eventually("the end of a connection") { server.connectionCount == 1 }
            try await onThread {
                let next = try server.connect()
                try next.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try next.receiveReply().status == 200)
            }
        }
        // Once, however many there were.
        let expected = ServerShortage.connectionsOfOneClient(ClientNetwork(127, 0, 0, 1), limit: 2)
        #expect(reports.withLock { $0 } == [expected])
    }
}
