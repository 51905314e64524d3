/// The spans of one trace, as a tree of names.
struct TraceTree {
    let spans: [Collector.Span]

    /// Returns the children of a span as lines such as `process order-events consumer (service)`, with
    /// their own children indented below them; children are in the order of these lines.
    func lines(below parentID: String?) -> [String] {
        let children = spans.filter { $0.parentID == parentID }.map { span in
            (line(span), lines(below: span.spanID).map { "  " + $0 })
        }
        return children.sorted { ($0.0, $0.1.joined()) < ($1.0, $1.1.joined()) }
            .flatMap { [$0.0] + $0.1 }
    }

    private func line(_ span: Collector.Span) -> String {
        let kind = [1: "internal", 2: "server", 4: "producer", 5: "consumer"][span.kind] ?? "?"
        return "\(span.name) \(kind) (\(span.service))" + (span.isError ? " error" : "")
    }
}
