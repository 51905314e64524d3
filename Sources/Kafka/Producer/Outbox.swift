/// The messages that are under way, and who waits for which.
///
/// Those of a partition go through a lane, in their order. A lane that nothing is heard from holds
/// back what comes after: so the most of what an outage meets has never been sent, and can be
/// withdrawn. What was handed to librdkafka stays there for as long as it takes. librdkafka may not
/// give it up: it would go on under a new producer epoch, within which alone a broker recognises what
/// it has already (KIP-360).
///
/// Knows neither librdkafka nor the time, which it is told.
struct Outbox {
    typealias Outcome = Result<Acknowledgement, PublishError>
    typealias Waiter = UnsafeContinuation<Outcome, Never>
    typealias Instant = ContinuousClock.Instant

    enum Limits {
        /// Messages under way, held back or not; librdkafka's `queue.buffering.max.messages` too.
        static let messages = 100_000
        /// Their bytes, all told.
        static let bytes = 64 * 1024 * 1024
        /// While more than so many are under way, messages of a lane gather to a larger batch.
        ///
        /// Then each costs less, here, at the broker and at every consumer. With fewer they would wait
        /// in vain.
        static let few = 16
        /// For how long they gather.
        static let gathering = Duration.microseconds(500)
        /// What is handed over of a lane at once, when an acknowledgement has opened it.
        static let burstBytes = 512 * 1024
    }

    /// Who is told the outcome of a message.
    enum Addressee: Sendable {
        case waiter(Waiter)
        case part(of: DeliveryBatch, index: Int)
    }

    enum Admission: Equatable {
        /// To be handed to librdkafka now, with this number, from 1.
        case passed(Int)
        case held
        case refused(PublishError)
    }

    private enum State { case free, held, sent, late }

    private struct Slot {
        var state = State.free
        var addressee: Addressee?
        /// While it is held.
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
        var held = SlotList()
        /// When the oldest of those began to be held.
        var heldSince: Instant?
        var sent = SlotList()
        /// Messages whose waiters have been told that time is up, and which may still be acknowledged.
        var late = 0
        /// Since when nothing was heard of the first of them.
        var lateSince: Instant?
    }

    /// After so long its waiter is told, whatever is known by then.
    let timeout: Duration
    /// For so long messages follow others whose acknowledgement has not come.
    let patience: Duration
    let mostMessages: Int

    private var slots: [Slot] = []
    private var free: [Int] = []
    private var lanes: [Lane] = []
    private var bytes = 0
    private var heldCount = 0
    /// Why no more is taken.
    private var closure: PublishError?
    /// When the broker last took a message, of whatever partition.
    private(set) var lastAcknowledgement: Instant?
    /// Whether a broker answers at all: if not, nothing is begun with.
    var isReachable = true

    init(timeout: Duration, patience: Duration, mostMessages: Int = Limits.messages) {
        self.timeout = timeout
        self.patience = patience
        self.mostMessages = mostMessages
    }

    var isClosed: Bool { closure != nil }

    /// The number of messages of which librdkafka or this will say more.
    var count: Int { slots.count - free.count }

    mutating func addLane(_ place: TopicPartition) -> Int {
        lanes.append(Lane(place: place))
        return lanes.count - 1
    }

    // MARK: Coming

