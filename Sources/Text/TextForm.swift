/// A value with a text form in ASCII that needs no escaping anywhere.
package protocol TextForm: CustomStringConvertible {
    /// The length of the longest text in bytes.
    static var longestText: Int { get }

    /// Appends the text; there is room for the longest.
    func write(to text: inout OutputSpan<UInt8>)
}

extension TextForm {
    /// Appends the text.
    package func append(to bytes: inout [UInt8]) {
        bytes.append(addingCapacity: Self.longestText) { write(to: &$0) }
    }

    package var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
