import Testing

@testable import Kafka

struct OutboxTests {
    private static let timeout = Duration.seconds(8)
    private static let patience = Duration.milliseconds(250)
    private static let place = TopicPartition(topic: "events", partition: 0)

    /// An outbox with one lane, a clock that is set by hand, and what was told to whom.
    private struct Harness {
        var outbox: Outbox
        let start = ContinuousClock.now
        var elapsed = Duration.zero
        var lane = 0

        init(mostMessages: Int = 100) {
            outbox = Outbox(timeout: timeout, patience: patience, mostMessages: mostMessages)
            lane = outbox.addLane(place)
        }

        var now: ContinuousClock.Instant { start + elapsed }

        mutating func admit(
            _ addressee: Outbox.Addressee,
            _ text: String = "m",
            lane other: Int? = nil
        ) -> Outbox.Admission {
            let message = ProducerMessage(topic: "events", key: nil, value: Array(text.utf8))
            return outbox.admit(addressee, message, lane: other ?? lane, came: now, now: now)
        }

        mutating func expire() -> [DeliveryAnswer] {
            outbox.expire(now: now, KafkaError.topic("gone"))
        }

        mutating func release() -> [Outbox.Released] {
            var released: [Outbox.Released] = []
            outbox.release(now: now, &released)
            return released
        }
    }

    /// What somebody is told whose message goes through a harness.
    private func outcome(_ body: (Outbox.Addressee) -> Void) async -> Outbox.Outcome {
        await withUnsafeContinuation { body(.waiter($0)) }
    }

    private static let acknowledged = Outbox.Outcome.success(
        Acknowledgement(partition: 0, offset: 7)
    )

    @Test func `a number finds its waiter once, and is used again`() async {
        var harness = Harness()
        let told = await outcome { waiter in
            #expect(harness.admit(waiter) == .passed(1))
            #expect(harness.outbox.settle(2, .failure(.closed), now: .now) == nil)
            #expect(harness.outbox.settle(0, .failure(.closed), now: .now) == nil)
            let answer = harness.outbox.settle(1, Self.acknowledged, now: .now)
            #expect(harness.outbox.settle(1, .failure(.closed), now: .now) == nil)
            #expect(harness.outbox.count == 0)
            answer?.resume()
        }
        #expect(told == Self.acknowledged)
        _ = await outcome { waiter in
            #expect(harness.admit(waiter) == .passed(1))
            harness.outbox.settle(1, Self.acknowledged, now: .now)?.resume()
        }
    }

    @Test func `messages follow one another while acknowledgements come`() async {
        var harness = Harness()
        let batch = await withUnsafeContinuation { waiter in
            let batch = DeliveryBatch(3, waiter)
            for index in 0..<3 {
                #expect(harness.admit(.part(of: batch, index: index)) == .passed(index + 1))
                harness.elapsed += Self.patience / 4
            }
            for number in [3, 1] {
                #expect(harness.outbox.settle(number, Self.acknowledged, now: .now) == nil)
            }
            harness.outbox.settle(2, .failure(.queueFull), now: .now)?.resume()
        }
        #expect(batch == [Self.acknowledged, .failure(.queueFull), Self.acknowledged])
    }

    @Test func `what follows one that is not acknowledged is held, and let go with the next one`()
        async
    {
        var harness = Harness()
        _ = await withUnsafeContinuation { waiter in
            let batch = DeliveryBatch(4, waiter)
            #expect(harness.admit(.part(of: batch, index: 0)) == .passed(1))
            harness.elapsed += Self.patience
            for index in 1..<4 {
                #expect(harness.admit(.part(of: batch, index: index), "\(index)") == .held)
            }
            #expect(harness.release().isEmpty)
            _ = harness.outbox.settle(1, Self.acknowledged, now: .now)
            harness.elapsed += Outbox.Limits.gathering
            let released = harness.release()
            #expect(released.map(\.message.value) == [[0x31], [0x32], [0x33]])
            for number in released.map(\.number) {
                harness.outbox.settle(number, Self.acknowledged, now: .now)?.resume()
            }
            #expect(harness.outbox.count == 0)
        }
    }

