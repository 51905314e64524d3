/// The messages in flight and their waiters.
///
/// The messages of a partition pass through a lane in order. A lane without recent acknowledgements
/// holds back later messages. During an outage, most messages are therefore never sent, and can be
/// withdrawn. A message that was passed to librdkafka stays there for as long as it takes.
/// librdkafka may not give up the message: it would continue under a new producer epoch, and a
/// broker recognises duplicates only within one epoch (KIP-360).
///
/// The outbox does not depend on librdkafka or a clock; the caller passes the time.
struct Outbox {
    typealias Outcome = Result<Acknowledgement, PublishError>
    typealias Waiter = DeliveryWaiter
    typealias Instant = ContinuousClock.Instant

    enum Limits {
        /// The limit of messages in flight, held or not; also librdkafka's
        /// `queue.buffering.max.messages`.
        static let messages = 100_000
        /// The limit of their total size in bytes.
        static let bytes = 64 * 1024 * 1024
        /// The number of messages in flight above which messages of a lane gather into larger
        /// batches.
        ///
        /// A larger batch reduces the cost per message here, at the broker and at every consumer.
        /// With fewer messages in flight, gathering would only add delay.
        static let few = 16
        /// The time for which messages gather.
        static let gathering = Duration.microseconds(1_000)
        /// The time for which they gather in a lane that has nothing unacknowledged: nothing else
        /// keeps the broker busy with its partition.
        static let shortGathering = Duration.microseconds(700)
        /// The number of messages in flight above which they gather for longer.
        static let many = 128
        static let longGathering = Duration.microseconds(2_000)
        /// The bytes of a lane that are passed on at once after an acknowledgement has opened it.
        static let burstBytes = 512 * 1024
    }

    /// The receiver of a message's outcome.
    enum Addressee: Sendable {
        case waiter(Waiter)
        case part(of: DeliveryBatch, index: Int)
    }

    enum Admission: Equatable {
        /// The message must be passed to librdkafka now with this number, which starts from 1.
        case passed(Int)
        case held
        case refused(PublishError)
    }

    private enum State { case free, held, sent, late }

    private struct Slot {
        var state = State.free
        var addressee: Addressee?
        /// The message while it is held.
        var message: ProducerMessage?
        var bytes = 0
        var lane = 0
        var came: Instant
        var handedOver: Instant
        var previous = SlotList.none
        var next = SlotList.none
    }

    private struct Lane {
        let place: TopicPartition
        /// The caller's handle of the topic.
        let topic: UInt
        let observer: (any DeliveryObserver)?
        var held = SlotList()
        /// The time when the lane began to hold messages; `nil` when it holds none.
        var heldSince: Instant?
        var sent = SlotList()
        /// The messages whose waiters have seen a timeout, and which may still be acknowledged.
        var late = 0
        /// The time when the first of the late messages was passed to librdkafka.
        var lateSince: Instant?
    }

    /// The time after which a waiter learns what is known about its message.
    let timeout: Duration
    /// The time for which messages may follow others that are not acknowledged yet.
    let patience: Duration
    let mostMessages: Int

    private var slots: [Slot] = []
    private var free: [Int] = []
    private var lanes: [Lane] = []
    private var heldCount = 0
    /// The reason why the outbox accepts no more messages.
    private var closure: PublishError?
    /// The time when the broker last accepted a message of any partition.
    private(set) var lastAcknowledgement: Instant?
    /// Whether any broker answers; if not, an idle lane does not start to send.
    var isReachable = true

    init(timeout: Duration, patience: Duration, mostMessages: Int = Limits.messages) {
        self.timeout = timeout
        self.patience = patience
        self.mostMessages = mostMessages
    }

    var isClosed: Bool { closure != nil }

    /// The number of messages without a final outcome.
    var count: Int { slots.count - free.count }
    /// The size of their keys, values and headers.
    private(set) var bytes = 0

    /// - Parameters:
    ///   - topic: The caller's handle of the topic, which released messages carry.
    ///   - observer: Learns the outcome of each message of the lane.
    mutating func addLane(
        _ place: TopicPartition,
        topic: UInt = 0,
        observer: (any DeliveryObserver)? = nil
    ) -> Int {
        lanes.append(Lane(place: place, topic: topic, observer: observer))
        return lanes.count - 1
    }

    // MARK: Admission

    /// - Parameter message: The message, which is stored only if it is held.
    mutating func admit(
        _ addressee: Addressee,
        _ message: borrowing ProducerMessage,
        lane: Int,
        came: Instant,
        now: Instant
    ) -> Admission {
        if let closure { return refuse(closure, lane) }
        let size = message.bytes
        // A single message above the limit passes: the broker decides about it.
        guard count < mostMessages, bytes == 0 || bytes + size <= Limits.bytes else {
            return refuse(.queueFull, lane)
        }
        let index = free.popLast() ?? slots.count
        if index == slots.count { slots.append(Slot(came: came, handedOver: now)) }
        bytes += size
        slots[index].addressee = addressee
        slots[index].bytes = size
        slots[index].lane = lane
        slots[index].came = came
        guard lanes[lane].held.isEmpty, count <= Limits.few, isOpen(lane, now) else {
            if lanes[lane].held.isEmpty { lanes[lane].heldSince = now }
            slots[index].message = copy message
            slots[index].state = .held
            Self.append(index, to: &lanes[lane].held, &slots)
            heldCount += 1
            return .held
        }
        handOver(index, now)
        return .passed(index + 1)
    }

