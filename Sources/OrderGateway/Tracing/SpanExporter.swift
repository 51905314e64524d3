internal import CLinux
internal import Glibc
internal import HTTPClient
internal import Telemetry
internal import Text
internal import Dispatch

/// Sends spans to a collector, on a thread of its own (OTLP/HTTP).
///
/// A collector that is down, slow or refuses costs nobody time: what does not fit into the queue is
/// dropped and counted.
final class SpanExporter: Sendable {
    struct Retries: Sendable {
        /// The most attempts to send a batch.
        var attempts = 5
        /// The first pause; it doubles with each attempt.
        var firstPause = Duration.seconds(1)
        /// The longest pause, also if the collector asks for a longer one.
        var longestPause = Duration.seconds(16)

        init() {}
    }

    let queue: SpanQueue
    private let settings: TracingSettings
    private let export: TracingSettings.Export
    private let resource: TraceResource
    private let retries: Retries
    private let random: RandomSource
    let logger: Logger
    private let cancellation = RequestCancellation()
    private let done = DispatchSemaphore(value: 0)

    init(
        _ queue: SpanQueue,
        _ settings: TracingSettings,
        _ export: TracingSettings.Export,
        resource: TraceResource,
        retries: Retries = Retries(),
        random: RandomSource = RandomSource(),
        logger: Logger
    ) {
        self.queue = queue
        self.settings = settings
        self.export = export
        self.resource = resource
        self.retries = retries
        self.random = random
        self.logger = logger
    }

    /// Starts the thread, which ends after ``end(within:)``.
    func start() {
        let context = Unmanaged.passRetained(self)
        let result = clinux_start_thread(
            "traces",
            { argument in
                guard let argument else { return nil }
                Unmanaged<SpanExporter>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            context.toOpaque()
        )
        guard result != 0 else { return }
        context.release()
        logger.error(
            "traces are not exported: no thread could be started",
            metadata: ["error": "\(result)"]
        )
        queue.end()
        done.signal()
    }

    /// Sends what waits; blocks.
    ///
    /// - Parameter limit: The longest time that it takes. What is left is dropped.
    func end(within limit: Duration) {
        queue.end()
        let nanoseconds = Int(limit / .nanoseconds(1))
        if done.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .timedOut {
            cancellation.cancel()
        }
    }

    private func run() {
        // Signals are for the threads that wait for them; and OpenSSL may write to a closed socket.
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        defer { done.signal() }
        var exporting: SpanExporting
        do throws(HTTPClientError) {
            exporting = try SpanExporting(export, cancellation)
        } catch {
            logger.error("traces are not exported", metadata: ["error": "\(error)"])
            return queue.end()
        }
        while let spans = queue.take(after: settings.delay) {
            send(spans, &exporting)
            noteDropped(&exporting)
        }
    }

    private func send(_ spans: [Span], _ exporting: inout SpanExporting) {
        let content = OTLPTraces.encode(
            spans,
            of: resource,
            scope: TraceResource.scope,
            version: ProgramVersion.number
        )
        var attempt = 1
        while true {
            let outcome = exporting.send(content)
            switch outcome {
            case .taken(let answer):
                let rejected = min(answer.rejectedSpans, spans.count)
                queue.noteExported(spans.count - rejected)
                return noteTaken(answer, rejected: rejected, &exporting)
            case .failed(let failure):
                let mayRetry = failure.isRetriable && attempt < retries.attempts
                noteFailure(failure, &exporting)
                let pause = max(failure.retryAfter ?? .zero, self.pause(after: attempt))
                guard mayRetry, queue.pause(for: min(pause, retries.longestPause)) else {
                    return queue.noteDropped(spans.count)
                }
                attempt += 1
            }
        }
    }

    /// Returns the pause after a failed attempt, which varies, so that replicas do not try at once.
    private func pause(after attempt: Int) -> Duration {
        retries.firstPause * (1 << min(attempt - 1, 16)) * (0.8 + 0.4 * random.fraction())
    }
}
