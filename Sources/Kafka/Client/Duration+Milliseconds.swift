extension Duration {
    /// The value for librdkafka's `timeout_ms`; never negative, because that means "for ever".
    package var wholeMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        return Int32(clamping: max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000))
    }
}
