import HTTPServer
import TestSupport
import Testing

/// Bytes in, bytes out: what one connection sends, and what has to come back.
struct WireCase: Sendable, CustomTestStringConvertible {
    /// What becomes of the connection after the answers.
    enum Ending {
        /// It is ready for the next request.
        case stays
        /// It is closed, and a whole request that follows in the same write is not answered.
        case closes
        /// It is closed when nothing more comes.
        case timesOut
    }

    /// The rule, after the section that makes it.
    let rule: String
    let sent: [UInt8]
    let answers: [WireAnswer]
    let ending: Ending
    var limits = ServerLimits()

    var testDescription: String { rule }

    static func stays(_ rule: String, _ sent: String, _ answers: WireAnswer...) -> WireCase {
        WireCase(rule: rule, sent: Array(sent.utf8), answers: answers, ending: .stays)
    }

    static func closes(_ rule: String, _ sent: String, _ answers: WireAnswer...) -> WireCase {
        WireCase(rule: rule, sent: Array(sent.utf8), answers: answers, ending: .closes)
    }

    static func timesOut(_ rule: String, _ sent: String, _ answers: WireAnswer...) -> WireCase {
        WireCase(rule: rule, sent: Array(sent.utf8), answers: answers, ending: .timesOut)
    }

    /// The same with other limits.
    func with(_ change: (inout ServerLimits) -> Void) -> WireCase {
        var copy = self
        change(&copy.limits)
        return copy
    }
}

/// What is expected of one answer, besides what is expected of all.
struct WireAnswer: Sendable, ExpressibleByIntegerLiteral {
    let status: Int
    var isForHead = false
    /// Values of fields; `nil` for one that must not be there.
    var fields: [String: String?] = [:]
    /// What the content holds somewhere.
    var text: String?

    init(integerLiteral status: Int) { self.status = status }

    init(
        _ status: Int,
        isForHead: Bool = false,
        fields: [String: String?] = [:],
        text: String? = nil
    ) {
        self.status = status
        self.isForHead = isForHead
        self.fields = fields
        self.text = text
    }
}

// MARK: Parts of requests

/// Lines of a head, each with its CRLF, and the empty one that ends it.
func head(_ lines: String...) -> String { lines.map { $0 + "\r\n" }.joined() + "\r\n" }

/// `GET /healthz` with further field lines.
func get(_ lines: String...) -> String {
    (["GET /healthz HTTP/1.1", "Host: gateway"] + lines).map { $0 + "\r\n" }.joined() + "\r\n"
}

/// The head of `POST /orders` with further field lines.
func post(_ lines: String...) -> String {
    (["POST /orders HTTP/1.1", "Host: gateway"] + lines).map { $0 + "\r\n" }.joined() + "\r\n"
}

/// A valid order in one line.
let order = #"{"customer_id":"c","items":[{"product_id":"p","quantity":1,"unit_price":"2"}]}"#

/// The order as one chunk (RFC 9112 §7.1), without the last one.
let orderChunk = "\(String(order.utf8.count, radix: 16))\r\n\(order)\r\n"
