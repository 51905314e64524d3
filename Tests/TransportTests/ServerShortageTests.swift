import Synchronization
import TestSupport
import Testing

@testable import Transport

struct ServerShortageTests {
    private final class Reports: Sendable {
        private let reports = Mutex<[ServerShortage]>([])

        var all: [ServerShortage] { reports.withLock { $0 } }
        func append(_ shortage: ServerShortage) { reports.withLock { $0.append(shortage) } }
    }

    @Test func `loops that are short at the same time report it once`() {
        let reports = Reports()
        let reliefs = Mutex(0)
        let report = ShortageReport {
            reports.append($0)
        } relieved: {
            reliefs.withLock { $0 += 1 }
        }
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
        #expect(reliefs.withLock { $0 } == 2)
        #expect("\(shortage)".contains("'ulimit -n'"))
    }
}
