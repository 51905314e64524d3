internal import Text

/// What a collector says about spans that it has taken (`ExportTracePartialSuccess`).
package struct OTLPAnswer: Equatable, Sendable {
    /// The number of spans that it has rejected; never negative, whatever it says.
    package private(set) var rejectedSpans = 0
    /// Why, or a warning if it has rejected none.
    package private(set) var message = ""

    /// Reads the content of a response with status 200; anything unknown says nothing.
    package init(_ content: [UInt8]) {
        var reader = JSONReader(content)
        do throws(JSONError) {
            try read(&reader)
        } catch {
            // Some collectors answer in another form, although they were asked in this one.
        }
    }

    private mutating func read(_ reader: inout JSONReader) throws(JSONError) {
        guard try reader.nextKind() == .object else { return }
        try reader.enterObject()
        while let key = try reader.nextKey() {
            guard reader.equals(key, "partialSuccess"), try reader.nextKind() == .object else {
                try reader.skipValue()
                continue
            }
            try reader.enterObject()
            while let key = try reader.nextKey() {
                let isMessage = reader.equals(key, "errorMessage")
                let isCount = reader.equals(key, "rejectedSpans")
                switch try reader.nextKind() {
                case .string where isMessage: message = reader.text(try reader.string())
                // A number of 64 bits is a string in JSON; some write a number.
                case .string where isCount:
                    rejectedSpans = max(0, Int(reader.text(try reader.string())) ?? 0)
                case .number where isCount:
                    let start = reader.position
                    try reader.skipValue()
                    let digits = reader.bytes[start..<reader.position]
                    rejectedSpans = max(0, Int(String(decoding: digits, as: UTF8.self)) ?? 0)
                default: try reader.skipValue()
                }
            }
        }
    }
}
