import HTTPServer
import Orders
import TestSupport
import Testing

@testable import OrderAPI
import Text

struct ProblemTests {
    @Test func `the least a problem says`() throws {
        let response = Problem(.notFound, "Nothing \"here\".").response(correlationID: .sent("c"))
        #expect(response.status == .notFound)
        #expect(response[.contentType] == "application/problem+json")
        #expect(response[.correlationID] == "c")
        #expect(response.fields.count == 2)
        let expected =
            #"{"type":"about:blank","title":"Not Found","status":404,"#
            + #""detail":"Nothing \"here\".","correlation_id":"c","retriable":false}"#
        #expect(String(decoding: response.body, as: UTF8.self) == expected)
    }

    @Test func `everything a problem can say`() throws {
        let id = OrderID(high: 1, low: 2)
        var problem = Problem(.unprocessableContent, "Wrong.")
        problem.instance = "/orders"
        problem.orderID = id
        problem.isRetriable = true
        problem.violations = [Violation("must be less", at: "/items/0"), Violation("x", at: "")]
        problem.fields = [(.allow, "GET"), (.retryAfter, "1")]
        let response = problem.response(correlationID: .sent("c"))
        #expect(response[.allow] == "GET")
        #expect(response[.retryAfter] == "1")
        let json = try response.json
        #expect(
            json.keys == [
                "correlation_id", "detail", "errors", "instance", "order_id", "retriable",
                "status", "title", "type",
            ]
        )
        #expect(json["order_id"].string == id.description)
        #expect(json["retriable"] == true)
        #expect(json["errors"].elements.count == 2)
        #expect(json["errors"][0] == .object(["detail": "must be less", "pointer": "/items/0"]))
    }

    @Test(arguments: [
        (RequestError.malformed(reason: "no colon"), 400, false),
        (.targetTooLong(limitBytes: 1), 414, false),
        (.headTooLarge(limitBytes: 1), 431, false),
        (.tooManyFields(limit: 1), 431, false),
        (.bodyTooLarge(limitBytes: 1), 413, false),
        (.expectationUnknown, 417, false),
        (.transferCodingUnknown, 501, false),
        (.methodUnknown, 501, false),
        (.versionUnsupported, 505, false),
        (.timedOut(limit: .seconds(30)), 408, true),
        (.overloaded, 503, true),
    ])
    func `broken requests are problems`(
        _ error: RequestError,
        _ status: Int,
        _ isRetriable: Bool
    ) throws {
        let json = try Problem(error).response(correlationID: .sent("c")).json
        #expect(json["status"].integer == status)
        #expect(json["retriable"] == .bool(isRetriable))
        #expect(json["detail"].string?.hasSuffix(".") == true)
    }

    @Test func `an overloaded gateway says when to come back`() throws {
        let response = Problem(.overloaded).response(correlationID: .sent("c"))
        #expect(response.fields[.retryAfter] == "2")
    }

    @Test func `a body that is not JSON is told where it breaks off`() {
        let problem = Problem(.notJSON(JSONError(offset: 7, reason: "unexpected end")))
        #expect(problem.status == .badRequest)
        #expect(problem.detail == "The body is not valid JSON: unexpected end at byte 7.")
    }
}
