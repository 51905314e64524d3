internal import Text

/// Spans as a request of OTLP/HTTP in JSON (opentelemetry-proto, `ExportTraceServiceRequest`).
///
/// Ids are hexadecimal in lower case, numbers of 64 bits are strings, and enumerations are numbers, as
/// OTLP's JSON encoding asks for.
package enum OTLPTraces {
    private enum Limits {
        /// The memory for a span, so that an array of them rarely grows.
        static let spanBytes = 1_024
    }

    private enum Flags {
        /// The parent's context is known to be remote, or not to be.
        static let hasIsRemote: Int64 = 0x100
        static let isRemote: Int64 = 0x200
    }

    private enum StatusCode {
        static let error: Int64 = 2
    }

    private static let serviceName = "service.name"

    /// - Parameters:
    ///   - spans: The spans; those of one service stand together.
    ///   - resource: The process; ``Span/service`` names the service.
    ///   - version: The version of what makes the spans.
    package static func encode(
        _ spans: [Span],
        of resource: TraceResource,
        scope: String,
        version: String
    ) -> [UInt8] {
        var json = JSONWriter(reservingBytes: spans.count * Limits.spanBytes)
        json.beginObject()
        json.key("resourceSpans")
        json.beginArray()
        for service in Set(spans.map(\.service)).sorted() {
            var resource = resource
            resource.set(SpanAttribute(serviceName, service))
            json.beginObject()
            json.key("resource")
            json.beginObject()
            json.key("attributes")
            json.append(resource.attributes)
            json.endObject()
            json.key("scopeSpans")
            json.beginArray()
            json.beginObject()
            json.key("scope")
            json.beginObject()
            json.key("name")
            json.string(scope)
            json.key("version")
            json.string(version)
            json.endObject()
            json.key("spans")
            json.beginArray()
            for span in spans where span.service == service { append(span, to: &json) }
            json.endArray()
            json.endObject()
            json.endArray()
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return json.bytes
    }

    private static func append(_ span: Span, to json: inout JSONWriter) {
        json.beginObject()
        json.key("traceId")
        json.string(span.context.traceID)
        json.key("spanId")
        json.string(span.context.spanID)
        if let state = span.context.state {
            json.key("traceState")
            json.string(state)
        }
        var flags = Int64(span.context.flags)
        if let parent = span.parent {
            json.key("parentSpanId")
            json.string(parent.id)
            flags |= Flags.hasIsRemote | (parent.isRemote ? Flags.isRemote : 0)
        }
        json.key("flags")
        json.integer(flags)
        json.key("name")
        json.string(span.name)
        json.key("kind")
        json.integer(span.kind.rawValue)
        json.key("startTimeUnixNano")
        json.string("\(span.start.nanosecondsSinceEpoch)")
        json.key("endTimeUnixNano")
        json.string("\(span.end.nanosecondsSinceEpoch)")
        json.key("attributes")
        json.append(span.attributes)
        if let error = span.error {
            json.key("status")
            json.beginObject()
            json.key("code")
            json.integer(StatusCode.error)
            json.key("message")
            json.string(error)
            json.endObject()
        }
        json.endObject()
    }
}

extension JSONWriter {
    fileprivate mutating func append(_ attributes: [SpanAttribute]) {
        beginArray()
        for attribute in attributes {
            beginObject()
            key("key")
            string(attribute.name)
            key("value")
            beginObject()
            switch attribute.value {
            case .text(let text):
                key("stringValue")
                string(text)
            case .number(let number):
                key("intValue")
                string("\(number)")
            }
            endObject()
            endObject()
        }
        endArray()
    }
}
