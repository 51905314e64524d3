/// A client's text for an error response, shortened if it is long.
struct Excerpt: CustomStringConvertible {
    private enum Limits {
        static let bytes = 64
    }

    let description: String

    init(_ bytes: ArraySlice<UInt8>) {
        let text = String(decoding: bytes.prefix(Limits.bytes), as: UTF8.self)
        description = bytes.count > Limits.bytes ? text + "…" : text
    }
}
