extension Duration {
    /// The value for librdkafka's `timeout_ms`; never negative, because that means "for ever".
    package var wholeMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        return Int32(clamping: max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000))
    }

    /// The value in nanoseconds.
    var nanoseconds: Int {
        // Almost every duration is below nine seconds, and a division of 64 bits is much cheaper.
        if let attoseconds = Int64(exactly: attoseconds) { return Int(attoseconds / 1_000_000_000) }
        return Int(clamping: attoseconds / 1_000_000_000)
    }
}
