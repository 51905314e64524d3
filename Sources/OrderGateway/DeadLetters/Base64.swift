internal import FoundationEssentials

/// RFC 4648 §4, with padding.
enum Base64 {
    static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
