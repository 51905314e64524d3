internal import Crypto
package import Orders

/// Identifiers that follow from other identifiers (RFC 9562 §5.5): whoever derives one, and however
/// often, it is the same.
package enum NamedUUID {
    /// Version 5 by SHA-1, which is no secret here: nothing but equality depends on it.
    package static func make(namespace: UUID, name: String) -> UUID {
        var hash = Insecure.SHA1()
        var bytes: [UInt8] = []
        for word in [namespace.high, namespace.low] {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        hash.update(data: bytes)
        hash.update(data: Array(name.utf8))
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (index, byte) in hash.finalize().prefix(16).enumerated() {
            if index < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt64(byte) }
        }
        return UUID(
            high: high & 0xFFFF_FFFF_FFFF_0FFF | 0x5000,
            low: low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        )
    }
}
