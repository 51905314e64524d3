import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

struct ServerShortageTests {
    private final class Reports: Sendable {
        private let reports = Mutex<[ServerShortage]>([])

        var all: [ServerShortage] { reports.withLock { $0 } }
        func append(_ shortage: ServerShortage) { reports.withLock { $0.append(shortage) } }
    }

    private let request = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test func `connections that wait at the limit are reported once until all have been taken`()
        async throws
    {
        var limits = ServerLimits()
        limits.connections = 2
        let shortage = ServerShortage.connections(limit: 2)
        let reports = Reports()
        try await withServer(loopCount: 1, limits: limits, report: { reports.append($0) }) {
            server,
            _ in
            try await onThread {
                let connections = try (0..<6).map { _ in try server.connect() }
                for connection in connections {
                    try connection.send(request)
                    _ = try connection.receiveReply()
                    connection.close()
                }
                #expect(reports.all == [shortage])

                try waitUntil("all to end") { server.connectionCount == 0 }
                let alone = try server.connect()
                try alone.send(request)
                _ = try alone.receiveReply()
                let second = try server.connect()
                try second.send(request)
                _ = try second.receiveReply()
                #expect(reports.all == [shortage, shortage])
            }
        }
    }

    @Test func `loops that are short at the same time report it once`() {
        let reports = Reports()
        let report = ShortageReport { reports.append($0) }
        let shortage = ServerShortage.resources(SystemError(call: "accept4", code: 24))
        for _ in 0..<2 {
            report.begin(shortage)
            report.begin(shortage)
            report.end()
            report.begin(shortage)
            report.end()
            report.end()
        }
        #expect(reports.all == [shortage, shortage])
        #expect("\(shortage)".contains("'ulimit -n'"))
    }
}
