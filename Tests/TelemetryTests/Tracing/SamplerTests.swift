import Telemetry
import TestSupport
import Testing
import Text

/// Which traces are recorded.
struct SamplerTests {
    private func traceID(_ low: UInt64) throws -> TraceID {
        try #require(TraceID(high: 7, low: low))
    }

    @Test(arguments: [0, 1, UInt64.max / 2, .max])
    func `all or none are recorded`(_ low: UInt64) throws {
        let id = try traceID(low)
        for flags in [nil, 0, 1] as [UInt8?] {
            #expect(Sampler.alwaysOn.samples(id, parentFlags: flags))
            #expect(!Sampler.alwaysOff.samples(id, parentFlags: flags))
        }
    }

    @Test(arguments: [0.001, 0.01, 0.5, 0.999])
    func `a ratio is the share of the traces`(_ ratio: Double) throws {
        try withSeededGenerator { generator in
            let count = 100_000
            let sampler = Sampler.ratio(ratio)
            let sampled = (0..<count).filter { _ in
                TraceID(high: generator.next(), low: generator.next())
                    .map { sampler.samples($0, parentFlags: nil) } ?? false
            }
            let expected = ratio * Double(count)
            // Six standard deviations.
            let tolerance = 6 * (expected * (1 - ratio)).squareRoot()
            #expect(abs(Double(sampled.count) - expected) < tolerance)
        }
    }

    @Test func `the trace's id decides, as in other SDKs`() throws {
        let half = Sampler.ratio(0.5)
        #expect(half.samples(try traceID(0x7FFF_FFFF_FFFF_FFFF), parentFlags: nil))
        #expect(!half.samples(try traceID(0x8000_0000_0000_0000), parentFlags: nil))
        #expect(half.samples(try traceID(0x7FFF_FFFF_FFFF_FFFF), parentFlags: 0))
    }

    @Test func `a parent's decision is followed where there is one`() throws {
        let id = try traceID(1)
        for root in [Sampler.alwaysOn, .alwaysOff, .ratio(0.5)] {
            let sampler = Sampler.parentBased(root)
            #expect(sampler.samples(id, parentFlags: 1))
            #expect(sampler.samples(id, parentFlags: 3))
            #expect(!sampler.samples(id, parentFlags: 0))
            #expect(!sampler.samples(id, parentFlags: 2))
            #expect(
                sampler.samples(id, parentFlags: nil) == root.samples(id, parentFlags: nil)
            )
        }
    }

    @Test func `a ratio outside 0 to 1 is one of them`() {
        #expect(Sampler.ratio(2) == .alwaysOn)
        #expect(Sampler.ratio(-1) == .alwaysOff)
        #expect(Sampler.ratio(.nan) == .alwaysOff)
    }
}
