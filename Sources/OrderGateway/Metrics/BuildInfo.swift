internal import Telemetry

/// The metric that names the versions of the program and of its libraries.
enum BuildInfo {
    static var family: MetricFamily {
        let versions = ProgramVersion.metadata.map { name, version in
            (label: name == "order_gateway" ? "version" : name, version: version)
        }
        .sorted { $0.label < $1.label }
        return MetricFamily(
            "order_gateway_build_info",
            .info,
            "The versions of the program and of the libraries that it has loaded.",
            labels: versions.map(\.label)
        ) { $0.add(1, versions.map(\.version)) }
    }
}
