import Synchronization
import TestSupport
import Testing

@testable import OrderAPI

struct SharedTextTests {
    /// Writes one text after the other, each when it may.
    private final class Writer: Sendable {
        private let state: Mutex<(count: Int, isOpen: Bool, now: ContinuousClock.Instant)>

        init(isOpen: Bool) {
            state = Mutex((0, isOpen, .now))
        }

        var count: Int { state.withLock { $0.count } }
        var now: ContinuousClock.Instant { state.withLock { $0.now } }

        func open() { state.withLock { $0.isOpen = true } }
        func wait(_ duration: Duration) { state.withLock { $0.now += duration } }

        var text: SharedText {
            SharedText(now: { self.now }) {
                let number = self.state.withLock { state in
                    state.count += 1
                    return state.count
                }
                while !self.state.withLock({ $0.isOpen }) { await Task.yield() }
                return Array("text \(number)".utf8)
            }
        }
    }

    private func address(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBytes { Int(bitPattern: $0.baseAddress) }
    }

    @Test(.timeLimit(.minutes(1)))
    func `all who ask at the same time get one array`() async throws {
        let writer = Writer(isOpen: false)
        let text = writer.text
        let texts = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<50 { group.addTask { await text.bytes } }
            try await eventually("the writing to begin") { writer.count == 1 }
            writer.open()
            return try await group.reduce(into: [[UInt8]]()) { $0.append($1) }
        }
        #expect(writer.count == 1)
        #expect(texts.count == 50)
        #expect(Set(texts.map(address)).count == 1)
    }

    @Test func `a text is given again for a short time`() async {
        let writer = Writer(isOpen: true)
        let text = writer.text
        let first = await text.bytes
        writer.wait(SharedText.Limits.age - .nanoseconds(1))
        #expect(address(await text.bytes) == address(first))
        writer.wait(.nanoseconds(1))
        #expect(await text.bytes == Array("text 2".utf8))
        #expect(writer.count == 2)
    }
}
