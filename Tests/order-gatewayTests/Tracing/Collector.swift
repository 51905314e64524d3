import Foundation
import TestSupport

/// A collector of OTLP/HTTP with JSON, which takes all spans.
final class Collector: Sendable {
    struct Span {
        let name: String
        /// The number in the protocol: 1 internal, 2 server, 4 producer, 5 consumer.
        let kind: Int
        let traceID: String
        let spanID: String
        let parentID: String?
        let service: String
        /// Numbers as their digits.
        let attributes: [String: String]
        let isError: Bool

        var group: String? { attributes["messaging.consumer.group.name"] }
    }

    let server: TestHTTPServer

    /// - Parameter port: The port to listen on, or 0 for a free one.
    init(port: Int = 0) throws {
        server = try TestHTTPServer(port: port) { _ in .reply(200, body: "{}") }
    }

    /// The variables of a process that sends its spans here, without a wait for others.
    var environment: [String: String?] {
        ["OTEL_EXPORTER_OTLP_ENDPOINT": server.url, "OTEL_BSP_SCHEDULE_DELAY": "20"]
    }

    var spans: [Span] {
        get throws { try server.requests.flatMap { try Self.spans(JSONValue(parsing: $0.body)) } }
    }

    /// The spans of a trace, in the order in which they ended.
    func spans(of traceID: String) throws -> [Span] {
        try spans.filter { $0.traceID == traceID }
    }

    private static func spans(_ request: JSONValue) throws -> [Span] {
        request["resourceSpans"].elements.flatMap { resource in
            let service = texts(resource["resource"]["attributes"])["service.name"] ?? ""
            return resource["scopeSpans"].elements.flatMap { $0["spans"].elements }.map { span in
                Span(
                    name: span["name"].string ?? "",
                    kind: span["kind"].integer ?? 0,
                    traceID: span["traceId"].string ?? "",
                    spanID: span["spanId"].string ?? "",
                    parentID: span["parentSpanId"].string,
                    service: service,
                    attributes: texts(span["attributes"]),
                    isError: span["status"]["code"] == 2
                )
            }
        }
    }

    private static func texts(_ attributes: JSONValue) -> [String: String] {
        var texts: [String: String] = [:]
        for attribute in attributes.elements {
            let value = attribute["value"]
            texts[attribute["key"].string ?? ""] =
                value["stringValue"].string ?? value["intValue"].string
        }
        return texts
    }
}
