import Orders
import Text

@testable import Kafka
@testable import OrderStreams

/// A feed, and the projection that fills it.
///
/// The work is about records that cannot be read: a found record is in librdkafka's memory.
struct FeedDriver {
    let feed = SagaFeed(
        version: .v1_0,
        time: WallClock { Timestamp(millisecondsSinceEpoch: 1_800_000_000_000) }
    )

    static func place(_ number: Int32) -> TopicPartition {
        TopicPartition(topic: "t", partition: number)
    }

    static func gap(_ offsets: Range<Int64>, of partition: Int32 = 0) -> UnreadableGap {
        UnreadableGap(
            partition: place(partition),
            offsets: offsets,
            error: KafkaError(code: -199, "unreadable")
        )
    }

    /// The projection begins to read.
    ///
    /// - Parameters:
    ///   - offsets: The first offset of each partition, from partition 0 on.
    ///   - end: The end of each partition, as far as known.
    func begin(_ offsets: Int64..., end: Int64? = .max) {
        let positions = offsets.enumerated().map { (Self.place(Int32($0.offset)), $0.element) }
        feed.begin(Dictionary(uniqueKeysWithValues: positions)) { _ in end }
    }

    /// The projection has read a partition up to an offset.
    ///
    /// - Parameter work: The offsets of the records of which the saga has to take care.
    func read(
        _ partition: Int32 = 0,
        to next: Int64,
        work: some Sequence<Int64> = [],
        isEnd: Bool = false
    ) {
        var fetch = Fetch()
        fetch.advance(Self.place(partition), to: next, isEnd: isEnd)
        feed.advance(fetch, [], passedOver: work.map { Self.gap($0..<$0 + 1, of: partition) })
    }

    /// The saga asks whether it may follow.
    ///
    /// - Parameter offsets: The offset of its next record in each partition, from partition 0 on.
    func follow(from offsets: Int64...) -> Bool {
        let next = offsets.enumerated().map { (Self.place(Int32($0.offset)), $0.element) }
        return feed.follow(from: Dictionary(uniqueKeysWithValues: next))
    }
}

extension SagaFeed.Portion {
    /// The first offset of each piece of work.
    var offsets: [Int64] {
        work.map { work in
            if case .bury(let letter, _) = work { letter.id.offset } else { -1 }
        }
    }

    func position(_ partition: Int32 = 0) -> Int64? { positions[FeedDriver.place(partition)] }
}
