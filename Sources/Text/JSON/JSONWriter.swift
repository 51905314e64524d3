/// Writes JSON text (RFC 8259) into one array.
///
/// The writer adds the commas. The caller must write a value after every key.
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

    /// Appends a member's name that needs no escaping.
    package mutating func key(_ name: StaticString) {
        value(addingCapacity: name.utf8CodeUnitCount + 3) { output in
            output.append(UInt8(ascii: "\""))
            output.append(name)
            output.append("\":")
        }
        needsComma = false
    }

    /// Appends a member's name that is not known at compile time.
    package mutating func key(text name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    // MARK: Values

    package mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            let plain = JSONString.endOfPlainText(in: utf8.span, from: 0)
            value(addingCapacity: plain + 2) { output in
                output.append(UInt8(ascii: "\""))
                output.append(
                    UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(utf8)[..<plain])
                )
                if plain == utf8.count { output.append(UInt8(ascii: "\"")) }
            }
            guard plain < utf8.count else { return }
            appendEscaped(utf8[plain...])
            bytes.append(UInt8(ascii: "\""))
        }
    }

    private mutating func appendEscaped(_ utf8: Slice<UnsafeBufferPointer<UInt8>>) {
        for byte in utf8 {
            switch byte {
            case 0x22, 0x5C:
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
            case 0x0D: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "r")])
            case 0x09: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "t")])
            case ..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(contentsOf: String(byte >> 4, radix: 16).utf8)
                bytes.append(contentsOf: String(byte & 15, radix: 16).utf8)
            default: bytes.append(byte)
            }
        }
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
    package mutating func raw(_ json: [UInt8]) {
        value(addingCapacity: json.count) { output in
            json.withUnsafeBytes { output.append($0) }
        }
    }

    /// Appends a string with the text form of a value.
    package mutating func string(_ text: some TextForm) {
        value(addingCapacity: type(of: text).longestText + 2) { output in
            output.append(UInt8(ascii: "\""))
            text.write(to: &output)
            output.append(UInt8(ascii: "\""))
        }
    }
}
