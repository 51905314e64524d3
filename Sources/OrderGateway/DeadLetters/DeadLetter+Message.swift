package import Kafka
package import Orders

extension DeadLetter {
    private enum Encoding {
        static let base64 = "base64"
        static let omitted = "omitted"
    }

    /// The letter as it goes to the dead-letter topic, under the original's key.
    package var message: ProducerMessage {
        var json = JSONWriter(reservingBytes: 256)
        json.beginObject()
        appendOriginal(to: &json)
        json.key("error")
        json.string(error)
        json.key("timestamp")
        json.timestamp(timestamp)
        json.endObject()

        var all = [
            KafkaHeader("content-type", "application/json"),
            KafkaHeader(DeadLetterHeader.topic, id.topic),
            KafkaHeader(DeadLetterHeader.partition, "\(id.partition)"),
            KafkaHeader(DeadLetterHeader.offset, "\(id.offset)"),
            KafkaHeader(DeadLetterHeader.group, group),
            KafkaHeader(DeadLetterHeader.deliveryCount, "\(deliveryCount)"),
            KafkaHeader(DeadLetterHeader.errorClass, errorClass),
            KafkaHeader(DeadLetterHeader.message, error),
        ]
        for header in headers where !DeadLetterHeader.isAboutError(header.name) {
            let isType = header.name == "content-type"
            let name = isType ? DeadLetterHeader.contentType : header.name
            all.append(KafkaHeader(name: name, value: header.value))
        }
        return ProducerMessage(
            topic: EventTopics.deadLetters,
            key: key,
            value: json.bytes,
            headers: all
        )
    }

    /// Writes the members `original_event` and, unless it is as it was, `original_encoding`: JSON as
    /// it is, other bytes in base64, a missing value as null.
    package func appendOriginal(to json: inout JSONWriter) {
        var encoding: String?
        json.key("original_event")
        switch original {
        case .tombstone: json.null()
        case .omitted:
            json.null()
            encoding = Encoding.omitted
        case .value(let value) where Self.canStandInside(value): json.raw(value)
        case .value(let value):
            json.string(Base64.encode(value))
            encoding = Encoding.base64
        }
        guard let encoding else { return }
        json.key("original_encoding")
        json.string(encoding)
    }

    /// Whether a value is JSON that can be read again as a member of the letter: not nested as deep as
    /// is read at all, and not a null, which stands for no value.
    private static func canStandInside(_ value: [UInt8]) -> Bool {
        let isNull = value.filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == Array("null".utf8)
        return !isNull && JSONReader.isValid(value)
            && JSONReader.isValid([UInt8(ascii: "[")] + value + [UInt8(ascii: "]")])
    }

    /// Reads a letter from the dead-letter topic.
    ///
    /// - Returns: `nil` for a record that is none, such as the mark of one that was redriven.
    package init?(_ record: ConsumedRecord) {
        func header(_ name: String) -> String? { DeadLetterHeader.text(name, in: record.headers) }
        guard let value = record.value, let body = try? Body(value),
            let topic = header(DeadLetterHeader.topic),
            let partition = header(DeadLetterHeader.partition).flatMap({ Int32($0) }),
            let offset = header(DeadLetterHeader.offset).flatMap({ Int64($0) }),
            let original = Self.original(body)
        else { return nil }
        var headers: [KafkaHeader] = []
        for header in record.headers
        where header.name != "content-type" && !DeadLetterHeader.isAboutError(header.name) {
            let isType = header.name == DeadLetterHeader.contentType
            let name = isType ? "content-type" : header.name
            headers.append(KafkaHeader(name: name, value: header.value))
        }
        self.init(
            id: DeadLetterID(topic: topic, partition: partition, offset: offset),
            key: record.key,
            headers: headers,
            original: original,
            group: header(DeadLetterHeader.group) ?? "",
            deliveryCount: header(DeadLetterHeader.deliveryCount).flatMap { Int($0) } ?? 1,
            errorClass: header(DeadLetterHeader.errorClass) ?? "",
            error: body.error,
            timestamp: body.timestamp
        )
    }

    private static func original(_ body: Body) -> Original? {
        switch body.encoding {
        case nil: body.original == Array("null".utf8) ? .tombstone : .value(body.original)
        case Encoding.omitted: .omitted
        case Encoding.base64: body.originalText.flatMap(Base64.decode).map { .value($0) }
        default: nil
        }
    }
}

/// The value of a dead letter.
private struct Body {
    /// The original as JSON text.
    private(set) var original: [UInt8] = []
    /// The same if it is a string.
    private(set) var originalText: String?
    private(set) var encoding: String?
    private(set) var error = ""
    private(set) var timestamp = Timestamp(millisecondsSinceEpoch: 0)

    init(_ value: [UInt8]) throws(JSONError) {
        var reader = JSONReader(value)
        try reader.enterObject()
        while let key = try reader.nextKey() {
            if reader.equals(key, "original_event") {
                let isString = try reader.nextKind() == .string
                let start = reader.position
                if isString {
                    originalText = reader.text(try reader.string())
                } else {
                    try reader.skipValue()
                }
                original = Array(value[start..<reader.position])
            } else if try reader.nextKind() == .string {
                let text = try reader.string()
                if reader.equals(key, "original_encoding") {
                    encoding = reader.text(text)
                } else if reader.equals(key, "error") {
                    error = reader.text(text)
                } else if reader.equals(key, "timestamp"),
                    let time = reader.withUTF8(text, { Timestamp($0) })
                {
                    timestamp = time
                }
            } else {
                try reader.skipValue()
            }
        }
        try reader.finish()
    }
}
