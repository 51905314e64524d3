import TestSupport
import Testing
import Text

@testable import Telemetry

/// Requests of OTLP/HTTP in JSON.
struct OTLPTracesTests {
    private func encoded(_ spans: [Span], _ resource: TraceResource = .init()) throws -> JSONValue {
        try JSONValue(
            parsing: OTLPTraces.encode(spans, of: resource, scope: "scope", version: "1.2.3")
        )
    }

    private func only(_ span: Span) throws -> JSONValue {
        try encoded([span])["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
    }

    @Test func `ids are lower-case digits, long numbers are text, kinds are numbers`() throws {
        let parent = Span.Parent(try #require(SpanID("00f067aa0ba902b7")), isRemote: true)
        let span = try only(
            .sample("a \"name\"", kind: .producer, parent: parent, state: "vendor=value")
        )
        #expect(span["traceId"] == "0af7651916cd43dd8448eb211c80319c")
        #expect(span["spanId"] == "b7ad6b7169203331")
        #expect(span["parentSpanId"] == "00f067aa0ba902b7")
        #expect(span["traceState"] == "vendor=value")
        #expect(span["name"] == "a \"name\"")
        #expect(span["kind"] == 4)
        #expect(span["startTimeUnixNano"] == "1800000000123456789")
        #expect(span["endTimeUnixNano"] == "1800000000987654321")
        // Sampled, and the parent is known to be remote.
        #expect(span["flags"] == 0x301)
        #expect(span["status"] == .null)
    }

    @Test func `a first span has no parent, and one of this process is not remote`() throws {
        let first = try only(.sample())
        #expect(first.keys.contains("parentSpanId") == false)
        #expect(first.keys.contains("traceState") == false)
        #expect(first["flags"] == 1)
        let parent = Span.Parent(try #require(SpanID(1)), isRemote: false)
        #expect(try only(.sample(parent: parent))["flags"] == 0x101)
    }

    @Test(arguments: zip([Span.Kind.internal, .server, .producer, .consumer], [1, 2, 4, 5]))
    func `each kind has the number of the protocol`(_ kind: Span.Kind, _ number: Int) throws {
        #expect(try only(.sample(kind: kind))["kind"].integer == number)
    }

    @Test func `attributes have a type`() throws {
        let span = try only(
            .sample(attributes: [SpanAttribute("text", "é\n"), SpanAttribute("number", Int64.min)])
        )
        #expect(span["attributes"][0]["key"] == "text")
        #expect(span["attributes"][0]["value"]["stringValue"] == "é\n")
        #expect(span["attributes"][1]["value"]["intValue"] == "-9223372036854775808")
    }

    @Test func `an error is a status with a message`() throws {
        let span = try only(.sample(error: "no broker"))
        #expect(span["status"]["code"] == 2)
        #expect(span["status"]["message"] == "no broker")
    }

    @Test func `each service of the process is a resource`() throws {
        let resource = TraceResource([
            SpanAttribute("service.name", "ignored"), SpanAttribute("service.version", "1"),
            SpanAttribute("service.version", "2"),
        ])
        let request = try encoded(
            [.sample("a", service: "x"), .sample("b", service: "y"), .sample("c", service: "x")],
            resource
        )
        let resources = request["resourceSpans"].elements
        #expect(resources.count == 2)
        for (entry, (service, names)) in zip(resources, [("x", ["a", "c"]), ("y", ["b"])]) {
            let attributes = entry["resource"]["attributes"].elements
            #expect(attributes.map { $0["key"].string } == ["service.version", "service.name"])
            #expect(attributes[0]["value"]["stringValue"] == "2")
            #expect(attributes[1]["value"]["stringValue"].string == service)
            let scope = entry["scopeSpans"][0]
            #expect(scope["scope"]["name"] == "scope")
            #expect(scope["scope"]["version"] == "1.2.3")
            #expect(scope["spans"].elements.map { $0["name"].string } == names)
        }
    }

    @Test(arguments: [
        ("{}", 0, ""), (#"{"partialSuccess":{}}"#, 0, ""), ("", 0, ""), ("<html>", 0, ""),
        (#"{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}"#, 3, "too old"),
        (#"{"x":[1],"partialSuccess":{"y":{},"rejectedSpans":2}}"#, 2, ""),
        (#"{"partialSuccess":{"errorMessage":"a warning"}}"#, 0, "a warning"),
        (#"{"partialSuccess":{"rejectedSpans":"-1"}}"#, 0, ""),
        (#"{"partialSuccess":{"rejectedSpans":"-9223372036854775808"}"#, 0, ""),
        (#"{"partialSuccess":{"rejectedSpans":-9223372036854775808}"#, 0, ""),
        (#"{"partialSuccess":null}"#, 0, ""), (#"{"partialSuccess":{"rejectedSpans":"x"}}"#, 0, ""),
    ])
    func `the answer of a collector`(_ text: String, _ rejected: Int, _ message: String) {
        let answer = OTLPAnswer(Array(text.utf8))
        #expect(answer.rejectedSpans == rejected)
        #expect(answer.message == message)
    }
}
