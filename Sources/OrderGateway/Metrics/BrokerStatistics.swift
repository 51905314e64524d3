internal import Text

/// What a client of librdkafka says of one broker (STATISTICS.md, "brokers").
struct BrokerStatistics: Equatable {
    enum Limits {
        /// The most brokers that are told apart: the first ones by their number.
        static let brokers = 64
    }

    /// The round-trip times of the last interval, in seconds.
    struct RoundTrip: Equatable {
        /// The 50th percentile.
        let median: Double
        /// The 99th percentile.
        let high: Double
    }

    let id: Int
    let isUp: Bool
    let requestsInFlight: Int
    /// In seconds.
    let throttle: Double
    /// `nil` without a request.
    let rtt: RoundTrip?

    /// The states of a broker that the client has had no need to connect to.
    private static let unused: Set = ["INIT"]
    private static let up: Set = ["UP", "UPDATE"]

    /// Reads the statistics of a client; what cannot be read is left out.
    ///
    /// The addresses from the configuration and the coordinators, which are brokers once more, have no
    /// number and are left out too.
    static func read(_ json: [UInt8]) -> [BrokerStatistics] {
        var reader = JSONReader(json)
        var brokers: [BrokerStatistics] = []
        do throws(JSONError) {
            try reader.forEachMember { name, reader throws(JSONError) in
                guard name == "brokers" else { return try reader.skipValue() }
                try reader.forEachMember { _, reader throws(JSONError) in
                    if let broker = try BrokerStatistics(&reader) { brokers.append(broker) }
                }
            }
        } catch {
            // What was read before is right.
        }
        // A broker that was configured by its address may be there twice.
        let single = Dictionary(brokers.map { ($0.id, $0) }) { $0.isUp ? $0 : $1 }.values
        return Array(single.sorted { $0.id < $1.id }.prefix(Limits.brokers))
    }

    private init?(_ reader: inout JSONReader) throws(JSONError) {
        var numbers: [String: Int] = [:]
        var state = ""
        var rtt: [String: Int] = [:]
        var throttle: [String: Int] = [:]
        try reader.forEachMember { name, reader throws(JSONError) in
            switch (name, try reader.nextKind()) {
            case ("state", .string):
                let text = try reader.string()
                state = reader.text(text)
            case ("rtt", .object): rtt = try reader.wholeNumbers()
            case ("throttle", .object): throttle = try reader.wholeNumbers()
            case (_, .number):
                let number = try reader.number()
                numbers[name] = reader.wholeNumber(number)
            default: try reader.skipValue()
            }
        }
        guard let id = numbers["nodeid"], !state.isEmpty, !Self.unused.contains(state) else {
            return nil
        }
        self.id = id
        isUp = Self.up.contains(state)
        requestsInFlight = numbers["waitresp_cnt"] ?? 0
        self.throttle = Double(throttle["max"] ?? 0) / 1e3
        let hasRequests = rtt["cnt"] ?? 0 > 0
        self.rtt =
            hasRequests
            ? RoundTrip(median: Double(rtt["p50"] ?? 0) / 1e6, high: Double(rtt["p99"] ?? 0) / 1e6)
            : nil
    }
}

extension JSONReader {
    /// Reads an object.
    ///
    /// - Parameter read: Reads the value of each member.
    fileprivate mutating func forEachMember(
        _ read: (String, inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        try enterObject()
        while let key = try nextKey() { try read(text(key), &self) }
    }

    /// Reads the members of an object that are whole numbers.
    fileprivate mutating func wholeNumbers() throws(JSONError) -> [String: Int] {
        var numbers: [String: Int] = [:]
        try forEachMember { name, reader throws(JSONError) in
            guard try reader.nextKind() == .number else { return try reader.skipValue() }
            let number = try reader.number()
            numbers[name] = reader.wholeNumber(number)
        }
        return numbers
    }
}
