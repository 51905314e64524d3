import HTTPClient
import Telemetry
import Testing

@testable import OrderGateway

/// The variables that operators know from other services.
struct TracingSettingsTests {
    private let endpoint = ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"]

    private func settings(_ variables: [String: String]) -> TracingSettings {
        TracingSettings(environment: variables)
    }

    /// The same with an endpoint.
    private func exporting(_ variables: [String: String]) -> TracingSettings {
        settings(variables.merging(endpoint) { own, _ in own })
    }

    // MARK: Whether and where

    @Test(arguments: [
        [:], ["OTEL_SERVICE_NAME": "x"], ["OTEL_EXPORTER_OTLP_ENDPOINT": ""],
        ["OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"],
        ["OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"],
        ["OTEL_SDK_DISABLED": "TRUE", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"],
    ])
    func `nothing is exported unless it is asked for`(_ variables: [String: String]) {
        let settings = settings(variables)
        #expect(settings.export == nil)
        #expect(settings.warnings.isEmpty)
    }

    @Test(arguments: [
        (["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"], "http://c:4318/v1/traces"),
        (["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318/otlp/"], "http://c:4318/otlp/v1/traces"),
        (["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c:4318/own"], "http://c:4318/own"),
        (
            [
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318",
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://t:1/",
            ], "http://t:1/"
        ),
        (["OTEL_TRACES_EXPORTER": "otlp"], "http://localhost:4318/v1/traces"),
        (
            ["OTEL_SDK_DISABLED": "no", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"],
            "http://c/v1/traces"
        ),
    ])
    func `the endpoint is that of all signals with a path, or that of traces as it is`(
        _ variables: [String: String],
        _ url: String
    ) throws {
        let settings = settings(variables)
        #expect("\(try #require(settings.export).url)" == url)
        #expect(settings.warnings.isEmpty)
    }

    @Test(arguments: [
        "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    ])
    func `an endpoint that is no URL is named, and not repeated`(_ name: String) throws {
        let settings = settings([name: "user:secret@collector:4317"])
        #expect(settings.export == nil)
        let warning = try #require(settings.warnings.first)
        #expect(warning.hasPrefix("\(name): "))
        #expect(warning.contains("no traces are exported"))
        #expect(!warning.contains("secret"))
    }

    @Test func `another exporter is refused`() {
        let settings = exporting(["OTEL_TRACES_EXPORTER": "zipkin"])
        #expect(settings.export == nil)
        #expect(settings.warnings.count == 1)
        #expect(settings.warnings.first?.hasPrefix("OTEL_TRACES_EXPORTER: ") == true)
    }

    // MARK: How

    @Test func `headers are read with their percent-encoding, and are not shown`() throws {
        let settings = exporting([
            "OTEL_EXPORTER_OTLP_HEADERS": "api-key = secret%20key%3D , x=y=z"
        ])
        let fields = try #require(settings.export).fields
        #expect(fields.map(\.name) == ["api-key", "x"])
        #expect(fields.map(\.value) == ["secret key=", "y=z"])
        let own = exporting([
            "OTEL_EXPORTER_OTLP_HEADERS": "a=b", "OTEL_EXPORTER_OTLP_TRACES_HEADERS": "c=d",
        ])
        #expect(try #require(own.export).fields.map(\.name) == ["c"])
    }

    @Test(arguments: ["secret", "a=%zzsecret", "=secret", "a=%ffsecret", "a=%+1secret"])
    func `headers in another form are left out, and not repeated`(_ text: String) throws {
        let settings = exporting(["OTEL_EXPORTER_OTLP_HEADERS": text])
        #expect(try #require(settings.export).fields.isEmpty)
        #expect(settings.warnings.count == 1)
        #expect(settings.warnings.first?.hasPrefix("OTEL_EXPORTER_OTLP_HEADERS: ") == true)
        #expect(settings.warnings.first?.contains("secret") == false)
    }

    @Test func `a header that cannot be sent is left out`() throws {
        let settings = exporting(["OTEL_EXPORTER_OTLP_HEADERS": "a=b%0D%0Ac,d=e"])
        #expect(try #require(settings.export).fields.map(\.name) == ["d"])
        #expect(settings.warnings.count == 1)
    }

    @Test func `times, files and sizes are taken`() throws {
        let settings = exporting([
            "OTEL_EXPORTER_OTLP_TIMEOUT": "1500", "OTEL_BSP_SCHEDULE_DELAY": "250",
            "OTEL_BSP_MAX_QUEUE_SIZE": "100", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "10",
            "OTEL_EXPORTER_OTLP_CERTIFICATE": "/ca.pem",
            "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE": "/own.pem",
            "OTEL_EXPORTER_OTLP_CLIENT_KEY": "/own.key",
        ])
        let export = try #require(settings.export)
        #expect(export.timeout == .milliseconds(1_500))
        #expect(export.client.trustedCertificates == "/ca.pem")
        #expect(export.client.clientCertificate?.certificate == "/own.pem")
        #expect(export.client.clientCertificate?.key == "/own.key")
        #expect(settings.delay == .milliseconds(250))
        #expect(settings.queueSpans == 100)
        #expect(settings.batchSpans == 10)
        #expect(settings.warnings.isEmpty)
    }

    @Test(arguments: [
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "10s"), ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "0"),
        ("OTEL_BSP_SCHEDULE_DELAY", "-1"), ("OTEL_BSP_MAX_QUEUE_SIZE", "many"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "2049"), ("OTEL_TRACES_SAMPLER", "jaeger_remote"),
        ("OTEL_RESOURCE_ATTRIBUTES", "a"), ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"),
    ])
    func `a value that cannot be used is named, and the rest goes on`(
        _ name: String,
        _ value: String
    ) {
        let settings = exporting([name: value])
        #expect(settings.export != nil)
        #expect(settings.warnings.count == 1, "\(settings.warnings)")
        #expect(settings.warnings.first?.hasPrefix("\(name): ") == true)
        #expect(settings.queueSpans == SpanQueue.Limits.spans)
        #expect(settings.sampler == .parentBased(.alwaysOn))
    }

    @Test func `a small queue makes the batches small`() {
        let settings = exporting(["OTEL_BSP_MAX_QUEUE_SIZE": "5"])
        #expect(settings.batchSpans == 5)
        #expect(settings.warnings.isEmpty)
    }

    // MARK: What

    @Test(arguments: [
        ("always_on", Sampler.alwaysOn), ("always_off", .alwaysOff),
        ("traceidratio", .ratio(0.25)), ("parentbased_always_on", .parentBased(.alwaysOn)),
        ("parentbased_always_off", .parentBased(.alwaysOff)),
        ("parentbased_traceidratio", .parentBased(.ratio(0.25))),
    ])
    func `each sampler of the specification is known`(_ name: String, _ sampler: Sampler) {
        let settings = exporting([
            "OTEL_TRACES_SAMPLER": name, "OTEL_TRACES_SAMPLER_ARG": "0.25",
        ])
        #expect(settings.sampler == sampler)
        #expect(settings.warnings.isEmpty)
    }

    @Test(arguments: ["1.5", "-0.1", "x", "nan"])
    func `a ratio that is none is named, and 1 is used`(_ text: String) {
        let settings = exporting([
            "OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": text,
        ])
        #expect(settings.sampler == .alwaysOn)
        #expect(settings.warnings.first?.hasPrefix("OTEL_TRACES_SAMPLER_ARG: ") == true)
    }

    @Test func `the service has the name of its variable, then that of the resource`() {
        let resource = "service.name=a,deployment.environment.name=test%20one"
        let settings = exporting(["OTEL_RESOURCE_ATTRIBUTES": resource])
        #expect(settings.serviceName == "a")
        #expect(
            settings.attributes == [SpanAttribute("deployment.environment.name", "test one")]
        )
        let named = exporting([
            "OTEL_RESOURCE_ATTRIBUTES": resource, "OTEL_SERVICE_NAME": "b",
        ])
        #expect(named.serviceName == "b")
    }
}
