internal import Glibc

/// The host to listen on as users write it: an address or a name.
package enum HostText {
    private enum Limits {
        /// The maximum lengths of a name and of one of its labels, in bytes (RFC 1035 §2.3.4).
        static let name = 253
        static let label = 63
    }

    /// Returns the host without brackets.
    ///
    /// - Returns: `nil` when the text is neither an address nor a name. getaddrinfo(3) accepts
    ///   more: `*` for 0.0.0.0, and `127.1` or `0x7f000001` for 127.0.0.1.
    package static func parse(_ text: String) -> String? {
        if text.hasPrefix("["), text.hasSuffix("]") {
            let inside = String(text.dropFirst().dropLast())
            return isVersion6(inside) ? inside : nil
        }
        return isVersion6(text) || isVersion4(text) || isName(text) ? text : nil
    }

    /// Returns whether a text is an IPv6 address, with a zone such as `fe80::1%eth0` (RFC 4007 §11)
    /// or without one.
    private static func isVersion6(_ text: String) -> Bool {
        let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        var address = in6_addr()
        guard let first = parts.first, inet_pton(AF_INET6, String(first), &address) == 1 else {
            return false
        }
        return parts.count == 1 || !parts[1].isEmpty
    }

    private static func isVersion4(_ text: String) -> Bool {
        var address = in_addr()
        return inet_pton(AF_INET, text, &address) == 1
    }

    /// Returns whether a text is a name.
    ///
    /// Its labels have letters, digits and hyphens (RFC 1123 §2.1), and underscores, which names of
    /// containers contain.
    private static func isName(_ text: String) -> Bool {
        guard text.utf8.count <= Limits.name else { return false }
        // The dot at the end stands for the root.
        let name = text.hasSuffix(".") ? text.dropLast() : text[...]
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard let last = labels.last, !isNumber(last) else { return false }
        return labels.allSatisfy { label in
            let bytes = label.utf8
            return (1...Limits.label).contains(bytes.count) && bytes.allSatisfy(isOfName)
                && bytes.first != UInt8(ascii: "-") && bytes.last != UInt8(ascii: "-")
        }
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Returns whether a label is a number.
    ///
    /// A host that ends in a number is an address or invalid
    /// (https://url.spec.whatwg.org/#ends-in-a-number-checker).
    private static func isNumber(_ label: Substring) -> Bool {
        let lower = label.lowercased()
        if lower.hasPrefix("0x") { return lower.dropFirst(2).allSatisfy(\.isHexDigit) }
        return !lower.isEmpty && lower.utf8.allSatisfy { 0x30...0x39 ~= $0 }
    }
}
