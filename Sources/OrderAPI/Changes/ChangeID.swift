internal import Text

/// The id of a change in an event stream, as clients send it back in `Last-Event-ID`:
/// `<epoch>-<number>`.
struct ChangeID: Equatable, Sendable {
    enum Limits {
        /// The most bytes of the text: sixteen digits, a hyphen, and the number.
        static let textBytes = 16 + 1 + DecimalDigits.most
    }

    /// The random number of the ring that counted the changes, so that no other process's numbers are
    /// taken for its own.
    let epoch: UInt64
    let number: UInt64

    init(epoch: UInt64, number: UInt64) {
        self.epoch = epoch
        self.number = number
    }

    /// Reads the text form, and nothing else.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 16,
            parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            parts[0].utf8.allSatisfy({ HexDigits.value($0) != nil }),
            let epoch = UInt64(parts[0], radix: 16), let number = UInt64(parts[1])
        else { return nil }
        self.init(epoch: epoch, number: number)
    }

    /// Appends the text; the output has room for ``Limits/textBytes``.
    func write(to output: inout OutputSpan<UInt8>) {
        HexDigits.append(epoch, to: &output)
        output.append(UInt8(ascii: "-"))
        DecimalDigits.append(number, to: &output)
    }
}
