internal import Text

/// The place of a record in the log.
package struct RecordPlace: Equatable, Sendable {
    package let topic: String
    package let partition: Int32
    package let offset: Int64

    package init(topic: String, partition: Int32, offset: Int64) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }
}

/// The events that made an order: for each of its facts the event that the fact is from.
///
/// An order has three facts at most, so a trail is bounded, and it depends on the events alone, as
/// the facts do: an event that another one has replaced is not in it any more, and neither is a
/// second delivery. The times of the events are those of the facts.
///
/// Every order in memory has a trail, and is copied several times on its way. So the first event is
/// kept packed, without references, and only what comes later takes memory of its own.
package struct EventTrail: Equatable, Sendable {
    /// The fact that an event states.
    package enum Fact: UInt8 {
        case creation, reservation, cancellation
    }

    /// What a trail keeps of an event.
    package struct Entry: Equatable, Sendable {
        package let eventID: EventID
        package let place: RecordPlace
        package let sourceService: String
        /// The event's correlation; `nil` for a creation, because the order has it.
        package let correlation: Correlation?
        package let version: EventVersion

        package init(
            eventID: EventID,
            place: RecordPlace,
            sourceService: String,
            correlation: Correlation?,
            version: EventVersion
        ) {
            self.eventID = eventID
            self.place = place
            self.sourceService = sourceService
            self.correlation = correlation
            self.version = version
        }
    }

    /// The event of the creation.
    struct First: Equatable {
        var eventID = EventID(high: 0, low: 0)
        var offset: Int64 = 0
        var partition: Int32 = 0
        /// Numbers of ``KnownName``; 0 if ``Rest`` has the text.
        var topic: UInt8 = 0
        var service: UInt8 = 0
        var isVersion2 = false
        var isPresent = false
    }

    /// What most orders do not have yet.
    private struct Rest: Equatable {
        var reservation: Entry?
        var cancellation: Entry?
        /// The names of the creation that have no number.
        var topic = ""
        var service = ""
    }

    private final class Box: Sendable {
        let rest: Rest

        init(_ rest: Rest) { self.rest = rest }
    }

    private(set) var first = First()
    private var box: Box?

    package init() {}

    package static func == (left: EventTrail, right: EventTrail) -> Bool {
        left.first == right.first && left.box?.rest == right.box?.rest
    }

    package var isEmpty: Bool { !first.isPresent && box == nil }

    /// Whether there is more than an event of a creation with usual names.
    var hasMore: Bool { box != nil }

    private mutating func change(_ change: (inout Rest) -> Void) {
        var rest = box?.rest ?? Rest()
        change(&rest)
        box = rest == Rest() ? nil : Box(rest)
    }

    /// The event of the order's creation.
    ///
    /// An entry is `nil` while its fact is not known, and where the event was consumed by a version of
    /// this program that kept no trail.
    package var creation: Entry? {
        get {
            guard first.isPresent else { return nil }
            return Entry(
                eventID: first.eventID,
                place: RecordPlace(
                    topic: KnownName.topic(first.topic) ?? box?.rest.topic ?? "",
                    partition: first.partition,
                    offset: first.offset
                ),
                sourceService: KnownName.service(first.service) ?? box?.rest.service ?? "",
                correlation: nil,
                version: first.isVersion2 ? .v2_0 : .v1_0
            )
        }
        set {
            guard let entry = newValue else {
                first = First()
                return change { ($0.topic, $0.service) = ("", "") }
            }
            keepFirst(entry.eventID, entry.place, entry.sourceService, entry.version)
        }
    }

    /// The event of the inventory service's answer.
    package var reservation: Entry? {
        get { box?.rest.reservation }
        set { change { $0.reservation = newValue } }
    }

    /// The event of the cancellation.
    package var cancellation: Entry? {
        get { box?.rest.cancellation }
        set { change { $0.cancellation = newValue } }
    }

    /// Keeps the event of the order's creation.
    mutating func keepFirst(
        _ eventID: EventID,
        _ place: RecordPlace,
        _ service: String,
        _ version: EventVersion
    ) {
        first.eventID = eventID
        first.offset = place.offset
        first.partition = place.partition
        first.topic = KnownName.number(ofTopic: place.topic)
        first.service = KnownName.number(ofService: service)
        first.isVersion2 = version == .v2_0
        first.isPresent = true
        guard first.topic == 0 || first.service == 0 || box != nil else { return }
        let (topic, name) = (first.topic == 0 ? place.topic : "", first.service == 0 ? service : "")
        change { ($0.topic, $0.service) = (topic, name) }
    }

    /// The memory beside the trail, in bytes, about; 0 while there is only a creation.
    package var boxBytes: Int {
        guard let box else { return 0 }
        return MemoryLayout<Rest>.size + 16 + box.rest.topic.utf8.count
            + box.rest.service.utf8.count + (box.rest.reservation?.textBytes ?? 0)
            + (box.rest.cancellation?.textBytes ?? 0)
    }
}

extension EventTrail.Entry {
    fileprivate var textBytes: Int {
        place.topic.utf8.count + sourceService.utf8.count + (correlation?.byteCount ?? 0)
    }

    init(_ envelope: EventEnvelope, at place: RecordPlace) {
        self.init(
            eventID: envelope.eventID,
            place: place,
            sourceService: envelope.sourceService,
            correlation: envelope.correlation,
            version: envelope.version
        )
    }

    /// Returns whether this event stands for a fact that the other one states as well.
    ///
    /// It is a strict order over different events, so that the sequence in which they are read does
    /// not matter.
    func precedes(_ other: Self?) -> Bool {
        guard let other else { return true }
        if eventID != other.eventID { return eventID < other.eventID }
        if place.topic != other.place.topic { return place.topic < other.place.topic }
        return (place.partition, place.offset) < (other.place.partition, other.place.offset)
    }
}

/// The topics and services that nearly all events name, by numbers that stores keep.
enum KnownName {
    static func number(ofTopic name: String) -> UInt8 {
        if name == "order-events" { return 1 }
        return name == "inventory-events" ? 2 : 0
    }

    static func topic(_ number: UInt8) -> String? {
        switch number {
        case 1: "order-events"
        case 2: "inventory-events"
        default: nil
        }
    }

    static func number(ofService name: String) -> UInt8 {
        if name == "order-gateway" { return 1 }
        return name == "inventory-service" ? 2 : 0
    }

    static func service(_ number: UInt8) -> String? {
        switch number {
        case 1: "order-gateway"
        case 2: "inventory-service"
        default: nil
        }
    }
}