    private func refuse(_ error: PublishError, _ lane: Int) -> Admission {
        lanes[lane].observer?.failed(error)
        return .refused(error)
    }

    private mutating func handOver(_ index: Int, _ now: Instant) {
        slots[index].state = .sent
        slots[index].handedOver = now
        Self.append(index, to: &lanes[slots[index].lane].sent, &slots)
    }

    private func isOpen(_ lane: Int, _ now: Instant) -> Bool {
        guard lanes[lane].late == 0 else { return false }
        guard let first = lanes[lane].sent.head else { return isReachable }
        return slots[first].handedOver + patience > now
    }

    /// A message that was held and may be passed on.
    struct Released {
        let number: Int
        let message: ProducerMessage
        /// The caller's handle of the topic.
        let topic: UInt
    }

    /// Removes the held messages that may be passed on now.
    ///
    /// - Parameter released: Receives the messages.
    mutating func release(now: Instant, _ released: inout [Released]) {
        guard heldCount > 0 else { return }
        for lane in lanes.indices {
            guard let since = lanes[lane].heldSince, since + gathering(lane) <= now,
                isOpen(lane, now)
            else { continue }
            var burst = 0
            while burst < Limits.burstBytes, let index = lanes[lane].held.head,
                let message = slots[index].message.take()
            {
                burst += slots[index].bytes
                takeFromHeld(index)
                handOver(index, now)
                released.append(
                    Released(number: index + 1, message: message, topic: lanes[lane].topic)
                )
            }
        }
    }

    /// The time for which the messages of a lane gather.
    private func gathering(_ lane: Int) -> Duration {
        if lanes[lane].sent.isEmpty { return Limits.shortGathering }
        return count <= Limits.many ? Limits.gathering : Limits.longGathering
    }

    /// Returns when ``release(now:)`` will return messages, if only time is missing.
    func nextRelease(now: Instant) -> Instant? {
        guard heldCount > 0 else { return nil }
        var next: Instant?
        for lane in lanes.indices where isOpen(lane, now) {
            guard let since = lanes[lane].heldSince else { continue }
            let due = since + gathering(lane)
            next = min(next ?? due, due)
        }
        return next
    }

    // MARK: Outcomes

    /// A message that was passed on, and its place in the topic.
    struct Acknowledged {
        let number: Int
        let place: Acknowledgement
    }

    /// Notes messages that the brokers have.
    ///
    /// - Parameter answers: Receives the waiters to resume now.
    mutating func settle(
        _ acknowledged: [Acknowledged],
        now: Instant,
        _ answers: inout DeliveryAnswers
    ) {
        if !acknowledged.isEmpty { lastAcknowledgement = now }
        for message in acknowledged {
            guard let taken = take(message.number), let addressee = taken.addressee else {
                continue
            }
            observe(.success(message.place), taken, now)
            switch addressee {
            case .waiter(let waiter): answers.append(waiter, message.place)
            case .part(let batch, let index):
                if let answer = batch.settle(index, .success(message.place)) {
                    answers.append(answer)
                }
            }
        }
    }

    /// Notes the outcome of a message that was passed on.
    ///
    /// - Returns: The waiter to resume now. `nil` while others of its batch are outstanding, when
    ///   the waiter has seen a timeout before, and for an unknown number.
    mutating func settle(
        _ number: Int,
        _ outcome: Outcome,
        now: Instant
    ) -> DeliveryAnswer? {
        if case .success = outcome { lastAcknowledgement = now }
        guard let taken = take(number), let addressee = taken.addressee else { return nil }
        observe(outcome, taken, now)
        return Self.answer(addressee, outcome)
    }

    /// A message that has left the outbox.
    struct Taken {
        /// Who still waits for the outcome, if anyone.
        let addressee: Addressee?
        let came: Instant
        fileprivate let lane: Int
    }

    private func observe(_ outcome: Outcome, _ taken: Taken, _ now: Instant) {
        guard let observer = lanes[taken.lane].observer else { return }
        switch outcome {
        case .success: observer.acknowledged(after: taken.came.duration(to: now).nanoseconds)
        case .failure(let error): observer.failed(error)
        }
    }

