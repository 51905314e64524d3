import Testing

@testable import Kafka
@testable import OrderStreams

/// What the saga gets of the records that the projection has read.
struct SagaFeedTests {
    private let driver = FeedDriver()
    private var feed: SagaFeed { driver.feed }

    // MARK: Meeting

    @Test func `a saga at the projection's position follows at once`() throws {
        driver.begin(5)
        #expect(driver.follow(from: 5))
        #expect(!feed.hasNews)
        let portion = try #require(feed.take())
        #expect(portion.work.isEmpty)
        #expect(portion.position() == 5)
        driver.read(to: 9, work: [6, 8])
        #expect(feed.hasNews)
        let next = try #require(feed.take())
        #expect(next.offsets == [6, 8])
        #expect(next.position() == 9)
        #expect(feed.take()?.work.isEmpty == true)
    }

    @Test func `nobody follows a projection that does not read the partition`() {
        #expect(!driver.follow(from: 0))
        driver.begin(0)
        #expect(!driver.follow(from: 0, 0))
        #expect(feed.take() == nil)
    }

    @Test(arguments: [10, 11, 12, 13, 15] as [Int64])
    func `a saga behind follows from the announced place on, and gets the rest once`(
        arrival: Int64
    ) throws {
        driver.begin(0)
        driver.read(to: 10, work: [3])
        #expect(!driver.follow(from: 2))
        driver.read(to: 13, work: [10, 11, 12])
        #expect(!driver.follow(from: 9))
        #expect(feed.take() == nil)
        driver.read(to: 15, work: [14])
        #expect(driver.follow(from: arrival))
        let portion = try #require(feed.take())
        #expect(portion.offsets == [10, 11, 12, 14].filter { $0 >= arrival })
        #expect(portion.position() == 15)
        driver.read(to: 17, work: [15, 16])
        #expect(feed.take()?.offsets == [15, 16])
    }

    @Test func `a saga that is ahead gets nothing that it has seen, and keeps its position`() throws
    {
        driver.begin(0)
        #expect(driver.follow(from: 7))
        driver.read(to: 6, work: [2, 5])
        let portion = try #require(feed.take())
        #expect(portion.work.isEmpty)
        #expect(portion.position() == 7)
        driver.read(to: 9, work: [6, 7, 8])
        let next = try #require(feed.take())
        #expect(next.offsets == [7, 8])
        #expect(next.position() == 9)
    }

    @Test func `a saga that is too far ahead does not wait for the projection`() {
        let lead = SagaFeed.Limits.lead
        driver.begin(3)
        #expect(!driver.follow(from: 4 + lead))
        #expect(driver.follow(from: 3 + lead))
    }

    @Test func `one partition that has not arrived keeps all back`() throws {
        driver.begin(0, 4)
        #expect(!driver.follow(from: 0, 3))
        driver.read(0, to: 2, work: [1])
        #expect(!driver.follow(from: 1, 3))
        #expect(feed.take() == nil)
        #expect(driver.follow(from: 1, 4))
        let portion = try #require(feed.take())
        #expect(portion.offsets == [1])
        #expect(portion.position(0) == 2)
        #expect(portion.position(1) == 4)
    }

    @Test func `a range that cannot be read is work until its last offset has been passed`() {
        for (next, count) in [(0, 1), (3, 1), (4, 0)] as [(Int64, Int)] {
            let driver = FeedDriver()
            driver.begin(0)
            #expect(!driver.follow(from: -1))
            var fetch = Fetch()
            fetch.advance(FeedDriver.place(0), to: 5, isEnd: false)
            driver.feed.advance(fetch, [], passedOver: [FeedDriver.gap(1..<4)])
            #expect(driver.follow(from: next))
            #expect(driver.feed.take()?.work.count == count)
        }
    }

    // MARK: Parting

    @Test func `a projection that begins anew ends it, and so does its end`() {
        for end in [{ driver.begin(2) }, { feed.end() }] {
            driver.begin(0)
            #expect(driver.follow(from: 0))
            driver.read(to: 4, work: [1, 3])
            end()
            #expect(feed.hasNews)
            #expect(feed.take() == nil)
        }
    }

