internal import Kafka
package import Orders
internal import OrderStreams
internal import Synchronization
internal import Telemetry
package import Text

/// The dead letters that this process has written: their number, and the last ones.
package final class DeadLetterMetrics: Sendable {
    package enum Limits {
        /// The most letters that are kept.
        package static let recent = 20
        /// The largest value that is searched for the type of its event.
        static let valueBytes = 64 * 1024
        /// The longest texts that are kept, in characters; they may come from other services.
        static let textLength = 300
    }

    /// A dead letter, without its content.
    package struct Recent: Equatable, Sendable {
        package let timestamp: Timestamp
        package let topic: String
        package let partition: Int32
        package let offset: Int64
        /// `nil` if it is not known.
        package let eventType: String?
        package let orderID: OrderID?
        package let errorClass: String
        package let error: String
    }

    private let topics: [String]
    private let errorClasses: [String]
    private let counts: SharedCounts
    private let letters = Mutex<[Recent]>([])

    /// - Parameter topics: The topics and classes that are told apart; the last of each stands for any
    ///   other.
    init(topics: [String], errorClasses: [String]) {
        self.topics = topics
        self.errorClasses = errorClasses
        counts = SharedCounts(count: topics.count * errorClasses.count)
    }

    /// The number of letters since the start.
    package var total: Int { counts.total }

    /// The last letters, newest first.
    package var recent: [Recent] { letters.withLock { $0.reversed() } }

    var family: MetricFamily {
        MetricFamily(
            "dead_letters_total",
            .counter,
            "Dead letters that were written, by the topic of the record.",
            labels: ["messaging_destination_name", "error_class"]
        ) { [self] samples in StreamMetrics.add(counts, topics, errorClasses, to: &samples) }
    }

    func note(_ letter: DeadLetter) {
        let topic = topics.indexOrLast(of: letter.id.topic)
        let errorClass = errorClasses.indexOrLast(of: letter.errorClass)
        counts.add(at: topic * errorClasses.count + errorClass)
        let recent = Recent(letter)
        letters.withLock { letters in
            if letters.count == Limits.recent { letters.removeFirst() }
            letters.append(recent)
        }
    }
}

extension DeadLetterMetrics.Recent {
    private typealias Limits = DeadLetterMetrics.Limits

    fileprivate init(_ letter: DeadLetter) {
        timestamp = letter.timestamp
        topic = letter.id.topic
        partition = letter.id.partition
        offset = letter.id.offset
        errorClass = letter.errorClass
        error = String(letter.error.prefix(Limits.textLength))
        orderID = letter.key.flatMap { OrderID($0[...]) }
        let header = letter.headers.first { $0.name == "ce_type" }?.value
        let type = header.map { String(decoding: $0, as: UTF8.self) } ?? Self.eventType(in: letter)
        eventType = type.map { String($0.prefix(Limits.textLength)) }
    }

    /// Returns the type that the record itself names, if it can be read.
    private static func eventType(in letter: DeadLetter) -> String? {
        guard case .value(let value) = letter.original, value.count <= Limits.valueBytes else {
            return nil
        }
        var reader = JSONReader(value)
        do throws(JSONError) {
            try reader.enterObject()
            while let key = try reader.nextKey() {
                if reader.equals(key, "event_type"), try reader.nextKind() == .string {
                    let name = try reader.string()
                    return reader.text(name)
                }
                try reader.skipValue()
            }
        } catch {}
        return nil
    }
}
