internal import HTTPServer
internal import OrderAPI
internal import Text
internal import Transport

/// One finished request as a line of the access log.
struct AccessLogEntry {
    /// The time at which the request was over.
    let time: Timestamp
    let client: ClientNetwork?
    /// The head; `nil` if the client sent nothing that can be read as one.
    private let head: RequestHead?
    private let outcome: RequestOutcome

    init(_ head: RequestHead?, _ outcome: RequestOutcome, at time: Timestamp) {
        // What was never admitted may have parts of an earlier request.
        self.head = head?.isAdmitted == true ? head : nil
        self.time = time
        self.outcome = outcome
        client = self.head?.client ?? outcome.client
    }

    /// Returns bytes of a client as characters that cannot break a line.
    ///
    /// Everything but visible ASCII is percent-encoded, and so are quotes and backslashes. What the
    /// client has encoded stays as it is.
    static func shown(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var shown: [UInt8] = []
        shown.reserveCapacity(bytes.count)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0...0x20, 0x7F...:
                let digits = Array("0123456789ABCDEF".utf8)
                shown += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
            default:
                shown.append(byte)
            }
        }
        return shown
    }
}

extension AccessLogEntry {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The line in the common log format, with `-` for what there is not.
    var common: [UInt8] {
        var line = Array("\(client?.address ?? "-") - - [\(commonTime)] \"".utf8)
        if let head {
            line += head.method.rawValue.utf8
            line.append(UInt8(ascii: " "))
            line += Self.shown(head.path)
            if let query = head.query {
                line.append(UInt8(ascii: "?"))
                line += Self.shown(query)
            }
            line += " \(head.version)".utf8
        } else {
            line.append(UInt8(ascii: "-"))
        }
        let status = outcome.status.map { "\($0.code)" } ?? "-"
        let bytes = outcome.sentBytes > 0 ? "\(outcome.sentBytes)" : "-"
        line += "\" \(status) \(bytes)\n".utf8
        return line
    }

    /// The time as the format has it, such as `15/Jan/2027:08:00:00 +0000`.
    private var commonTime: String {
        // 2027-01-15T08:00:00.123Z
        let text = Array(String(describing: time))
        let month = Int(String(text[5...6])).map { Self.months[$0 - 1] } ?? "-"
        return
            "\(String(text[8...9]))/\(month)/\(String(text[0...3])):\(String(text[11...18])) +0000"
    }
}

extension AccessLogEntry {
    /// The line as a JSON object, in which what there is not is left out.
    var json: [UInt8] {
        var json = JSONWriter(reservingBytes: 512)
        json.beginObject()
        json.key("timestamp")
        json.string(time)
        json.key("level")
        json.string("info")
        json.key("message")
        json.string("request finished")
        if let client {
            json.key("client")
            json.string(client.address)
        }
        if let head { write(head, to: &json) }
        if let status = outcome.status {
            json.key("status")
            json.integer(Int64(status.code))
        }
        json.key("bytes")
        json.integer(Int64(outcome.sentBytes))
        json.key("duration_seconds")
        json.raw(Array(Self.seconds(outcome.duration).utf8))
        json.key("ending")
        json.string(ending)
        json.endObject()
        return json.bytes + [UInt8(ascii: "\n")]
    }

    private func write(_ head: RequestHead, to json: inout JSONWriter) {
        json.key("method")
        json.string(head.method.rawValue)
        json.key("path")
        json.string(utf8: Self.shown(head.path)[...])
        if let query = head.query {
            json.key("query")
            json.string(utf8: Self.shown(query)[...])
        }
        json.key("protocol")
        json.string("\(head.version)")
        if let route = head.route {
            json.key("route")
            json.string(route.pattern)
        }
        let context = head.requestContext
        json.key("correlation_id")
        json.string(context.correlationID.description)
        if let trace = context.traceIfBegun {
            json.key("trace_id")
            json.string("\(trace.traceID)")
        }
    }

    private var ending: String {
        switch outcome.ending {
        case .complete: "complete"
        case .clientLeft: "client_left"
        case .timedOut: "timed_out"
        case .abandoned: "abandoned"
        case .cutOff: "cut_off"
        }
    }

    /// Returns a duration in seconds with six decimals, as a JSON number.
    private static func seconds(_ duration: Duration) -> String {
        let microseconds = max(0, Int(duration / .microseconds(1)))
        let decimals = String(microseconds % 1_000_000)
        let zeros = String(repeating: "0", count: 6 - decimals.count)
        return "\(microseconds / 1_000_000).\(zeros)\(decimals)"
    }
}