    /// Removes a message that was passed on, so that the caller can send it in another way.
    ///
    /// - Returns: `nil` for an unknown number.
    mutating func take(_ number: Int) -> Taken? {
        let index = number - 1
        guard slots.indices.contains(index) else { return nil }
        let lane = slots[index].lane
        switch slots[index].state {
        case .free, .held: return nil
        case .sent: Self.remove(index, from: &lanes[lane].sent, &slots)
        case .late:
            lanes[lane].late -= 1
            if lanes[lane].late == 0 { lanes[lane].lateSince = nil }
        }
        let addressee = slots[index].addressee.take()
        release(index)
        return Taken(addressee: addressee, came: slots[index].came, lane: lane)
    }

    static func answer(_ addressee: Addressee, _ outcome: Outcome) -> DeliveryAnswer? {
        switch addressee {
        case .waiter(let waiter): .one(waiter, outcome)
        case .part(let batch, let index): batch.settle(index, outcome)
        }
    }

    /// Withdraws held messages after their timeout, and stops waiting for messages that were passed
    /// on.
    ///
    /// - Parameter reason: The reason why there is no acknowledgement.
    mutating func expire(now: Instant, _ reason: @autoclosure () -> KafkaError) -> [DeliveryAnswer]
    {
        var answers: [DeliveryAnswer] = []
        for lane in lanes.indices {
            while let index = lanes[lane].held.head, slots[index].came + timeout <= now {
                withdraw(index, .notPublished(reason: reason()), &answers)
            }
            while let index = lanes[lane].sent.head, slots[index].came + timeout <= now {
                Self.remove(index, from: &lanes[lane].sent, &slots)
                slots[index].state = .late
                lanes[lane].late += 1
                lanes[lane].lateSince = lanes[lane].lateSince ?? slots[index].handedOver
                guard let addressee = slots[index].addressee else { continue }
                slots[index].addressee = nil
                let error = PublishError.unknown(reason: reason())
                lanes[lane].observer?.failed(error)
                if let answer = Self.answer(addressee, .failure(error)) { answers.append(answer) }
            }
        }
        return answers
    }

    /// The next time when ``expire(now:_:)`` will have work.
    var nextExpiry: Instant? {
        var next: Instant?
        for lane in lanes {
            // Sent messages are older than held messages.
            guard let first = lane.sent.head ?? lane.held.head else { continue }
            next = min(next ?? slots[first].came, slots[first].came)
        }
        return next.map { $0 + timeout }
    }

    /// Closes the outbox for new messages, and withdraws all held messages.
    mutating func close(because reason: PublishError = .closed) -> [DeliveryAnswer] {
        closure = reason
        var answers: [DeliveryAnswer] = []
        for lane in lanes.indices {
            while let index = lanes[lane].held.head {
                withdraw(index, reason, &answers)
            }
        }
        return answers
    }

    private mutating func withdraw(
        _ index: Int,
        _ error: PublishError,
        _ answers: inout [DeliveryAnswer]
    ) {
        let addressee = slots[index].addressee
        lanes[slots[index].lane].observer?.failed(error)
        takeFromHeld(index)
        release(index)
        guard let addressee, let answer = Self.answer(addressee, .failure(error)) else { return }
        answers.append(answer)
    }

    /// The partition that has been without any answer to a sent message for the longest time, and
    /// since when.
    var oldestUnacknowledged: (place: TopicPartition, since: Instant)? {
        var oldest: (place: TopicPartition, since: Instant)?
        for lane in lanes {
            guard
                let since = lane.lateSince ?? lane.sent.head.map({ slots[$0].handedOver }),
                since < oldest?.since ?? since + .nanoseconds(1)
            else { continue }
            oldest = (lane.place, since)
        }
        return oldest
    }

    // MARK: Lists

    private mutating func takeFromHeld(_ index: Int) {
        Self.remove(index, from: &lanes[slots[index].lane].held, &slots)
        slots[index].message = nil
        heldCount -= 1
        if lanes[slots[index].lane].held.isEmpty { lanes[slots[index].lane].heldSince = nil }
    }

    private mutating func release(_ index: Int) {
        bytes -= slots[index].bytes
        slots[index].state = .free
        slots[index].addressee = nil
        free.append(index)
    }

    private static func append(_ index: Int, to list: inout SlotList, _ slots: inout [Slot]) {
        slots[index].previous = list.last
        slots[index].next = SlotList.none
        if list.isEmpty { list.first = index } else { slots[list.last].next = index }
        list.last = index
    }

    private static func remove(_ index: Int, from list: inout SlotList, _ slots: inout [Slot]) {
        let (previous, next) = (slots[index].previous, slots[index].next)
        if previous == SlotList.none { list.first = next } else { slots[previous].next = next }
        if next == SlotList.none { list.last = previous } else { slots[next].previous = previous }
    }
}

/// The first and last slot of a linked list.
private struct SlotList {
    static let none = -1

    var first = SlotList.none
    var last = SlotList.none

    var isEmpty: Bool { first == SlotList.none }
    var head: Int? { isEmpty ? nil : first }
}
