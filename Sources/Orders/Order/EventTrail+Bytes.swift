internal import Text

/// A trail as bytes, for stores: some 25 for each event.
///
/// An entry is a byte of ``Flags``, the numbers of topic and service, partition and offset (each seven
/// bits a byte, the lowest first), and the event's ID. After it come the texts of topic, service and
/// correlation that have no number, each behind its length. Integers are little-endian.
extension EventTrail {
    private enum Flags {
        /// The bits of the fact.
        static let fact: UInt8 = 3
        static let isVersion2: UInt8 = 1 << 2
        /// The correlation is that of the order's creation, and is not repeated.
        static let hasCreationsCorrelation: UInt8 = 1 << 3
        /// The correlation is a text, not a UUID.
        static let hasCorrelationText: UInt8 = 1 << 4
        static let all: UInt8 = 0x1F
    }

    private enum Size {
        /// The most bytes of an entry without its texts: flags and numbers, partition and offset, two
        /// UUIDs, and three lengths.
        static let entry = 3 + 5 + 10 + 2 * 16 + 3 * 2
    }

    /// The most bytes of the trail.
    package var mostBytes: Int { hasMore ? 3 * Size.entry + boxBytes : Size.entry }

    /// Appends the trail; the output has room for ``mostBytes``.
    ///
    /// - Parameter correlation: That of the order's creation.
    package func write(to bytes: inout OutputSpan<UInt8>, correlation: Correlation?) {
        writeFirst(to: &bytes)
        guard hasMore else { return }
        if let reservation { Self.write(reservation, .reservation, to: &bytes, correlation) }
        if let cancellation { Self.write(cancellation, .cancellation, to: &bytes, correlation) }
    }

    /// Appends the event of the creation, as most trails have no other.
    private func writeFirst(to bytes: inout OutputSpan<UInt8>) {
        guard first.isPresent else { return }
        var flags = Fact.creation.rawValue | Flags.hasCreationsCorrelation
        if first.isVersion2 { flags |= Flags.isVersion2 }
        bytes.append(flags)
        bytes.append(first.topic)
        bytes.append(first.service)
        bytes.append(varying: UInt64(UInt32(bitPattern: first.partition)))
        bytes.append(varying: UInt64(bitPattern: first.offset))
        bytes.append(first.eventID)
        guard first.topic == 0 || first.service == 0, let entry = creation else { return }
        if first.topic == 0 { bytes.append(counted: entry.place.topic) }
        if first.service == 0 { bytes.append(counted: entry.sourceService) }
    }

    private static func write(
        _ entry: Entry,
        _ fact: Fact,
        to bytes: inout OutputSpan<UInt8>,
        _ known: Correlation?
    ) {
        let correlation = entry.correlation
        let isKnown = correlation?.isIdentical(to: known) == true
        let topic = KnownName.number(ofTopic: entry.place.topic)
        let service = KnownName.number(ofService: entry.sourceService)
        var flags = fact.rawValue
        if entry.version == .v2_0 { flags |= Flags.isVersion2 }
        if isKnown { flags |= Flags.hasCreationsCorrelation }
        if !isKnown, case .text = correlation { flags |= Flags.hasCorrelationText }
        bytes.append(flags)
        bytes.append(topic)
        bytes.append(service)
        bytes.append(varying: UInt64(UInt32(bitPattern: entry.place.partition)))
        bytes.append(varying: UInt64(bitPattern: entry.place.offset))
        bytes.append(entry.eventID)
        if topic == 0 { bytes.append(counted: entry.place.topic) }
        if service == 0 { bytes.append(counted: entry.sourceService) }
        guard !isKnown else { return }
        switch correlation {
        case .id(let id): bytes.append(id)
        case .text(let text): bytes.append(counted: text)
        case nil: break
        }
    }

