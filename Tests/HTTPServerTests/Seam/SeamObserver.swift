import Synchronization

@testable import HTTPServer

/// Notes what a server tells of itself.
final class SeamObserver: ServerObserver {
    struct Notes: Equatable {
        var opened = 0
        var closed = 0
        var began = 0
        var finished: [String] = []
        var shed: [RequestError] = []
    }

    private let state = Mutex(Notes())

    var notes: Notes { state.withLock { $0 } }

    func connectionOpened() { state.withLock { $0.opened += 1 } }
    func connectionClosed() { state.withLock { $0.closed += 1 } }
    func requestBegan() { state.withLock { $0.began += 1 } }

    func requestFinished(_ head: RequestHead?, _ outcome: RequestOutcome) {
        let words = [
            head.map { $0.method.rawValue } ?? "-", head?.route?.pattern ?? "-",
            outcome.status.map { "\($0.code)" } ?? "-", "\(outcome.sentBytes)",
            "\(outcome.ending)", outcome.duration >= .zero ? "" : "before it began",
        ]
        state.withLock { $0.finished.append(words.joined(separator: " ")) }
    }

    func shed(_ reason: RequestError) { state.withLock { $0.shed.append(reason) } }
}
