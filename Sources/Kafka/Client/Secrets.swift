/// The passwords and keys among a client's properties, which librdkafka's messages must not show.
///
/// Its errors and log lines may quote a property as a whole, in single words
/// (`sasl.oauthbearer.config`), or truncated at the end of a buffer.
struct Secrets: Sendable {
    private enum Limits {
        /// The least length to hide: shorter values occur in every text, and a mark for each would
        /// make the text unreadable.
        static let leastBytes = 4
    }

    private static let mark = Array("…".utf8)

    /// The secrets, longest first, because one may contain another.
    private let values: [[UInt8]]

    init(_ properties: [KafkaProperty]) {
        var values: Set<[UInt8]> = []
        for property in properties where property.isSecret {
            values.insert(Array(property.value.utf8))
            // `principal=me scope=all`: an error about one of these words quotes only that word.
            let words = property.value.split(whereSeparator: \.isWhitespace)
            for word in words where words.count > 1 {
                values.insert(Array(word.utf8))
                if let pair = KafkaProperty(parsing: word) { values.insert(Array(pair.value.utf8)) }
            }
        }
        self.values = values.filter { $0.count >= Limits.leastBytes }
            .sorted { $0.count > $1.count }
    }

    /// Hides the value of a property, whatever its name, and each part between its commas.
    init(of property: KafkaProperty) {
        let parts = property.value.utf8.split(separator: UInt8(ascii: ",")).map { Array($0) }
        values = ([Array(property.value.utf8)] + parts).filter { $0.count >= Limits.leastBytes }
    }

    /// Returns a text with a mark in place of each secret.
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

    /// Returns how many bytes of a value match at a position: all bytes, or the first bytes if the
    /// text ends there; otherwise 0.
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