    @Test func `in time what was held is withdrawn, and of what was sent nothing is known`() async {
        var harness = Harness()
        let told = await withUnsafeContinuation { waiter in
            let batch = DeliveryBatch(2, waiter)
            _ = harness.admit(.part(of: batch, index: 0))
            harness.elapsed += Self.patience
            _ = harness.admit(.part(of: batch, index: 1))
            let first = harness.outbox.nextExpiry
            #expect(first == harness.start + Self.timeout)
            harness.elapsed = Self.timeout
            #expect(harness.expire().isEmpty)
            harness.elapsed += Self.patience
            for answer in harness.expire() { answer.resume() }
        }
        let reason = KafkaError.topic("gone")
        #expect(
            told == [.failure(.unknown(reason: reason)), .failure(.notPublished(reason: reason))]
        )
        // librdkafka still has the first, and what comes waits behind it.
        #expect(harness.outbox.count == 1)
        #expect(harness.outbox.oldestUnacknowledged?.place == Self.place)
        let next = await outcome { waiter in
            #expect(harness.admit(waiter) == .held)
            // Nobody waits for the late acknowledgement, which opens the lane.
            #expect(harness.outbox.settle(1, Self.acknowledged, now: .now) == nil)
            #expect(harness.outbox.oldestUnacknowledged == nil)
            harness.elapsed += Outbox.Limits.gathering
            for number in harness.release().map(\.number) {
                harness.outbox.settle(number, Self.acknowledged, now: .now)?.resume()
            }
        }
        #expect(next == Self.acknowledged)
    }

    @Test func `with many under way messages gather before they are handed over`() async {
        let count = Outbox.Limits.few + 3
        var harness = Harness()
        _ = await withUnsafeContinuation { waiter in
            let batch = DeliveryBatch(count, waiter)
            let admissions = (0..<count).map { harness.admit(.part(of: batch, index: $0)) }
            #expect(admissions.count { $0 == .held } == 3)
            #expect(admissions.suffix(3).allSatisfy { $0 == .held })
            #expect(harness.release().isEmpty)
            let due = harness.outbox.nextRelease(now: harness.now)
            #expect(due == harness.start + Outbox.Limits.gathering)
            harness.elapsed += Outbox.Limits.gathering
            #expect(harness.release().count == 3)
            #expect(harness.outbox.nextRelease(now: harness.now) == nil)
            for number in 1...count {
                harness.outbox.settle(number, Self.acknowledged, now: .now)?.resume()
            }
        }
    }

    @Test func `they gather for less where nothing is unacknowledged`() async {
        let few = Outbox.Limits.few
        var harness = Harness()
        let other = harness.outbox.addLane(TopicPartition(topic: "events", partition: 1))
        _ = await withUnsafeContinuation { waiter in
            let batch = DeliveryBatch(few + 1, waiter)
            for index in 0..<few { _ = harness.admit(.part(of: batch, index: index), lane: other) }
            #expect(harness.admit(.part(of: batch, index: few)) == .held)
            let due = harness.outbox.nextRelease(now: harness.now)
            #expect(due == harness.start + Outbox.Limits.shortGathering)
            harness.elapsed += Outbox.Limits.shortGathering
            #expect(harness.release().map(\.number) == [few + 1])
            for number in 1...few + 1 {
                harness.outbox.settle(number, Self.acknowledged, now: .now)?.resume()
            }
        }
    }

    @Test func `a lane that waits does not hold up another`() async {
        var harness = Harness()
        let other = harness.outbox.addLane(TopicPartition(topic: "events", partition: 1))
        _ = await withUnsafeContinuation { waiter in
            let batch = DeliveryBatch(2, waiter)
            _ = harness.admit(.part(of: batch, index: 0))
            harness.elapsed += Self.patience
            #expect(harness.admit(.part(of: batch, index: 1), lane: other) == .passed(2))
            for number in [1, 2] {
                harness.outbox.settle(number, Self.acknowledged, now: .now)?.resume()
            }
        }
    }

    @Test func `while no broker answers nothing is begun with, and afterwards it is`() async {
        var harness = Harness()
        _ = await outcome { waiter in
            harness.outbox.isReachable = false
            #expect(harness.admit(waiter) == .held)
            #expect(harness.release().isEmpty)
            harness.outbox.isReachable = true
            harness.elapsed += Outbox.Limits.gathering
            for number in harness.release().map(\.number) {
                harness.outbox.settle(number, Self.acknowledged, now: .now)?.resume()
            }
        }
    }

    @Test func `no more messages are taken than there is room for, nor more bytes`() async {
        var harness = Harness(mostMessages: 3)
        _ = await withUnsafeContinuation { waiter in
            let batch = DeliveryBatch(3, waiter)
            for index in 0..<3 { _ = harness.admit(.part(of: batch, index: index)) }
            #expect(harness.admit(.part(of: batch, index: 0)) == .refused(.queueFull))
            for number in 1...3 {
                harness.outbox.settle(number, Self.acknowledged, now: .now)?.resume()
            }
        }
        let half = String(repeating: "x", count: Outbox.Limits.bytes / 2 + 1)
        _ = await outcome { waiter in
            #expect(harness.admit(waiter, half + half) == .passed(3))
            #expect(harness.admit(waiter, half) == .refused(.queueFull))
            harness.outbox.settle(3, Self.acknowledged, now: .now)?.resume()
        }
    }

    @Test func `a closed outbox withdraws what it holds, and takes nothing`() async {
        var harness = Harness()
        let told = await withUnsafeContinuation { waiter in
            let batch = DeliveryBatch(2, waiter)
            _ = harness.admit(.part(of: batch, index: 0))
            harness.elapsed += Self.patience
            _ = harness.admit(.part(of: batch, index: 1))
            #expect(harness.outbox.close().isEmpty)
            #expect(harness.admit(.part(of: batch, index: 0)) == .refused(.closed))
            harness.outbox.settle(1, Self.acknowledged, now: .now)?.resume()
        }
        #expect(told == [Self.acknowledged, .failure(.closed)])
    }

    @Test func `one that is taken out is answered elsewhere`() async {
        var harness = Harness()
        let told = await outcome { waiter in
            _ = harness.admit(waiter)
            let taken = harness.outbox.take(1)
            #expect(taken?.came == harness.start)
            #expect(harness.outbox.count == 0)
            if let addressee = taken?.addressee {
                Outbox.answer(addressee, .failure(.messageTooLarge))?.resume()
            }
        }
        #expect(told == .failure(.messageTooLarge))
    }
}