    /// Reads a trail that was written by ``write(to:correlation:)``.
    ///
    /// - Parameter correlation: That of the order's creation.
    /// - Returns: `nil` if the bytes are not a trail.
    package init?(_ bytes: UnsafeRawBufferPointer, correlation: Correlation?) {
        self.init()
        var reader = Reader(rest: bytes)
        while !reader.rest.isEmpty {
            guard let flags: UInt8 = reader.integer(), flags <= Flags.all,
                let fact = Fact(rawValue: flags & Flags.fact),
                let entry = reader.entry(flags, correlation)
            else { return nil }
            switch fact {
            case .creation: creation = entry
            case .reservation: reservation = entry
            case .cancellation: cancellation = entry
            }
        }
    }

    /// Reads an entry, piece by piece.
    private struct Reader {
        var rest: UnsafeRawBufferPointer

        mutating func entry(_ flags: UInt8, _ known: Correlation?) -> Entry? {
            guard let topic: UInt8 = integer(), let service: UInt8 = integer(),
                let partition = varying().flatMap({ UInt32(exactly: $0) }),
                let offset = varying(), let id = uuid(),
                let topicName = topic == 0 ? text() : KnownName.topic(topic),
                let serviceName = service == 0 ? text() : KnownName.service(service),
                let correlation = correlation(flags, known)
            else { return nil }
            return Entry(
                eventID: id,
                place: RecordPlace(
                    topic: topicName,
                    partition: Int32(bitPattern: partition),
                    offset: Int64(bitPattern: offset)
                ),
                sourceService: serviceName,
                correlation: correlation,
                version: flags & Flags.isVersion2 == 0 ? .v1_0 : .v2_0
            )
        }

        private mutating func correlation(_ flags: UInt8, _ known: Correlation?) -> Correlation? {
            if flags & Flags.hasCreationsCorrelation != 0 { return known }
            if flags & Flags.hasCorrelationText != 0 { return text().map { .text($0) } }
            return uuid().map { .id($0) }
        }

        mutating func integer<Integer: FixedWidthInteger>() -> Integer? {
            guard rest.count >= MemoryLayout<Integer>.size else { return nil }
            let value = rest.loadUnaligned(as: Integer.self)
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(MemoryLayout<Integer>.size))
            return Integer(littleEndian: value)
        }

        /// Reads a number of at most ten bytes, of seven bits each.
        private mutating func varying() -> UInt64? {
            var number: UInt64 = 0
            for shift in stride(from: 0, through: 63, by: 7) {
                guard let byte: UInt8 = integer() else { return nil }
                number |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { return number }
            }
            return nil
        }

        private mutating func uuid() -> UUID? {
            guard let high: UInt64 = integer(), let low: UInt64 = integer() else { return nil }
            return UUID(high: high, low: low)
        }

        private mutating func text() -> String? {
            guard let count: UInt16 = integer(), rest.count >= count else { return nil }
            defer { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(Int(count))) }
            return String(validating: rest.prefix(Int(count)), as: UTF8.self)
        }
    }
}

extension Correlation {
    /// Returns whether the bytes are the same, which those of equal strings need not be.
    fileprivate func isIdentical(to other: Correlation?) -> Bool {
        switch (self, other) {
        case (.id(let id), .id(let other)): id == other
        case (.text(let text), .text(let other)): text.utf8.elementsEqual(other.utf8)
        default: false
        }
    }
}

extension OutputSpan<UInt8> {
    fileprivate mutating func append(_ id: UUID) {
        append(bytesOf: SIMD2(id.high.littleEndian, id.low.littleEndian))
    }

    /// Appends a number with seven bits a byte, the lowest first; all but the last have bit 0x80.
    fileprivate mutating func append(varying number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends the length of a text and the text, which is shorter than 64 KiB as all texts of events.
    fileprivate mutating func append(counted text: String) {
        let utf8 = text.utf8.span
        append(bytesOf: UInt16(utf8.count).littleEndian)
        append(utf8)
    }
}
