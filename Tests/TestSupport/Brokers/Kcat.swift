import Foundation

/// The tool `kcat`, which reads topics from outside and writes records as a foreign program.
package struct Kcat: Sendable {
    /// One record of a topic.
    package struct Record: Sendable {
        package var topic: String
        package var partition: Int
        package var offset: Int
        package var timestampMilliseconds: Int
        package var key: String?
        /// The headers, in their order in the record.
        package var headers: [(name: String, value: String?)]
        /// The value; `nil` is a tombstone.
        package var payload: String?

        /// Returns the value of the first header with a name.
        package func header(_ name: String) -> String? {
            headers.first { $0.name == name }?.value
        }

        /// The value as JSON.
        package var json: JSONValue {
            get throws { try JSONValue(parsing: Array((payload ?? "").utf8)) }
        }
    }

    package let bootstrapServers: String
    private let options: [String]

    package init(bootstrapServers: String) {
        self.bootstrapServers = bootstrapServers
        // librdkafka's mock broker answers a fetch without records only after this long.
        options = ["-b", bootstrapServers, "-q", "-X", "fetch.wait.max.ms=10"]
    }

    /// Returns all records of a topic, sorted by partition and offset.
    ///
    /// - Parameter limit: The time limit of the call.
    package func records(
        in topic: String,
        within limit: Duration = .seconds(60)
    ) async throws -> [Record] {
        let lines = try await run(
            ["-C", "-t", topic, "-o", "beginning", "-e", "-J"],
            within: limit
        ).split(separator: UInt8(ascii: "\n"))
        return try lines.map { try Record(line: Data($0)) }
            .sorted { ($0.partition, $0.offset) < ($1.partition, $1.offset) }
    }

    /// Returns the offset after the last record of each partition with records, whatever their
    /// content is.
    package func ends(of topic: String) async throws -> [Int: Int] {
        let lines = try await run(
            ["-C", "-t", topic, "-o", "beginning", "-e", "-f", "%p %o\n"],
            within: .seconds(60)
        )
        var ends: [Int: Int] = [:]
        for line in String(decoding: lines, as: UTF8.self).split(separator: "\n") {
            let numbers = line.split(separator: " ").compactMap { Int($0) }
            guard numbers.count == 2 else { throw SupportError("No offset: \(line)") }
            ends[numbers[0]] = max(ends[numbers[0]] ?? 0, numbers[1] + 1)
        }
        return ends
    }

    /// Writes one record.
    ///
    /// - Parameters:
    ///   - value: The exact bytes of the value.
    ///   - topic: The target topic.
    ///   - key: The key, by which kcat selects the partition.
    ///   - headers: Names without `=`; a value may be null.
    package func produce(
        _ value: [UInt8],
        to topic: String,
        key: String? = nil,
        headers: [(name: String, value: String?)] = []
    ) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("value")
        try Data(value).write(to: URL(filePath: path))
        var arguments = ["-P", "-t", topic]
        if let key { arguments += ["-k", key] }
        for header in headers {
            arguments += ["-H", header.name + (header.value.map { "=\($0)" } ?? "")]
        }
        _ = try await run(arguments + [path], within: .seconds(30))
        withExtendedLifetime(folder) {}
    }

    package func produce(
        _ value: String,
        to topic: String,
        key: String? = nil,
        headers: [(name: String, value: String?)] = []
    ) async throws {
        try await produce(Array(value.utf8), to: topic, key: key, headers: headers)
    }

    /// Writes many records in one call.
    ///
    /// - Parameter records: Keys without a tab and values without a line break; an empty value is a
    ///   tombstone.
    package func produce(
        _ records: [(key: String, value: [UInt8])],
        to topic: String
    ) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("records")
        var lines = Data()
        for record in records {
            lines.append(Data("\(record.key)\t".utf8))
            lines.append(Data(record.value))
            lines.append(0x0A)
        }
        try lines.write(to: URL(filePath: path))
        let arguments = [
            "-P", "-t", topic, "-K", "\t", "-Z", "-l", "-X", "message.max.bytes=16777216", "-z",
            "lz4",
        ]
        _ = try await run(arguments + [path], within: .seconds(120))
        withExtendedLifetime(folder) {}
    }

    /// Returns the number of partitions of each topic.
    package func topics() async throws -> [String: Int] {
        let answer = try JSONValue(parsing: await run(["-L", "-J"], within: .seconds(30)))
        let topics = answer["topics"].elements.compactMap { topic in
            topic["topic"].string.map { ($0, topic["partitions"].elements.count) }
        }
        return Dictionary(topics) { first, _ in first }
    }

    private func run(_ arguments: [String], within limit: Duration) async throws -> [UInt8] {
        let ending = try await ChildProcess.run("kcat", options + arguments, within: limit)
        guard ending.exitCode == 0 else {
            throw SupportError("kcat ended with \(ending.exitCode): \(ending.errorOutput)")
        }
        return ending.output
    }
}

extension Kcat.Record {
    /// The JSON envelope of kcat (`-J`).
    private struct Envelope: Decodable {
        var topic: String
        var partition: Int
        var offset: Int
        var ts: Int?
        var key: String?
        var headers: [String?]?
        var payload: String?
    }

    fileprivate init(line: Data) throws {
        let envelope = try JSONDecoder().decode(Envelope.self, from: line)
        topic = envelope.topic
        partition = envelope.partition
        offset = envelope.offset
        timestampMilliseconds = envelope.ts ?? 0
        key = envelope.key
        payload = envelope.payload
        // Names and values alternate.
        let words = envelope.headers ?? []
        headers = stride(from: 0, to: words.count - 1, by: 2).map {
            (words[$0] ?? "", words[$0 + 1])
        }
    }
}
