import Testing
import Text

@testable import Telemetry

struct MetricsTextTests {
    private let registry = MetricsRegistry()

    private func text(_ format: MetricsFormat) -> String {
        String(decoding: registry.text(format), as: UTF8.self)
    }

    @Test func `a counter has its total in both texts`() {
        registry.register(
            MetricFamily("lost_bytes_total", .counter, "What is lost.", labels: ["why"]) {
                $0.add(3, ["a"])
                $0.add(0.5, ["b"])
            }
        )
        #expect(
            text(.prometheus) == """
                # HELP lost_bytes_total What is lost.
                # TYPE lost_bytes_total counter
                lost_bytes_total{why="a"} 3
                lost_bytes_total{why="b"} 0.5

                """
        )
        #expect(
            text(.openMetrics) == """
                # HELP lost_bytes What is lost.
                # TYPE lost_bytes counter
                # UNIT lost_bytes bytes
                lost_bytes_total{why="a"} 3
                lost_bytes_total{why="b"} 0.5
                # EOF

                """
        )
    }

    @Test func `an info is a gauge where there is no info`() {
        registry.register(
            MetricFamily("build_info", .info, "Versions.", labels: ["version"]) {
                $0.add(1, ["1.0"])
            }
        )
        #expect(
            text(.prometheus).contains("# TYPE build_info gauge\nbuild_info{version=\"1.0\"} 1")
        )
        #expect(text(.openMetrics).contains("# TYPE build info\nbuild_info{version=\"1.0\"} 1"))
    }

    @Test func `the buckets of a histogram are summed up, and have their exemplars`() throws {
        let traceID = try #require(TraceID(high: 1, low: 0xAB))
        let exemplar = Exemplar(
            traceID: traceID,
            nanoseconds: 1_500_000_000,
            time: Timestamp(millisecondsSinceEpoch: 1_800_000_000_250)
        )
        registry.register(
            MetricFamily("wait_seconds", .histogram, "Waits.", labels: ["of"]) {
                let buckets = Buckets([0.5, 2])
                let histogram = HistogramSnapshot(buckets, [2, 1, 1, 9_250_000_000])
                $0.add(histogram, ["x"], exemplars: [nil, exemplar, nil])
            }
        )
        #expect(
            text(.prometheus) == """
                # HELP wait_seconds Waits.
                # TYPE wait_seconds histogram
                wait_seconds_bucket{of="x",le="0.5"} 2
                wait_seconds_bucket{of="x",le="2.0"} 3
                wait_seconds_bucket{of="x",le="+Inf"} 4
                wait_seconds_sum{of="x"} 9.25
                wait_seconds_count{of="x"} 4

                """
        )
        let line =
            #"wait_seconds_bucket{of="x",le="2.0"} 3 # "#
            + #"{trace_id="000000000000000100000000000000ab"} 1.5 1800000000.25"#
        #expect(text(.openMetrics).contains("\(line)\n"))
        #expect(text(.openMetrics).contains("# UNIT wait_seconds seconds\n"))
    }

    @Test func `what is special in the text is escaped`() {
        registry.register(
            MetricFamily("odd", .gauge, "A \"quote\", a \\ and a\nline.", labels: ["is"]) {
                $0.add(1, ["\"\\\n"])
            }
        )
        #expect(text(.prometheus).contains(##"odd{is="\"\\\n"} 1"##))
        #expect(text(.prometheus).contains(##"# HELP odd A "quote", a \\ and a\nline."##))
        #expect(text(.openMetrics).contains(##"# HELP odd A \"quote\", a \\ and a\nline."##))
    }

    @Test(arguments: [
        (0.0, "0"), (1.0, "1"), (0.25, "0.25"), (-3, "-3"), (1e-7, "1e-07"), (.nan, "NaN"),
        (.infinity, "+Inf"), (-.infinity, "-Inf"),
    ])
    func `a number is written as both formats want it`(_ number: Double, _ written: String) {
        registry.register(MetricFamily("number", .gauge, "A number.") { number })
        #expect(text(.prometheus).hasSuffix("\nnumber \(written)\n"))
    }

    @Test func `metrics come by name, each with its present value`() {
        let counts = SharedCounts(count: 1)
        registry.register(MetricFamily("later", .gauge, "B.") { Double(counts[0]) })
        registry.register(MetricFamily("earlier", .gauge, "A.") { 1 })
        counts.add(7)
        #expect(registry.families.map(\.name) == ["earlier", "later"])
        #expect(text(.prometheus).hasSuffix("\nlater 7\n"))
    }
}
