import TestSupport
import Testing

@testable import Kafka
@testable import OrderStreams

/// One partition with a projection and a saga, both of which read and restart at random.
struct SagaFeedRandomTests {
    /// The partition: some offsets are records that call for work, some are in ranges without any
    /// that can be read.
    private struct Log {
        /// The offsets between which a consumer may stop.
        private(set) var stops: [Int64] = [0]
        private(set) var gaps: [Range<Int64>] = []

        init(_ generator: inout SeededGenerator) {
            for _ in 0..<Int.random(in: 0...120, using: &generator) {
                let start = stops.last ?? 0
                let isGap = Bool.random(using: &generator)
                let count = isGap ? Int64.random(in: 1...3, using: &generator) : 1
                if isGap { gaps.append(start..<start + count) }
                stops.append(start + count)
            }
        }

        var end: Int64 { stops.last ?? 0 }

        func gaps(in offsets: Range<Int64>) -> [Range<Int64>] {
            gaps.filter { offsets.contains($0.lowerBound) }
        }

        /// A stop in a range of offsets, most often near its start.
        func stop(in offsets: ClosedRange<Int64>, _ generator: inout SeededGenerator) -> Int64 {
            let all = stops.filter { offsets.contains($0) }
            let near = all.prefix(Int.random(in: 1...12, using: &generator))
            return near.randomElement(using: &generator) ?? offsets.lowerBound
        }
    }

    private struct Model {
        let driver = FeedDriver()
        let log: Log
        /// The projection's position; `nil` while it does not run.
        var projected: Int64?
        var next: Int64 = 0
        var committed: Int64 = 0
        var isFollowing = false
        /// The work of the saga since its start, and in all.
        var session: [Int64] = []
        var start: Int64 = 0
        var seen: Set<Int64> = []
        /// How often the saga got work from the projection.
        var portions = 0

        // MARK: The projection

        mutating func begin(at offset: Int64) {
            projected = offset
            driver.begin(offset)
        }

        mutating func endProjection() {
            projected = nil
            driver.feed.end()
        }

        mutating func project(to stop: Int64) {
            guard let position = projected else { return }
            projected = stop
            var fetch = Fetch()
            fetch.advance(FeedDriver.place(0), to: stop, isEnd: stop == log.end)
            let gaps = log.gaps(in: position..<stop).map { FeedDriver.gap($0) }
            driver.feed.advance(fetch, [], passedOver: gaps)
        }

        // MARK: The saga

        mutating func poll(fetchingTo stop: Int64) {
            if !isFollowing {
                see(log.gaps(in: next..<stop).map(\.lowerBound), to: stop)
                isFollowing = driver.follow(from: next)
            }
            guard isFollowing else { return }
            guard let portion = driver.feed.take(), let position = portion.position() else {
                isFollowing = false
                return
            }
            if !portion.work.isEmpty { portions += 1 }
            if !portion.atEnd.isEmpty { #expect(position == log.end) }
            see(portion.offsets, to: position)
        }

        /// The work up to a position is exactly that of the records before it.
        private mutating func see(_ offsets: [Int64], to position: Int64) {
            #expect(position >= next)
            #expect(offsets == log.gaps(in: next..<max(next, position)).map(\.lowerBound))
            session += offsets
            seen.formUnion(offsets)
            next = position
        }

        mutating func restart() {
            #expect(session == log.gaps(in: start..<next).map(\.lowerBound))
            driver.feed.unfollow()
            (next, start, session, isFollowing) = (committed, committed, [], false)
        }
    }

    /// Does one thing at random.
    private func step(_ model: inout Model, _ generator: inout SeededGenerator) {
        let log = model.log
        let position = model.projected ?? 0
        switch Int.random(in: 0..<20, using: &generator) {
        case 0: model.begin(at: log.stop(in: 0...position, &generator))
        case 1: model.begin(at: position)
        case 2: model.endProjection()
        case 3: model.restart()
        case 4, 5: model.committed = model.next
        case 6..<13: model.project(to: log.stop(in: position...log.end, &generator))
        default: model.poll(fetchingTo: log.stop(in: model.next...log.end, &generator))
        }
    }

    @Test func `all work is seen, in order, and no position passes any`() throws {
        try withSeededGenerator { generator in
            var portions = 0
            for _ in 0..<300 {
                var model = Model(log: Log(&generator))
                model.begin(at: 0)
                for _ in 0..<Int.random(in: 0..<200, using: &generator) {
                    step(&model, &generator)
                }
                // Both read to the end.
                if model.projected == nil { model.begin(at: 0) }
                model.project(to: model.log.end)
                for _ in 0..<3 { model.poll(fetchingTo: model.log.end) }
                #expect(model.isFollowing)
                #expect(model.next == model.log.end)
                #expect(model.seen == Set(model.log.gaps.map(\.lowerBound)))
                model.restart()
                portions += model.portions
            }
            // Around 350: the projection's work is what most of this is about.
            #expect(portions > 100)
        }
    }
}
