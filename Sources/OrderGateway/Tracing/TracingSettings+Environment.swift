internal import HTTPClient
internal import Telemetry

extension TracingSettings {
    private enum Limits {
        /// The longest queue, in spans: about 100 MB.
        static let queue = 100_000
        /// The longest time that can be set, in milliseconds: an hour.
        static let time = 3_600_000
    }

    /// Reads the variables that operators know from other services (OpenTelemetry, "Environment
    /// Variable Specification" and "OTLP Exporter Configuration").
    ///
    /// As the specification asks, a value that cannot be used is reported and left out, and the
    /// program goes on: orders do not depend on traces.
    ///
    /// - Parameter environment: The variables. Empty ones count as absent.
    package init(environment: [String: String]) {
        self.init()
        var variables = OpenTelemetryVariables(environment)
        guard !variables.flag("OTEL_SDK_DISABLED") else { return }
        readSampler(&variables)
        readQueue(&variables)
        readResource(&variables)
        readExport(&variables)
        // Without an export the other variables have no effect, and may be for other programs.
        if export != nil || variables.isExportRefused { warnings = variables.warnings }
    }

    private mutating func readSampler(_ variables: inout OpenTelemetryVariables) {
        let name = "OTEL_TRACES_SAMPLER"
        guard let text = variables[name] else { return }
        let isParentBased = text.hasPrefix("parentbased_")
        let root: Sampler
        switch isParentBased ? String(text.dropFirst("parentbased_".count)) : text {
        case "always_on": root = .alwaysOn
        case "always_off": root = .alwaysOff
        case "traceidratio": root = .ratio(ratio(&variables))
        default:
            variables.warn(
                name,
                "'\(text.shown)' is no sampler of this program; parentbased_always_on is used"
            )
            return
        }
        sampler = isParentBased ? .parentBased(root) : root
    }

    private func ratio(_ variables: inout OpenTelemetryVariables) -> Double {
        let name = "OTEL_TRACES_SAMPLER_ARG"
        guard let text = variables[name] else { return 1 }
        guard let ratio = Double(text), (0...1).contains(ratio) else {
            variables.warn(name, "'\(text.shown)' is no number from 0 to 1; 1 is used")
            return 1
        }
        return ratio
    }

    private mutating func readQueue(_ variables: inout OpenTelemetryVariables) {
        if let number = variables.number("OTEL_BSP_MAX_QUEUE_SIZE", 1...Limits.queue) {
            queueSpans = number
        }
        let batch = "OTEL_BSP_MAX_EXPORT_BATCH_SIZE"
        batchSpans = variables.number(batch, 1...queueSpans) ?? min(batchSpans, queueSpans)
        if let number = variables.number("OTEL_BSP_SCHEDULE_DELAY", 0...Limits.time) {
            delay = .milliseconds(number)
        }
    }

    private mutating func readResource(_ variables: inout OpenTelemetryVariables) {
        for (name, value) in variables.list("OTEL_RESOURCE_ATTRIBUTES") ?? [] {
            if name == "service.name" {
                serviceName = value
            } else {
                attributes.append(SpanAttribute(name, value))
            }
        }
        serviceName = variables["OTEL_SERVICE_NAME"] ?? serviceName
    }

    private mutating func readExport(_ variables: inout OpenTelemetryVariables) {
        let exporter = variables["OTEL_TRACES_EXPORTER"]
        guard exporter == nil || exporter == "otlp" else {
            if exporter != "none" {
                variables.refuseExport(
                    "OTEL_TRACES_EXPORTER",
                    "only otlp and none are possible; no traces are exported"
                )
            }
            return
        }
        guard let url = url(&variables, isAsked: exporter != nil) else { return }
        var export = Export(url: url)
        export.fields =
            (variables.exporterList("HEADERS") ?? []).filter { field in
                let isSendable = OutgoingRequest.isSendable(name: field.name, value: field.value)
                if !isSendable {
                    variables.warnExporter("HEADERS", "a field has no valid name or value")
                }
                return isSendable
            }
        if let number = variables.exporterNumber("TIMEOUT", 1...Limits.time) {
            export.timeout = .milliseconds(number)
        }
        export.client.trustedCertificates = variables.exporter("CERTIFICATE")
        if let certificate = variables.exporter("CLIENT_CERTIFICATE") {
            export.client.clientCertificate = (certificate, variables.exporter("CLIENT_KEY"))
        }
        if let text = variables.exporter("PROTOCOL"), text != "http/json" {
            variables.warnExporter(
                "PROTOCOL",
                "'\(text.shown)' is not spoken; \(url) gets http/json, for which a collector has"
                    + " the port 4318"
            )
        }
        if let text = variables.exporter("COMPRESSION"), text != "none" {
            variables.warnExporter("COMPRESSION", "nothing is compressed")
        }
        self.export = export
    }

    /// Returns the URL that gets the spans; `nil` if there is none, or it cannot be used.
    ///
    /// - Parameter isAsked: Whether the export was asked for; then the default of the specification
    ///   is used.
    private func url(_ variables: inout OpenTelemetryVariables, isAsked: Bool) -> HTTPURL? {
        let (own, general) = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
        let text = variables[own]
        let name = text == nil ? general : own
        do throws(HTTPClientError) {
            // The variable for traces alone has the whole URL.
            if let text { return try HTTPURL(text) }
            guard let base = variables[general] ?? (isAsked ? "http://localhost:4318" : nil) else {
                return nil
            }
            return try HTTPURL(base).appending(path: "/v1/traces")
        } catch {
            variables.refuseExport(name, "\(error.reason); no traces are exported")
            return nil
        }
    }
}
