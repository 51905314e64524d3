/// Identifiers that follow from other identifiers (RFC 9562 §5.5): whoever derives one, and however
/// often, it is the same.
package enum NamedUUID {
    /// Version 5, by SHA-1, on which nothing but equality depends.
    ///
    /// It is no secret, and nothing is signed by it.
    package static func make(namespace: UUID, name: String) -> UUID {
        var message: [UInt8] = []
        for word in [namespace.high, namespace.low] {
            withUnsafeBytes(of: word.bigEndian) { message.append(contentsOf: $0) }
        }
        message.append(contentsOf: name.utf8)
        let digest = SHA1.hash(message)
        let high = digest[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
        let low = digest[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
        return UUID(
            high: high & 0xFFFF_FFFF_FFFF_0FFF | 0x5000,
            low: low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        )
    }
}
