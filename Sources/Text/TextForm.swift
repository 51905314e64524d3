/// A value with an ASCII text form that never needs escaping.
@usableFromInline
package protocol TextForm: CustomStringConvertible {
    /// The length of the longest text in bytes.
    static var longestText: Int { get }

    /// Appends the text; the output has room for the longest text.
    func write(to text: inout OutputSpan<UInt8>)
}

extension TextForm {
    /// Appends the text.
    @inlinable
    package func append(to bytes: inout [UInt8]) {
        bytes.append(addingCapacity: Self.longestText) { write(to: &$0) }
    }

    package var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
