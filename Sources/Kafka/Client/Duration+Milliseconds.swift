extension Duration {
    /// For librdkafka's `timeout_ms`: never negative, which would mean "for ever".
    package var wholeMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        return Int32(clamping: max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000))
    }
}
