import Testing
import Text

@testable import Telemetry

struct ExemplarPaceTests {
    private func time(_ milliseconds: Int64) -> Timestamp {
        Timestamp(millisecondsSinceEpoch: 1_800_000_000_000 + milliseconds)
    }

    @Test func `a bucket has one exemplar a second, whatever the others have`() {
        var pace = ExemplarPace()
        // A clock that was set back is another second.
        let requests: [(bucket: Int, time: Int64)] = [
            (3, 0), (3, 999), (4, 999), (3, 1_000), (3, -5_000),
        ]
        let admitted = requests.map { pace.admits($0.bucket, at: time($0.time)) }
        #expect(admitted == [true, false, true, true, true])
    }

    @Test func `any number of buckets has a limited number of exemplars a second`() {
        var pace = ExemplarPace()
        let admitted = (0..<100_000).count { pace.admits($0, at: time(0)) }
        #expect(admitted == ExemplarPace.Limits.slots)
    }
}
