/// Writes JSON text (RFC 8259) into one array.
///
/// The writer adds the commas. The caller must write a value after every key.
@usableFromInline
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// - Parameter count: The number of bytes to reserve.
    package init(reservingBytes count: Int) {
        bytes.reserveCapacity(count)
    }

    /// Appends to an existing array, such as one that is reused many times.
    package init(appendingTo bytes: consuming [UInt8]) {
        self.bytes = bytes
    }

    // MARK: Containers

    package mutating func beginObject() { begin(UInt8(ascii: "{")) }
    package mutating func endObject() { end(UInt8(ascii: "}")) }
    package mutating func beginArray() { begin(UInt8(ascii: "[")) }
    package mutating func endArray() { end(UInt8(ascii: "]")) }

    private mutating func begin(_ bracket: UInt8) {
        value(addingCapacity: 1) { $0.append(bracket) }
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    /// Appends the comma and the value in one operation, because each append checks whether the
    /// array is shared.
    @inline(__always)
    private mutating func value(
        addingCapacity count: Int,
        _ write: (inout OutputSpan<UInt8>) -> Void
    ) {
        let needsComma = needsComma
        bytes.append(addingCapacity: count + 1) { output in
            if needsComma { output.append(UInt8(ascii: ",")) }
            write(&output)
        }
        self.needsComma = true
    }

    /// Appends the comma before a text, and the text in quotation marks, in one step as well.
    ///
    /// - Parameters:
    ///   - text: Bytes that need no escaping.
    ///   - isKey: Whether the text is a member's name. A colon follows a name.
    @inline(__always)
    private mutating func quoted(_ text: UnsafeBufferPointer<UInt8>, isKey: Bool) {
        let needsComma = needsComma
        // The capacity is enough for a comma, two quotation marks and a colon too. So the bytes below
        // are written without a check for each of them.
        bytes.append(addingCapacity: text.count + 4) { output in
            output.withUnsafeMutableBufferPointer { buffer, count in
                guard let start = buffer.baseAddress?.advanced(by: count) else { return }
                var next = start
                func append(_ byte: UInt8) {
                    next.initialize(to: byte)
                    next += 1
                }
                if needsComma { append(UInt8(ascii: ",")) }
                append(UInt8(ascii: "\""))
                if let first = text.baseAddress { next.initialize(from: first, count: text.count) }
                next += text.count
                append(UInt8(ascii: "\""))
                if isKey { append(UInt8(ascii: ":")) }
                count += next - start
            }
        }
        self.needsComma = !isKey
    }

    /// Appends a member's name that needs no escaping.
    package mutating func key(_ name: StaticString) {
        quoted(.init(start: name.utf8Start, count: name.utf8CodeUnitCount), isKey: true)
    }

    /// Appends a member's name that is not known at compile time.
    package mutating func key(text name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    // MARK: Values

    package mutating func string(_ text: String) { string(text.utf8.span) }

    /// Appends a string of valid UTF-8.
    package mutating func string(utf8: ArraySlice<UInt8>) { string(utf8.span) }

    private mutating func string(_ utf8: Span<UInt8>) {
        let plain = JSONString.endOfPlainText(in: utf8, from: 0)
        guard plain == utf8.count else {
            return value(addingCapacity: JSONString.mostBytes(of: utf8)) {
                $0.append(quoting: utf8)
            }
        }
        utf8.withUnsafeBufferPointer { quoted($0, isKey: false) }
    }

    package mutating func integer(_ number: Int64) {
        value(addingCapacity: DecimalDigits.most + 1) { output in
            if number < 0 { output.append(UInt8(ascii: "-")) }
            DecimalDigits.append(number.magnitude, to: &output)
        }
    }

    package mutating func bool(_ value: Bool) { raw(Array((value ? "true" : "false").utf8)) }
    package mutating func null() { raw(Array("null".utf8)) }

    /// Appends a value that is already JSON text.
    package mutating func raw(_ json: [UInt8]) { raw(json[...]) }

    package mutating func raw(_ json: ArraySlice<UInt8>) {
        value(addingCapacity: json.count) { output in
            json.withUnsafeBytes { output.append($0) }
        }
    }

    /// Appends a string with the text form of a value.
    @inlinable
    package mutating func string<Form: TextForm>(_ text: Form) {
        quoted(atMost: Form.longestText) { text.write(to: &$0) }
    }

    /// Appends a string of at most `count` bytes that need no escaping.
    ///
    /// This is not generic, so that other modules do not have to compile it for every text form.
    @usableFromInline
    mutating func quoted(atMost count: Int, _ write: (inout OutputSpan<UInt8>) -> Void) {
        value(addingCapacity: count + 2) { output in
            output.append(UInt8(ascii: "\""))
            write(&output)
            output.append(UInt8(ascii: "\""))
        }
    }
}
