internal import Synchronization

/// All metrics of the process, and their text.
package final class MetricsRegistry: Sendable {
    private let registered = Mutex<[MetricFamily]>([])

    package init() {}

    /// Adds metrics; each name may be added once.
    package func register(_ families: [MetricFamily]) {
        registered.withLock { registered in
            for family in families {
                let isNew = !registered.contains { $0.stem == family.stem }
                precondition(isNew, "the metric \(family.name) is there already")
                registered.append(family)
            }
        }
    }

    package func register(_ family: MetricFamily) { register([family]) }

    /// The metrics, by name.
    package var families: [MetricFamily] {
        registered.withLock { $0 }.sorted { $0.name < $1.name }
    }

    /// Returns the present values of all metrics as text.
    package func text(_ format: MetricsFormat) -> [UInt8] {
        var samples = MetricSamples(format)
        for family in families { samples.add(family) }
        return samples.finished()
    }
}
