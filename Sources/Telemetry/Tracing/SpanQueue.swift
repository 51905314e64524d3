internal import Dispatch
internal import Synchronization

/// The spans that wait for their export.
///
/// It is bounded: a span that does not fit is dropped and counted, and nobody waits.
package final class SpanQueue: Sendable {
    package enum Limits {
        /// The default of `OTEL_BSP_MAX_QUEUE_SIZE`: about 2 MB.
        package static let spans = 2_048
        /// The default of `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`: a request of about 500 KB.
        package static let batch = 512
        /// The default of `OTEL_BSP_SCHEDULE_DELAY`.
        package static let delay = Duration.seconds(5)
    }

    private struct State {
        var spans: [Span] = []
        var isEnding = false
    }

    private let capacity: Int
    private let batch: Int
    private let state = Mutex(State())
    /// Signalled for the first span, for a full batch, and at the end.
    private let wakeUp = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let exported = Atomic(0)
    private let dropped = Atomic(0)

    /// - Parameters:
    ///   - capacity: The most spans that wait.
    ///   - batch: The most spans that are exported together; at most `capacity`.
    package init(capacity: Int = Limits.spans, batch: Int = Limits.batch) {
        self.capacity = capacity
        self.batch = min(batch, capacity)
    }

    /// The number of spans that the collector has taken.
    package var exportedCount: Int { exported.load(ordering: .relaxed) }
    /// The number of spans that were lost: there was no room, or the collector did not take them.
    package var droppedCount: Int { dropped.load(ordering: .relaxed) }

    /// The spans that wait.
    var waiting: [Span] { state.withLock { $0.spans } }

    // MARK: For those who record

    /// Adds a span, or drops it.
    package func put(_ span: Span) {
        let count = state.withLock { state -> Int? in
            guard !state.isEnding, state.spans.count < capacity else { return nil }
            state.spans.append(span)
            return state.spans.count
        }
        guard let count else { return noteDropped(1) }
        if count == 1 || count == batch { wakeUp.signal() }
    }

    // MARK: For the exporter

    /// Waits for spans to export.
    ///
    /// - Parameter delay: How long the first of them waits for others.
    /// - Returns: At most a batch; `nil` when the queue has ended and is empty.
    package func take(after delay: Duration) -> [Span]? {
        var deadline: DispatchTime?
        while true {
            let isDue = deadline.map { $0 <= .now() } ?? false
            let (spans, waiting, isEnding) = state.withLock { state -> ([Span], Int, Bool) in
                let count = state.spans.count
                guard count > 0, isDue || state.isEnding || count >= batch else {
                    return ([], count, state.isEnding)
                }
                // Usually it is all, and those who record wait only for an exchange of arrays.
                var taken: [Span] = []
                swap(&taken, &state.spans)
                if count > batch {
                    state.spans = Array(taken[batch...])
                    taken.removeSubrange(batch...)
                }
                // The rest has no signal of its own.
                return (taken, state.spans.count, state.isEnding)
            }
            if !spans.isEmpty {
                if waiting > 0 { wakeUp.signal() }
                return spans
            }
            if isEnding { return nil }
            if waiting > 0 {
                let until = deadline ?? .now() + delay.dispatched
                deadline = until
                _ = wakeUp.wait(timeout: until)
            } else {
                deadline = nil
                wakeUp.wait()
            }
        }
    }

    package func noteExported(_ count: Int) { exported.add(count, ordering: .relaxed) }

    package func noteDropped(_ count: Int) { dropped.add(count, ordering: .relaxed) }

    /// Waits, unless the queue ends.
    ///
    /// - Returns: Whether the time has passed.
    package func pause(for duration: Duration) -> Bool {
        guard ended.wait(timeout: .now() + duration.dispatched) == .success else { return true }
        ended.signal()
        return false
    }

    // MARK: The end

    package var isEnding: Bool { state.withLock { $0.isEnding } }

    /// Ends the queue: it takes no more spans, and those in it are exported without delay.
    package func end() {
        let isFirst = state.withLock { state in
            defer { state.isEnding = true }
            return !state.isEnding
        }
        guard isFirst else { return }
        wakeUp.signal()
        ended.signal()
    }
}

extension Duration {
    fileprivate var dispatched: DispatchTimeInterval {
        .nanoseconds(Int(min(self / .nanoseconds(1), 1e18)))
    }
}