    @Test func `after a new beginning the saga follows again, from where it is`() {
        driver.begin(0)
        #expect(driver.follow(from: 0))
        driver.read(to: 4, work: [3])
        driver.begin(2)
        #expect(feed.take() == nil)
        #expect(!driver.follow(from: 0))
        driver.read(to: 4, work: [3])
        #expect(driver.follow(from: 2))
        #expect(feed.take()?.offsets == [3])
    }

    @Test func `more work than the limit ends it, and nothing of it is handed over`() throws {
        let limit = Int64(SagaFeed.Limits.work)
        driver.begin(0)
        #expect(driver.follow(from: 0))
        driver.read(to: limit, work: 0..<limit)
        driver.read(to: limit + 1, work: [limit])
        #expect(feed.take() == nil)
        // All that is there now is the saga's to fetch.
        #expect(!driver.follow(from: 0))
        #expect(driver.follow(from: limit + 1))
        #expect(feed.take()?.work.isEmpty == true)
    }

    @Test func `as much work as the limit allows is handed over`() {
        let limit = Int64(SagaFeed.Limits.work)
        driver.begin(0)
        #expect(driver.follow(from: 0))
        for _ in 0..<2 {
            let start = feed.take()?.position() ?? 0
            driver.read(to: start + limit, work: start..<start + limit)
            #expect(feed.take()?.work.count == Int(limit))
        }
    }

    @Test func `a saga with other partitions starts over`() {
        driver.begin(0, 0)
        #expect(driver.follow(from: 0))
        driver.read(0, to: 3, work: [2])
        feed.unfollow()
        #expect(feed.take() == nil)
        driver.read(1, to: 3, work: [0])
        #expect(!driver.follow(from: 0, 3))
        #expect(driver.follow(from: 3, 3))
        #expect(feed.take()?.work.isEmpty == true)
    }

    @Test func `work of partitions of other members is left out`() throws {
        driver.begin(0, 0)
        #expect(driver.follow(from: 0))
        driver.read(1, to: 3, work: [0, 1, 2])
        #expect(!feed.hasNews)
        let portion = try #require(feed.take())
        #expect(portion.positions == [FeedDriver.place(0): 0])
        #expect(portion.work.isEmpty)
    }

    // MARK: Ends

    @Test func `the saga learns when it is at the end of a partition`() throws {
        driver.begin(0, 0)
        #expect(driver.follow(from: 0, 0))
        driver.read(0, to: 4, work: [1], isEnd: true)
        #expect(feed.take()?.atEnd == [FeedDriver.place(0)])
        // As long as nothing more has been read.
        #expect(feed.take()?.atEnd == [FeedDriver.place(0)])
        driver.read(0, to: 5)
        driver.read(1, to: 1, isEnd: true)
        #expect(feed.take()?.atEnd == [FeedDriver.place(1)])
    }

    @Test func `an end behind which the saga is already is not its end`() {
        driver.begin(0)
        #expect(driver.follow(from: 6))
        driver.read(to: 4, isEnd: true)
        #expect(feed.take()?.atEnd.isEmpty == true)
    }

    @Test func `an end before later records of the same batch is not an end`() throws {
        driver.begin(0)
        #expect(driver.follow(from: 0))
        var fetch = Fetch()
        fetch.advance(FeedDriver.place(0), to: 3, isEnd: true)
        fetch.advance(FeedDriver.place(0), to: 5, isEnd: false)
        feed.advance(fetch, [], passedOver: [])
        let portion = try #require(feed.take())
        #expect(portion.position() == 5)
        #expect(portion.atEnd.isEmpty)
    }

    @Test func `known ends are the projection's, until its end`() {
        feed.begin([FeedDriver.place(0): 0]) { Int64($0.partition) + 10 }
        #expect(feed.knownEnd(of: FeedDriver.place(3)) == 13)
        feed.end()
        #expect(feed.knownEnd(of: FeedDriver.place(3)) == nil)
    }
}
