/// Asks a broker for the list of brokers, with Kafka's Metadata request, version 4.
enum MetadataRequest {
    /// The request for all metadata except topics.
    private static let bytes: [UInt8] = [
        0, 0, 0, 15,  // Length
        0, 3, 0, 4,  // API key and version
        0, 0, 0, 1,  // Correlation id
        0xFF, 0xFF,  // No client id
        0, 0, 0, 0,  // No topics
        0,  // Create no topic
    ]

    /// Returns the numbers of the brokers; blocks.
    static func brokers(port: Int) throws(SupportError) -> Set<Int> {
        let connection = try RawConnection(port: port, timeout: .seconds(2))
        try connection.send(bytes)
        var reader = Reader(
            bytes: try connection.receive { bytes in
                bytes.count >= 4 && bytes.count >= 4 + Reader(bytes: bytes).peekInteger()
            }
        )
        _ = reader.integer()  // Length
        _ = reader.integer()  // Correlation id
        _ = reader.integer()  // Throttle time
        return Set(
            (0..<reader.integer()).map { _ in
                let id = reader.integer()
                reader.skipText()  // Host
                _ = reader.integer()  // Port
                reader.skipText()  // Rack
                return id
            }
        )
    }

    /// Reads big-endian numbers; missing bytes count as zero.
    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        func peekInteger(_ size: Int = 4) -> Int {
            bytes.dropFirst(position).prefix(size).reduce(0) { $0 << 8 | Int($1) }
        }

        mutating func integer(_ size: Int = 4) -> Int {
            defer { position += size }
            return peekInteger(size)
        }

        /// Skips a text that may be null, which has the length 0xFFFF.
        mutating func skipText() {
            let length = integer(2)
            position += length == 0xFFFF ? 0 : length
        }
    }
}
