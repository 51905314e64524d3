import Orders
import Testing
import Text

@testable import Kafka
@testable import OrderStreams

/// A saga whose offset may lie behind the end of its partition.
struct SagaFeedEndTests {
    private let partition = TopicPartition(topic: "inventory-events", partition: 0)
    private let feed = SagaFeed(version: .v1_0, time: .system)

    /// The projection reads from 20 on, the saga's next offset is 30.
    private func follows(knownEnd: Int64?) -> Bool {
        feed.begin([partition: 20]) { _ in knownEnd }
        return feed.follow(from: [partition: 30])
    }

    @Test(arguments: [30, 31] as [Int64])
    func `a saga ahead of the projection follows up to the partition's end`(_ end: Int64) {
        #expect(follows(knownEnd: end))
        #expect(feed.take()?.positions == [partition: 30])
    }

    /// A topic that has lost its end: the events up to the saga's offset are still to come, and only
    /// a fetch by the saga shows that its offset is none.
    @Test(arguments: [nil, 20, 25, 29] as [Int64?])
    func `a saga behind the partition's end does not follow`(_ end: Int64?) {
        #expect(!follows(knownEnd: end))
        #expect(feed.take() == nil)
    }

    /// A full disk must not hold up cancellations: the saga fetches for itself meanwhile.
    @Test func `nobody follows a projection that cannot store, until it reads again`() throws {
        feed.begin([partition: 20]) { _ in nil }
        #expect(feed.follow(from: [partition: 20]))
        feed.holdUp()
        #expect(feed.hasNews)
        #expect(feed.take() == nil)
        #expect(!feed.follow(from: [partition: 20]))
        var fetch = Fetch()
        fetch.advance(partition, to: 25, isEnd: true)
        feed.advance(fetch, [], passedOver: [])
        #expect(!feed.follow(from: [partition: 24]))
        #expect(feed.follow(from: [partition: 25]))
    }

    /// Readiness has the reason for the saga, too, because the saga meets the same error.
    @Test func `nobody follows a projection that cannot read a partition, until it can`() {
        feed.begin([partition: 20]) { _ in nil }
        #expect(feed.follow(from: [partition: 20]))
        var fetch = Fetch()
        fetch.troubles = [
            ConsumerTrouble(
                topic: partition.topic,
                partition: partition.partition,
                offset: 20,
                error: KafkaError(code: 29, "Topic authorization failed"),
                group: nil
            )
        ]
        feed.advance(fetch, [], passedOver: [])
        #expect(feed.take() == nil)
        #expect(!feed.follow(from: [partition: 20]))
        var read = Fetch()
        read.advance(partition, to: 21, isEnd: true)
        feed.advance(read, [], passedOver: [])
        #expect(feed.follow(from: [partition: 21]))
    }

    @Test func `a stale end keeps nobody back whom the projection has passed`() {
        feed.begin([partition: 20]) { _ in 5 }
        #expect(feed.follow(from: [partition: 20]))
    }
}
