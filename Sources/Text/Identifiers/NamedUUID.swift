/// Identifiers derived from other identifiers (RFC 9562 §5.5): the same input always results in the
/// same identifier.
package enum NamedUUID {
    /// Returns an identifier of version 5, which uses SHA-1 only for equality.
    ///
    /// The identifier is not secret, and it signs nothing.
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
