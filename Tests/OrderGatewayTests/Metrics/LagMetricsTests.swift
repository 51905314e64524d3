import Kafka
import Synchronization
import Testing
import Text

@testable import OrderGateway

struct LagMetricsTests {
    private final class Time: Sendable {
        private let milliseconds = Mutex<Int64>(1_800_000_000_000)
        var clock: WallClock { WallClock { self.now } }
        var now: Timestamp {
            Timestamp(millisecondsSinceEpoch: milliseconds.withLock { $0 })
        }
        func advance(seconds: Int64) { milliseconds.withLock { $0 += seconds * 1_000 } }
    }

    private let time = Time()
    private let lag: LagMetrics
    private let place = TopicPartition(topic: "order-events", partition: 0)

    init() {
        lag = LagMetrics(clock: time.clock)
    }

    private var only: LagMetrics.PartitionLag? { lag.lags.count == 1 ? lag.lags[0] : nil }

    @Test func `the lag grows while a consumer stands still, and is 0 where it has caught up`() {
        lag.reached(5, in: place, of: "g")
        #expect(lag.lags.isEmpty, "no end is known")
        lag.note([place: 5])
        #expect(only?.records == 0)
        #expect(only?.seconds == 0)
        time.advance(seconds: 10)
        lag.note([place: 8])
        time.advance(seconds: 3)
        lag.note([place: 12])
        #expect(only?.records == 7)
        #expect(only?.seconds == 3)
        // It has read what was there when the end was 8 first.
        lag.reached(8, in: place, of: "g")
        time.advance(seconds: 1)
        #expect(only?.records == 4)
        #expect(only?.seconds == 1)
        lag.reached(12, in: place, of: "g")
        #expect(only?.seconds == 0)
    }

    @Test func `a consumer ahead of the last look at the end has no lag`() {
        lag.note([place: 5])
        lag.reached(9, in: place, of: "g")
        #expect(only?.records == 0)
        #expect(only?.end == 9)
    }

    @Test func `the age of a backlog from before the start is that of the last record`() {
        lag.note([place: 100])
        lag.assigned([place: 10], to: "g")
        time.advance(seconds: 2)
        #expect(only?.seconds == 2, "nothing is known but that it is there")
        let record = Timestamp(millisecondsSinceEpoch: time.now.millisecondsSinceEpoch - 60_000)
        lag.reached(20, in: place, lastRecord: record, of: "g")
        #expect(only?.seconds == 60)
    }

    @Test func `the time of a record of an earlier topic is forgotten`() {
        let record = Timestamp(millisecondsSinceEpoch: time.now.millisecondsSinceEpoch - 60_000)
        lag.reached(50, in: place, lastRecord: record, of: "g")
        lag.note([place: 50])
        lag.note([place: 2])
        lag.reached(0, in: place, of: "g")
        time.advance(seconds: 3)
        #expect(only?.records == 2)
        #expect(only?.seconds == 3)
    }

    @Test func `a time that no record of the topics can have is not believed`() {
        lag.note([place: 100])
        for milliseconds: Int64 in [0, 1_000_000_000_000] {
            let record = Timestamp(millisecondsSinceEpoch: milliseconds)
            lag.reached(20, in: place, lastRecord: record, of: "g")
        }
        time.advance(seconds: 2)
        #expect(only?.seconds == 2)
    }

    @Test func `partitions that a group has given to others are gone`() {
        let other = TopicPartition(topic: "order-events", partition: 1)
        lag.note([place: 5, other: 5])
        lag.assigned([place: 1, other: 2], to: "g")
        lag.assigned([place: 1, other: 2], to: "h")
        lag.assigned([other: 3], to: "g")
        #expect(
            lag.lags.map { "\($0.group) \($0.partition.partition) \($0.position)" } == [
                "g 1 3", "h 0 1", "h 1 2",
            ]
        )
        lag.assigned([:], to: "g")
        #expect(lag.lags.map(\.group) == ["h", "h"])
    }

    @Test func `a topic that was made anew begins anew`() {
        lag.note([place: 50])
        lag.reached(50, in: place, of: "g")
        lag.note([place: 2])
        lag.reached(0, in: place, of: "g")
        #expect(only?.records == 2)
        #expect(lag.ends == [place: 2])
    }

    @Test func `the ends that are kept are limited, and the oldest is among them`() {
        lag.reached(0, in: place, of: "g")
        for end in 1...Int64(LagMetrics.Limits.ends) * 4 {
            lag.note([place: end])
            time.advance(seconds: 1)
        }
        #expect(only?.seconds == Double(LagMetrics.Limits.ends * 4))
        #expect(lag.mostEnds <= LagMetrics.Limits.ends)
    }
}
