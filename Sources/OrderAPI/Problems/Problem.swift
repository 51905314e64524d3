package import HTTPServer
package import Orders
internal import Text

/// An error response (RFC 9457, `application/problem+json`).
package struct Problem: Sendable {
    package var status: Status
    /// The description of this occurrence for people.
    package var detail: String
    /// Whether the same request may succeed later.
    package var isRetriable = false
    package var violations: [Violation] = []
    /// The order whose outcome is unknown, which the client can query.
    package var orderID: OrderID?
    /// The path of the request, if there was one.
    package var instance: String?
    /// Additional header fields, such as `Allow` or `Retry-After`.
    package var fields: [(name: FieldName, value: String)] = []

    package init(_ status: Status, _ detail: String) {
        self.status = status
        self.detail = detail
    }

    /// Returns the response.
    ///
    /// Its `type` is `about:blank`: the status alone defines the kind of problem (RFC 9457 §4.2.1).
    package func response(correlationID: CorrelationID) -> Response {
        var json = JSONWriter(reservingBytes: 512)
        json.beginObject()
        json.key("type")
        json.string("about:blank")
        json.key("title")
        json.string(status.reasonPhrase)
        json.key("status")
        json.integer(Int64(status.code))
        json.key("detail")
        json.string(detail)
        if let instance {
            json.key("instance")
            json.string(instance)
        }
        if let orderID {
            json.key("order_id")
            json.string(orderID)
        }
        if !violations.isEmpty {
            json.key("errors")
            json.beginArray()
            for violation in violations {
                json.beginObject()
                json.key("detail")
                json.string(violation.detail)
                json.key("pointer")
                json.string(violation.pointer)
                json.endObject()
            }
            json.endArray()
        }
        json.key("correlation_id")
        json.string(correlationID.description)
        json.key("retriable")
        json.bool(isRetriable)
        json.endObject()
        var section = FieldSection(lines: "Content-Type: application/problem+json\r\n")
        correlationID.append(to: &section)
        for field in fields { section.append(field.name, field.value) }
        return Response(status, fields: section, body: json.bytes)
    }
}
