import TestSupport

/// The text of `/metrics` in Prometheus's format, as far as tests look at it.
struct MetricsPage {
    struct Sample {
        let name: Substring
        let labels: [String: String]
        let value: Double
    }

    let text: String
    let samples: [Sample]
    /// The type of each metric by its name, also of those that have no values yet.
    let types: [String: String]

    /// The names of all metrics.
    var names: Set<String> { Set(types.keys) }

    init(_ text: String) throws {
        self.text = text
        var (samples, types): ([Sample], [String: String]) = ([], [:])
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# TYPE ") {
                let words = line.split(separator: " ").map(String.init)
                types[words[2]] = words[3]
            } else if !line.hasPrefix("#") {
                samples.append(try Self.sample(line))
            }
        }
        (self.samples, self.types) = (samples, types)
    }

    /// Reads a line whose labels have no escapes but those that do not matter here.
    private static func sample(_ line: Substring) throws -> Sample {
        guard let match = line.wholeMatch(of: /([a-z_]+)(?:\{(.*)\})? (\S+)/),
            let value = Double(match.3)
        else { throw SupportError("No sample: \(line)") }
        let labels = (match.2 ?? "").matches(of: /([a-z_]+)="((?:[^"\\]|\\.)*)"/)
        return Sample(
            name: match.1,
            labels: Dictionary(labels.map { (String($0.1), String($0.2)) }) { $1 },
            value: value
        )
    }

    /// The samples with these labels, whatever others they have.
    func samples(_ name: String, _ labels: [String: String] = [:]) -> [Sample] {
        samples.filter { sample in
            sample.name == name
                && labels.allSatisfy { sample.labels[$0.key, default: ""] == $0.value }
        }
    }

    /// Their values.
    func values(_ name: String, _ labels: [String: String] = [:]) -> [Double] {
        samples(name, labels).map(\.value)
    }

    /// The sum of these values; 0 if there are none.
    func sum(_ name: String, _ labels: [String: String] = [:]) -> Int {
        Int(values(name, labels).reduce(0, +))
    }

    /// What a label stands for in the samples of a metric.
    func labels(_ label: String, of name: String) -> Set<String> {
        Set(samples.filter { $0.name == name }.compactMap { $0.labels[label] })
    }
}

extension GatewayProcess {
    func metrics() async throws -> MetricsPage {
        let reply = try await get("/metrics")
        guard reply.status == 200 else { throw SupportError("\(reply.status) \(reply.text)") }
        return try MetricsPage(reply.text)
    }
}
