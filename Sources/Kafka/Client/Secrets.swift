/// The passwords and keys among a client's properties, to be kept out of what librdkafka says.
///
/// Its errors and its log may quote what it was given, in whole, in words (`sasl.oauthbearer.config`), or
/// cut off by the end of a buffer.
struct Secrets: Sendable {
    private enum Limits {
        /// What is shorter is in every text, and would make all of them unreadable.
        static let leastBytes = 4
    }

    private static let mark = Array("…".utf8)

    /// The longest first: one may hold another.
    private let values: [[UInt8]]

    init(_ properties: [KafkaProperty]) {
        var values: Set<[UInt8]> = []
        for property in properties where property.isSecret {
            values.insert(Array(property.value.utf8))
            // `principal=me scope=all`: what is said of one of these quotes it alone.
            let words = property.value.split(whereSeparator: \.isWhitespace)
            for word in words where words.count > 1 {
                values.insert(Array(word.utf8))
                if let pair = KafkaProperty(parsing: word) { values.insert(Array(pair.value.utf8)) }
            }
        }
        self.values = values.filter { $0.count >= Limits.leastBytes }
            .sorted { $0.count > $1.count }
    }

    /// The value of a property, whatever its name, and what stands between its commas.
    init(of property: KafkaProperty) {
        let parts = property.value.utf8.split(separator: UInt8(ascii: ",")).map { Array($0) }
        values = ([Array(property.value.utf8)] + parts).filter { $0.count >= Limits.leastBytes }
    }

    /// A text with a mark where it had a secret.
    func hidden(in text: String) -> String {
        guard !values.isEmpty else { return text }
        var bytes = Array(text.utf8)
        for value in values {
            var start = 0
            while start < bytes.count {
                let length = Self.matched(value, in: bytes, at: start)
                if length > 0 { bytes.replaceSubrange(start..<start + length, with: Self.mark) }
                start += length > 0 ? Self.mark.count : 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// How much of a value stands at a place: all of it, or its beginning where the text ends; else 0.
    private static func matched(_ value: [UInt8], in bytes: [UInt8], at start: Int) -> Int {
        var length = 0
        while length < value.count, start + length < bytes.count,
            bytes[start + length] == value[length]
        {
            length += 1
        }
        let isCutOff = start + length == bytes.count && length >= Limits.leastBytes
        return length == value.count || isCutOff ? length : 0
    }
}
