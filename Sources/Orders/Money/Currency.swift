internal import Text

/// A currency, identified by its alphabetic code (ISO 4217), such as `USD`.
package struct Currency: Hashable, Sendable, TextForm {
    /// The currency of amounts without a currency, unless another one is configured.
    package static let usd = Currency(first: 0x55, second: 0x53, third: 0x44)

    private let first: UInt8
    private let second: UInt8
    private let third: UInt8

    private init(first: UInt8, second: UInt8, third: UInt8) {
        self.first = first
        self.second = second
        self.third = third
    }

    /// - Returns: `nil` unless the string is three upper-case ASCII letters. The program does not
    ///   check whether the code is assigned, because the list of ISO 4217 changes.
    package init?(_ text: Span<UInt8>) {
        guard text.count == 3 else { return nil }
        for index in text.indices where !(0x41...0x5A).contains(text[index]) { return nil }
        self.init(first: text[0], second: text[1], third: text[2])
    }

    package init?(_ text: String.UTF8View) {
        self.init(text.span)
    }

    package static let longestText = 3

    package func write(to output: inout OutputSpan<UInt8>) {
        output.append(first)
        output.append(second)
        output.append(third)
    }
}
