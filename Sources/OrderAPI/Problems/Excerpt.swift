/// What a client has sent, as it is shown to it: not all of what may be long.
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
