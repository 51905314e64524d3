package import Kafka
package import Text

extension DeadLetter {
    private enum Encoding {
        static let base64 = "base64"
        static let omitted = "omitted"
    }

    /// The message for the dead-letter topic, with the key of the original record.
    package var message: ProducerMessage {
        var json = JSONWriter(reservingBytes: 256)
        json.beginObject()
        appendOriginal(to: &json)
        json.key("error")
        json.string(error)
        json.key("timestamp")
        json.string(timestamp)
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

    /// Appends the member `original_event` and, for base64 and omitted values, `original_encoding`.
    ///
    /// JSON is written as JSON, other bytes are written in base64, and a missing value is written
    /// as null.
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

    /// Returns whether a value is JSON that can be read again as a member of the letter.
    ///
    /// As a member it is one level deeper, so it must not have the deepest nesting that the reader
    /// accepts. It must not be null, because null stands for a missing value.
    private static func canStandInside(_ value: [UInt8]) -> Bool {
        let isNull = value.filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == Array("null".utf8)
        return !isNull && JSONReader.isValid(value)
            && JSONReader.isValid([UInt8(ascii: "[")] + value + [UInt8(ascii: "]")])
    }

    /// Reads a letter of a gateway or of another service from the dead-letter topic.
    ///
    /// A letter of another service has no headers with its origin, and may have another form.
    ///
    /// - Returns: `nil` if the record is the mark of a redriven letter.
    package init?(_ record: ConsumedRecord) {
        guard let value = record.value else { return nil }
        let body = (try? Body(value)) ?? Body()
        func header(_ name: String) -> String? { DeadLetterHeader.text(name, in: record.headers) }
        guard let topic = header(DeadLetterHeader.topic),
            let partition = header(DeadLetterHeader.partition).flatMap({ Int32($0) }),
            let offset = header(DeadLetterHeader.offset).flatMap({ Int64($0) }),
            let original = Self.original(body)
        else {
            self.init(foreign: record, value, body)
            return
        }
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
            timestamp: body.timestamp ?? Self.published(record)
        )
    }

    /// Creates a letter of unknown origin.
    ///
    /// If the letter has no member with the original, its whole value is the original.
    private init(foreign record: ConsumedRecord, _ value: [UInt8], _ body: Body) {
        let original = body.original ?? value
        self.init(
            id: DeadLetterID(
                topic: record.topic,
                partition: record.partition,
                offset: record.offset
            ),
            key: record.key,
            headers: record.headers,
            original: original == Array("null".utf8) ? .tombstone : .value(original),
            group: DeadLetterHeader.text(DeadLetterHeader.group, in: record.headers) ?? "",
            deliveryCount: 1,
            errorClass: "",
            error: body.error,
            timestamp: body.timestamp ?? Self.published(record)
        )
    }

    private static func published(_ record: ConsumedRecord) -> Timestamp {
        Timestamp(millisecondsSinceEpoch: record.timestamp ?? 0)
    }

    private static func original(_ body: Body) -> Original? {
        guard let original = body.original else { return nil }
        return switch body.encoding {
        case nil: original == Array("null".utf8) ? .tombstone : .value(original)
        case Encoding.omitted: .omitted
        case Encoding.base64: body.originalText.flatMap(Base64.decode).map { .value($0) }
        default: nil
        }
    }
}

/// The value of a dead letter.
private struct Body {
    /// The original as JSON text; `nil` if the member is missing.
    private(set) var original: [UInt8]?
    /// The content of the original if it is a JSON string.
    private(set) var originalText: String?
    private(set) var encoding: String?
    /// The error as text: the content of a string, or the JSON text of another value.
    private(set) var error = ""
    /// The time; `nil` if it is missing or cannot be read.
    private(set) var timestamp: Timestamp?

    /// Creates an empty body.
    init() {}

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
                } else if reader.equals(key, "timestamp") {
                    // Python writes `utcnow()` without a time zone.
                    timestamp = reader.withUTF8(text) { Timestamp(lenient: $0) }
                }
            } else {
                let isNull = try reader.nextKind() == .null
                let isError = reader.equals(key, "error") && !isNull
                let start = reader.position
                try reader.skipValue()
                if isError {
                    error = String(decoding: value[start..<reader.position], as: UTF8.self)
                }
            }
        }
        try reader.finish()
    }
}
