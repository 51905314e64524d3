internal import HTTPClient
internal import Telemetry

/// The connection to the collector, and how it has gone so far.
///
/// It belongs to the thread of the exporter.
struct SpanExporting {
    enum Outcome {
        case taken(OTLPAnswer)
        case failed(Failure)
    }

    struct Failure {
        let reason: String
        let isRetriable: Bool
        var retryAfter: Duration?
    }

    private enum Limits {
        /// The content of an answer that is read; a collector says little.
        static let answerBytes = 64 * 1_024
        /// The part of it that the log shows, in characters.
        static let shownCharacters = 200
    }

    private let export: TracingSettings.Export
    private let client: CurlClient
    /// Whether the last attempt failed.
    var isFailing = false
    /// The number of dropped spans at the last report.
    var reportedDrops = 0

    init(
        _ export: TracingSettings.Export,
        _ cancellation: RequestCancellation
    ) throws(HTTPClientError) {
        self.export = export
        var options = export.client
        options.responseLimitBytes = Limits.answerBytes
        options.userAgent = "order-gateway/\(ProgramVersion.number)"
        client = try CurlClient(options, cancellation: cancellation)
    }

    /// Sends a request, once.
    func send(_ content: [UInt8]) -> Outcome {
        let type = (name: "Content-Type", value: "application/json")
        let request = OutgoingRequest(
            .post,
            export.url,
            fields: export.fields + [type],
            body: content,
            timeout: export.timeout
        )
        do throws(HTTPClientError) {
            let response = try client.send(request)
            guard (200...299).contains(response.status) else {
                return .failed(failure(response))
            }
            return .taken(OTLPAnswer(response.body))
        } catch {
            return .failed(Failure(reason: "\(error)", isRetriable: error.kind.isRetriable))
        }
    }

    /// Returns the beginning of what a collector says, in one line, without the values of our header
    /// fields: a refusal may repeat a key.
    func shown(_ text: String) -> String {
        var text = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        for field in export.fields where !field.value.isEmpty {
            text = text.replacing(field.value, with: "…")
        }
        return String(text.prefix(Limits.shownCharacters))
    }

    private func failure(_ response: ReceivedResponse) -> Failure {
        let excerpt = shown(response.text)
        return Failure(
            reason: "\(export.url): status \(response.status)"
                + (excerpt.isEmpty ? "" : ": \(excerpt)"),
            // OTLP, "Retryable Response Codes".
            isRetriable: [429, 502, 503, 504].contains(response.status),
            retryAfter: response.retryAfter
        )
    }
}

extension HTTPClientError.Kind {
    /// Whether the same request may succeed later.
    fileprivate var isRetriable: Bool {
        switch self {
        case .unreachable, .timedOut, .broken: true
        case .invalidRequest, .notSecure, .responseTooLarge, .cancelled: false
        }
    }
}
