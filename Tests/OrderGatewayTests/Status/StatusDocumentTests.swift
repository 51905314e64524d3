import TestSupport
import Testing

@testable import OrderGateway

struct StatusDocumentTests {
    /// The example of the contract, as the program reads it.
    private static var example: (json: JSONValue, document: StatusDocument) {
        get throws {
            let contract = try JSONValue(parsing: Array(Repository.text(of: "openapi.json").utf8))
            let answer = contract["paths"]["/status"]["get"]["responses"]["200"]
            let example = answer["content"]["application/json"]["example"]
            return (example, try StatusDocument(json: Array(example.text.utf8)))
        }
    }

    @Test func `it is written as it was read`() throws {
        let (json, document) = try Self.example
        #expect(document.checks[1].reason?.contains("refused") == true)
        #expect(document.http.serverErrorRatio == 0.0165)
        #expect(document.deadLetters.recent[0].orderId != nil)
        #expect(document.samples.points[0].visibleP99 == nil)
        #expect(try JSONValue(parsing: document.json).normalized == json.normalized)
        #expect(try StatusDocument(json: document.json) == document)
    }

    @Test func `a number has at most six decimals and no more than JSON knows`() throws {
        var document = try Self.example.document
        document.http.requestsPerSecond = 1.0 / 3
        document.http.serverErrorRatio = .nan
        let json = try JSONValue(parsing: document.json)["http"]
        #expect(json["requests_per_second"] == .number(0.333333))
        #expect(json["server_error_ratio"] == .null)
    }
}

extension JSONValue {
    /// The value with every number as a decimal one.
    fileprivate var normalized: JSONValue {
        switch self {
        case .integer(let integer): .number(Double(integer))
        case .array(let elements): .array(elements.map(\.normalized))
        case .object(let members): .object(members.mapValues(\.normalized))
        case .null, .bool, .number, .string: self
        }
    }

    /// The value as JSON text.
    fileprivate var text: String {
        switch self {
        case .null: "null"
        case .bool(let bool): "\(bool)"
        case .integer(let integer): "\(integer)"
        case .number(let number): "\(number)"
        case .string(let string): string.debugDescription
        case .array(let elements): "[\(elements.map(\.text).joined(separator: ","))]"
        case .object(let members):
            "{\(members.map { "\($0.key.debugDescription):\($0.value.text)" }.joined(separator: ","))}"
        }
    }
}
