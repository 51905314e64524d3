import Testing

@testable import Kafka
@testable import order_gateway

struct LagTextTests {
    private func partition(
        _ number: Int32,
        committed: Int64?,
        end: Int64?,
        note: String? = nil
    ) -> PartitionLag {
        PartitionLag(
            partition: TopicPartition(topic: "t", partition: number),
            committed: committed,
            end: end,
            note: note
        )
    }

    @Test func `a lag that is not known is not counted as none`() {
        let group = GroupLag(
            group: "g",
            state: nil,
            members: 2,
            partitions: [
                partition(0, committed: 7, end: 10),
                partition(1, committed: nil, end: 4, note: "nothing committed yet"),
                partition(2, committed: 9, end: 4, note: "committed behind the end"),
            ]
        )
        #expect(
            LagText.text(group) == """
                g: state not known, 2 members, lag 3, and of 1 partition not known
                  TOPIC  PARTITION  COMMITTED  END  LAG  NOTE
                  t              0          7   10    3
                  t              1          -    4    -  nothing committed yet
                  t              2          9    4    0  committed behind the end
                """
        )
    }

    @Test func `a group that has committed nothing has no table`() {
        let group = GroupLag(group: "g", state: nil, members: 1, partitions: [])
        #expect(
            LagText.text(group)
                == "g: state not known, 1 member, nothing committed in topics that may be seen"
        )
    }

    @Test func `what a terminal would obey is escaped`() {
        let group = GroupLag(group: "\u{1B}[2J", state: nil, members: nil, partitions: [])
        #expect(!LagText.text(group).contains("\u{1B}"))
    }

    @Test func `a drawing has the size of its terminal`() {
        let size = WatchScreen.Size(columns: 4, rows: 4)
        #expect(
            WatchScreen.drawing(["abcdef", "b"], size)
                == "\u{1B}[Habcd\u{1B}[K\nb\u{1B}[K\n\u{1B}[J"
        )
        let long = WatchScreen.drawing(
            ["1", "2", "3", "4"],
            WatchScreen.Size(columns: 20, rows: 4)
        )
        #expect(long == "\u{1B}[H1\u{1B}[K\n2\u{1B}[K\n… 2 more lines\u{1B}[K\n\u{1B}[J")
    }
}
