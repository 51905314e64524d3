internal import Kafka
internal import OrderGateway
internal import Text
internal import OrderStreams

/// The text forms of dead letters on the command line.
enum DeadLetterText {
    /// Returns one line with columns separated by tabs.
    static func line(_ letter: DeadLetter, _ isRedriven: Bool) -> String {
        let columns = [
            "\(letter.id)", "\(letter.timestamp)", state(isRedriven),
            letter.key.map(printable) ?? "-", known(letter.error),
        ]
        return columns.joined(separator: "\t")
    }

    /// Returns all data of a letter in a readable form.
    static func whole(_ letter: DeadLetter, _ isRedriven: Bool) -> String {
        let errorClass = letter.errorClass.isEmpty ? "" : " (\(letter.errorClass))"
        var lines = [
            "id          \(letter.id)",
            "state       \(state(isRedriven))",
            "time        \(letter.timestamp)",
            "group       \(known(letter.group))",
            "deliveries  \(letter.isOriginKnown ? "\(letter.deliveryCount)" : "-")",
            "error       \(known(letter.error))\(errorClass)",
            "key         \(letter.key.map(printable) ?? "-")",
        ]
        if !letter.isOriginKnown {
            lines.insert("origin      not known: another service buried it", at: 1)
        }
        for header in letter.headers {
            lines.append("header      \(header.name): \(header.value.map(printable) ?? "(null)")")
        }
        switch letter.original {
        case .tombstone:
            let reason = letter.isOriginKnown ? "the record had no value" : "the letter has none"
            lines.append("original    none: \(reason)")
        case .omitted:
            lines.append("original    too large for the dead letters: look where it was")
        case .value(let value):
            lines.append("original    \(value.count) bytes")
            lines.append(printable(value))
        }
        return lines.joined(separator: "\n")
    }

    /// Returns a JSON object.
    ///
    /// With `whole` it also contains the headers and the original.
    static func json(_ letter: DeadLetter, _ isRedriven: Bool, whole: Bool) -> String {
        var json = JSONWriter(reservingBytes: 512)
        json.beginObject()
        json.key("id")
        json.string("\(letter.id)")
        json.key("topic")
        json.string(letter.id.topic)
        json.key("partition")
        json.integer(Int64(letter.id.partition))
        json.key("offset")
        json.integer(letter.id.offset)
        json.key("origin_known")
        json.bool(letter.isOriginKnown)
        json.key("redriven")
        json.bool(isRedriven)
        json.key("timestamp")
        json.string(letter.timestamp)
        json.key("group")
        append(letter.group, to: &json)
        json.key("delivery_count")
        if letter.isOriginKnown {
            json.integer(Int64(letter.deliveryCount))
        } else {
            json.null()
        }
        json.key("error_class")
        append(letter.errorClass, to: &json)
        json.key("error")
        append(letter.error, to: &json)
        json.key("key")
        if let key = letter.key {
            json.string(String(decoding: key, as: UTF8.self))
        } else {
            json.null()
        }
        if whole {
            json.key("headers")
            json.beginObject()
            for header in letter.headers {
                json.key(text: header.name)
                if let value = header.value {
                    json.string(String(decoding: value, as: UTF8.self))
                } else {
                    json.null()
                }
            }
            json.endObject()
            letter.appendOriginal(to: &json)
        }
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// Appends a text, or null if it is empty.
    private static func append(_ text: String, to json: inout JSONWriter) {
        if text.isEmpty { json.null() } else { json.string(text) }
    }

    /// Returns the outcome of an attempt to redrive a letter as text.
    static func outcome(_ outcome: DeadLetterQueue.Outcome, of id: DeadLetterID) -> String {
        switch outcome {
        case .redriven(let partition, let offset):
            "redriven to \(partition.topic)/\(partition.partition)/\(offset)"
        case .wasRedrivenBefore: "was redriven before"
        case .stillUnprocessable(let error):
            "not redriven: it still cannot be processed: \(printable(Array("\(error)".utf8)))"
        case .originNotKnown:
            "not redriven: the service that buried it did not say where it came from; publish its"
                + " original_event by that service's own means"
        case .originalGone: "not redriven: its original is gone from the topic"
        case .originalUnreadable(let error): "not redriven: its original cannot be read: \(error)"
        case .notPublished(let error): "not redriven: \(reason(error, id.topic))"
        case .notMarked(let error):
            "redriven, but not marked so, and will be again: "
                + reason(error, EventTopics.deadLetters)
        }
    }

    /// Returns the reason why a record was not published to a topic.
    ///
    /// The text names a missing right.
    private static func reason(_ error: PublishError, _ topic: String) -> String {
        guard case .refused(let refusal) = error, refusal.isAuthorization else { return "\(error)" }
        return "the right Write on topic \(topic) is missing (\(refusal.name))"
    }

    /// Returns a text with control characters escaped, or a dash if it is empty.
    private static func known(_ text: String) -> String {
        text.isEmpty ? "-" : printable(Array(text.utf8))
    }

    private static func state(_ isRedriven: Bool) -> String { isRedriven ? "redriven" : "dead" }

    /// Returns bytes as text that is safe to show on a terminal.
    private static func printable(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self).printable
    }
}
