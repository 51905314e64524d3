internal import Orders
internal import Text

/// A Bloom filter that recognizes most orders that are not stored (Bloom, "Space/time trade-offs in
/// hash coding with allowable errors", 1970).
///
/// Most IDs grow with time (UUIDv7, RFC 9562 §5.7). So the filter is not filled from the database
/// at the start: every ID up to the highest stored one counts as "may be stored". Only higher IDs
/// that are inserted later go into the filter. When the filter is full, it is emptied, and the
/// highest ID so far becomes the new bound.
struct StoredIDs {
    enum Limits {
        /// The filter's size: 1 MiB.
        static let bits = 1 << 23
        /// The number of IDs after which the filter is full.
        ///
        /// In a full filter, one absent ID in a thousand looks like a stored one.
        static let ids = 400_000
        /// The number of bits that are set for each ID.
        static let bitsPerID = 4
    }

    /// The bound: every ID up to this one may be stored.
    private var bound: OrderID?
    private var highest: OrderID?
    /// The bits, which are allocated for the first ID, so that an idle gateway does not need them.
    private var filter: [UInt64] = []
    private var count = 0

    /// - Parameter highest: The highest stored ID; `nil` if there is none.
    init(highest: OrderID?) {
        bound = highest
        self.highest = highest
    }

    /// Returns whether an order may be stored; `false` only if it is certainly not stored.
    func mayContain(_ id: OrderID) -> Bool {
        if let bound, id <= bound { return true }
        guard !filter.isEmpty else { return false }
        var bits = Bits(of: id)
        for _ in 0..<Limits.bitsPerID where !isSet(bits.next()) { return false }
        return true
    }

    /// Notes that an order is being stored.
    mutating func insert(_ id: OrderID) {
        highest = max(highest ?? id, id)
        if mayContain(id) { return }
        if filter.isEmpty { filter = Array(repeating: 0, count: Limits.bits / UInt64.bitWidth) }
        var bits = Bits(of: id)
        for _ in 0..<Limits.bitsPerID { set(bits.next()) }
        count += 1
        guard count == Limits.ids else { return }
        bound = highest
        filter = []
        count = 0
    }

    private func isSet(_ bit: Int) -> Bool {
        filter[bit / UInt64.bitWidth] & 1 << UInt64(bit % UInt64.bitWidth) != 0
    }

    private mutating func set(_ bit: Int) {
        filter[bit / UInt64.bitWidth] |= 1 << UInt64(bit % UInt64.bitWidth)
    }

    /// The bits of an ID, by double hashing (Kirsch and Mitzenmacher, "Less hashing, same
    /// performance", 2006).
    ///
    /// 62 bits of a UUIDv7 are random (RFC 9562 §5.7). The ID is still mixed (Fibonacci hashing:
    /// Knuth, volume 3, §6.4), because other programs may give orders other kinds of IDs.
    private struct Bits {
        private var hash: UInt64
        private let step: UInt64

        init(of id: OrderID) {
            hash = (id.low ^ id.high) &* 0x9E37_79B9_7F4A_7C15
            step = (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15 | 1
        }

        /// Returns the next bit number, below ``Limits/bits``.
        mutating func next() -> Int {
            defer { hash &+= step }
            let shift = UInt64(UInt64.bitWidth - Limits.bits.trailingZeroBitCount)
            return Int(truncatingIfNeeded: hash >> shift)
        }
    }
}
