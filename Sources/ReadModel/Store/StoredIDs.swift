internal import Orders
internal import Text

/// Tells of most orders that are not in the store that they are not, without a look into it.
///
/// Ids grow with time. So what is above the highest one that was there in the beginning can only have
/// come since, and what has come since is in a Bloom filter (Bloom, 1970). When the filter is full, a
/// new beginning is made.
struct StoredIDs {
    enum Limits {
        /// The filter's size: 1 MiB.
        static let bits = 1 << 23
        /// How many ids it takes: by then one in a thousand that is absent is taken for one that is
        /// there.
        static let ids = 400_000
        /// Bits for each.
        static let bitsPerID = 4
    }

    /// What is not above it may be stored.
    private var beginning: OrderID?
    private var highest: OrderID?
    /// Made when the first id comes: an idle gateway does without.
    private var filter: [UInt64] = []
    private var count = 0

    /// - Parameter highest: The highest id that is stored.
    init(highest: OrderID?) {
        beginning = highest
        self.highest = highest
    }

    /// `false` only when it is certainly not.
    func mayContain(_ id: OrderID) -> Bool {
        if let beginning, id <= beginning { return true }
        guard !filter.isEmpty else { return false }
        var bits = Bits(of: id)
        for _ in 0..<Limits.bitsPerID where !isSet(bits.next()) { return false }
        return true
    }

    mutating func insert(_ id: OrderID) {
        highest = max(highest ?? id, id)
        if mayContain(id) { return }
        if filter.isEmpty { filter = Array(repeating: 0, count: Limits.bits / UInt64.bitWidth) }
        var bits = Bits(of: id)
        for _ in 0..<Limits.bitsPerID { set(bits.next()) }
        count += 1
        guard count == Limits.ids else { return }
        beginning = highest
        filter = []
        count = 0
    }

    private func isSet(_ bit: Int) -> Bool {
        filter[bit / UInt64.bitWidth] & 1 << UInt64(bit % UInt64.bitWidth) != 0
    }

    private mutating func set(_ bit: Int) {
        filter[bit / UInt64.bitWidth] |= 1 << UInt64(bit % UInt64.bitWidth)
    }

    /// The bits of an id, by double hashing (Kirsch and Mitzenmacher, 2006).
    ///
    /// 62 bits of an order's id are random (RFC 9562 §5.7); mixed all the same (Fibonacci hashing,
    /// Knuth volume 3 §6.4), for those that were given out otherwise.
    private struct Bits {
        private var hash: UInt64
        private let step: UInt64

        init(of id: OrderID) {
            hash = (id.low ^ id.high) &* 0x9E37_79B9_7F4A_7C15
            step = (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15 | 1
        }

        /// A number below ``Limits/bits``.
        mutating func next() -> Int {
            defer { hash &+= step }
            let shift = UInt64(UInt64.bitWidth - Limits.bits.trailingZeroBitCount)
            return Int(truncatingIfNeeded: hash >> shift)
        }
    }
}
