import Synchronization
import TestSupport
import Testing

@testable import Telemetry

/// The queue between those who record spans and the exporter.
struct SpanQueueTests {
    @Test func `what does not fit is dropped and counted`() async throws {
        let queue = SpanQueue(capacity: 3, batch: 10)
        for number in 0..<5 { queue.put(try .sample("\(number)")) }
        #expect(queue.droppedCount == 2)
        // A batch is never larger than the queue.
        let names = try await onThread { queue.take(after: .seconds(3_600))?.map(\.name) }
        #expect(names == ["0", "1", "2"])
    }

    @Test func `a full batch does not wait`() async throws {
        let queue = SpanQueue(capacity: 10, batch: 2)
        for number in 0..<5 { queue.put(try .sample("\(number)")) }
        let sizes = try await onThread {
            [queue.take(after: .seconds(3_600)), queue.take(after: .seconds(3_600))].map {
                $0?.count
            }
        }
        #expect(sizes == [2, 2])
    }

    @Test func `a span waits for others, but not longer than asked`() async throws {
        let queue = SpanQueue(capacity: 10, batch: 2)
        queue.put(try .sample())
        let count = try await onThread { queue.take(after: .milliseconds(1))?.count }
        #expect(count == 1)
    }

    @Test func `who waits for spans gets those that come`() async throws {
        let queue = SpanQueue(capacity: 10, batch: 2)
        let taken = Mutex(0)
        async let all: Void = onThread {
            while let spans = queue.take(after: .milliseconds(1)) {
                taken.withLock { $0 += spans.count }
            }
        }
        for round in 1...5 {
            queue.put(try .sample())
            try await eventually("\(round) spans") { taken.withLock { $0 } == round }
        }
        queue.end()
        try await all
    }

    @Test func `the end hands out what waits, and takes no more`() async throws {
        let queue = SpanQueue(capacity: 10, batch: 4)
        for _ in 0..<6 { queue.put(try .sample()) }
        queue.end()
        queue.put(try .sample())
        #expect(queue.droppedCount == 1)
        let sizes = try await onThread {
            (0..<3).map { _ in queue.take(after: .seconds(3_600))?.count }
        }
        #expect(sizes == [4, 2, nil])
        queue.end()
    }

    @Test func `the end ends a pause, and all later ones`() async throws {
        let queue = SpanQueue()
        async let hasPassed = onThread { queue.pause(for: .seconds(3_600)) }
        queue.end()
        #expect(try await !hasPassed)
        let later = try await onThread { queue.pause(for: .seconds(3_600)) }
        #expect(!later)
        #expect(try await onThread { SpanQueue().pause(for: .milliseconds(1)) })
    }

    @Test func `many threads lose no span that fits`() async throws {
        let queue = SpanQueue(capacity: 10_000, batch: 64)
        let taken = Mutex(0)
        async let all: Void = onThread {
            while let spans = queue.take(after: .milliseconds(1)) {
                taken.withLock { $0 += spans.count }
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await onThread { for _ in 0..<1_000 { queue.put(try .sample()) } }
                }
            }
            try await group.waitForAll()
        }
        queue.end()
        try await all
        #expect(taken.withLock { $0 } + queue.droppedCount == 4_000)
        #expect(queue.droppedCount == 0)
    }
}