    /// - Parameter message: Kept only if it is held.
    mutating func admit(
        _ addressee: Addressee,
        _ message: borrowing ProducerMessage,
        lane: Int,
        came: Instant,
        now: Instant
    ) -> Admission {
        if let closure { return .refused(closure) }
        let size = message.bytes
        // One that is larger by itself is for the broker to judge.
        guard count < mostMessages, bytes == 0 || bytes + size <= Limits.bytes else {
            return .refused(.queueFull)
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

    /// Takes what may be handed over by now of what was held.
    mutating func release(now: Instant) -> [(number: Int, message: ProducerMessage)] {
        guard heldCount > 0 else { return [] }
        var released: [(number: Int, message: ProducerMessage)] = []
        for lane in lanes.indices {
            guard let since = lanes[lane].heldSince, since + Limits.gathering <= now,
                isOpen(lane, now)
            else { continue }
            var burst = 0
            while burst < Limits.burstBytes, let index = lanes[lane].held.head,
                let message = slots[index].message
            {
                burst += slots[index].bytes
                takeFromHeld(index)
                handOver(index, now)
                released.append((index + 1, message))
            }
        }
        return released
    }

    /// When ``release(now:)`` will have something to hand over, as far as only time is wanting.
    func nextRelease(now: Instant) -> Instant? {
        guard heldCount > 0 else { return nil }
        return lanes.indices.compactMap { lane in
            isOpen(lane, now) ? lanes[lane].heldSince.map { $0 + Limits.gathering } : nil
        }.min()
    }

    // MARK: Outcomes

    /// Notes the outcome of a message that was handed over.
    ///
    /// - Returns: Whom to resume now; `nil` while others of its batch are outstanding, when its waiter
    ///   was told before that time is up, and for a number that stands for none.
    mutating func settle(
        _ number: Int,
        _ outcome: Outcome,
        now: Instant = .now
    ) -> DeliveryAnswer? {
        if case .success = outcome { lastAcknowledgement = now }
        guard let addressee = take(number)?.addressee else { return nil }
        return Self.answer(addressee, outcome)
    }

    /// Takes a message that was handed over out, to be tried in another way.
    ///
    /// - Returns: Whom its outcome matters to, if to anybody yet, and when it came; `nil` for a number
    ///   that stands for none.
    mutating func take(_ number: Int) -> (addressee: Addressee?, came: Instant)? {
        let index = number - 1
        guard slots.indices.contains(index) else { return nil }
        let slot = slots[index]
        switch slot.state {
        case .free, .held: return nil
        case .sent: Self.remove(index, from: &lanes[slot.lane].sent, &slots)
        case .late:
            lanes[slot.lane].late -= 1
            if lanes[slot.lane].late == 0 { lanes[slot.lane].lateSince = nil }
        }
        release(index)
        return (slot.addressee, slot.came)
    }

    static func answer(_ addressee: Addressee, _ outcome: Outcome) -> DeliveryAnswer? {
        switch addressee {
        case .waiter(let waiter): .one(waiter, outcome)
        case .part(let batch, let index): batch.settle(index, outcome)
        }
    }

    /// Withdraws what is held beyond its time, and gives up waiting for what was handed over.
    ///
    /// - Parameter reason: Why there is no acknowledgement.
    mutating func expire(now: Instant, _ reason: @autoclosure () -> KafkaError) -> [DeliveryAnswer]
    {
        var answers: [DeliveryAnswer] = []
        for lane in lanes.indices {
            while let index = lanes[lane].held.head, slots[index].came + timeout <= now {
                withdraw(index, .failure(.notPublished(reason: reason())), &answers)
            }
            while let index = lanes[lane].sent.head, slots[index].came + timeout <= now {
                Self.remove(index, from: &lanes[lane].sent, &slots)
                slots[index].state = .late
                lanes[lane].late += 1
                lanes[lane].lateSince = lanes[lane].lateSince ?? slots[index].handedOver
                guard let addressee = slots[index].addressee else { continue }
                slots[index].addressee = nil
                if let answer = Self.answer(addressee, .failure(.unknown(reason: reason()))) {
                    answers.append(answer)
                }
            }
        }
        return answers
    }

    /// When ``expire(now:_:)`` will have something to do.
    var nextExpiry: Instant? {
        var next: Instant?
        for lane in lanes {
            // Those that were sent came before those that are held.
            guard let first = lane.sent.head ?? lane.held.head else { continue }
            let due = slots[first].came + timeout
            next = next.map { min($0, due) } ?? due
        }
        return next
    }

    /// Takes no more from now on, and withdraws what is held.
    mutating func close(because reason: PublishError = .closed) -> [DeliveryAnswer] {
        closure = reason
        var answers: [DeliveryAnswer] = []
        for lane in lanes.indices {
            while let index = lanes[lane].held.head {
                withdraw(index, .failure(reason), &answers)
            }
        }
        return answers
    }

    private mutating func withdraw(
        _ index: Int,
        _ outcome: Outcome,
        _ answers: inout [DeliveryAnswer]
    ) {
        let addressee = slots[index].addressee
        takeFromHeld(index)
        release(index)
        if let addressee, let answer = Self.answer(addressee, outcome) { answers.append(answer) }
    }

    /// Where a message was handed over and nothing has been heard since, and since when: the longest.
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

/// The ends of a list of slots, which link to each other.
private struct SlotList {
    static let none = -1

    var first = SlotList.none
    var last = SlotList.none

    var isEmpty: Bool { first == SlotList.none }
    var head: Int? { isEmpty ? nil : first }
}
