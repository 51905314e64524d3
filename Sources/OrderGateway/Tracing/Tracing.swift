internal import HTTPClient
package import Telemetry
internal import OrderStreams

/// The recording and the export of traces, while the process runs.
package struct Tracing: Service {
    package enum Limits {
        /// The time for the last spans when the process stops.
        ///
        /// It is short, because a collector that does not answer must not delay a stop.
        package static let flush = Duration.seconds(3)
    }

    package let name = "traces"

    private let settings: TracingSettings
    private let queue: SpanQueue
    private let exporter: SpanExporter
    private let url: HTTPURL
    private let logger: Logger

    /// Logs what the settings have of no use.
    ///
    /// - Parameters:
    ///   - service: The name of the service, unless the settings have one.
    ///   - instance: The id of this instance of the service.
    /// - Returns: `nil` if no traces are exported.
    package init?(
        _ settings: TracingSettings,
        service: String,
        instance: String,
        logger: Logger
    ) {
        for warning in settings.warnings {
            logger.warning("a setting of traces", metadata: ["reason": warning])
        }
        guard let export = settings.export else { return nil }
        self.settings = settings
        self.logger = logger
        url = export.url
        self.service = settings.serviceName ?? service
        queue = SpanQueue(capacity: settings.queueSpans, batch: settings.batchSpans)
        exporter = SpanExporter(
            queue,
            settings,
            export,
            resource: .process(instance: instance, settings.attributes),
            logger: logger
        )
    }

    private let service: String

    /// The number of spans that the collector has taken.
    package var exportedSpans: Int { queue.exportedCount }
    /// The number of spans that were lost.
    package var droppedSpans: Int { queue.droppedCount }

    /// Returns what records the spans of a service of this process.
    ///
    /// - Parameter service: Another service than that of the process.
    package func tracer(of service: String? = nil) -> Tracer {
        Tracer(service: service ?? self.service, sampler: settings.sampler, queue: queue)
    }

    package func run() async throws {
        logger.info("traces are exported", metadata: ["url": "\(url)"])
        exporter.start()
        await untilCancelled()
        await shieldedFromCancellation { [exporter] in
            await withTaskExecutorPreference(BlockingExecutor(name: "traces")) {
                exporter.end(within: Limits.flush)
            }
        }
        logger.info(
            "traces ended",
            metadata: ["exported": "\(exportedSpans)", "dropped": "\(droppedSpans)"]
        )
    }
}

extension TraceResource {
    /// The name of what makes the spans.
    static let scope = "order-gateway"

    /// The attributes of this process.
    ///
    /// - Parameter attributes: What the operator says of it, which counts more.
    static func process(instance: String, _ attributes: [SpanAttribute]) -> TraceResource {
        TraceResource(
            [
                SpanAttribute("service.version", ProgramVersion.number),
                SpanAttribute("service.instance.id", instance),
                SpanAttribute("telemetry.sdk.name", scope),
                SpanAttribute("telemetry.sdk.language", "swift"),
                SpanAttribute("telemetry.sdk.version", ProgramVersion.number),
            ] + attributes
        )
    }
}
