import Testing

@testable import Text

struct SHA1Tests {
    private func hash(_ message: [UInt8]) -> String {
        SHA1.hash(message)
            .map { byte in
                let digits = String(byte, radix: 16)
                return digits.count < 2 ? "0\(digits)" : digits
            }
            .joined()
    }

    /// The messages of FIPS 180-4's examples: one block, two blocks by their padding, two by their
    /// length, and none.
    @Test(arguments: [
        ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "a49b2446a02c645bf419f995b67091253a04a259"
        ),
        ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    ])
    func `the examples of FIPS 180-4 come out`(_ message: String, _ digest: String) {
        #expect(hash(Array(message.utf8)) == digest)
    }

    @Test func `a million letters come out`() {
        let message = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        #expect(hash(message) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f")
    }

    /// Around the lengths at which the padding begins another block; the digests are those of
    /// Python's hashlib for bytes that count up by seven from three.
    @Test(arguments: [
        (1, "9842926af7ca0a8cca12604f945414f07b01e13d"),
        (55, "ddf57317ef34bfee3b6df83d359098930eb278bc"),
        (56, "a0d492bb0fc889d0eca3bc137066ab6f4f74f369"),
        (63, "c55856749bef509bdfe6bfebfc7bf4e793e82132"),
        (64, "bede92be29c3874e1b54ddc77988d606fc857a8e"),
        (65, "b05a80522b053d6dc7e0a517d0e70212c7dad11f"),
        (119, "504e27376a6e0f0dba8295b85cb25dc4dfa17d23"),
        (120, "82134b02fb3f702491be9bed581eeab59334acb2"),
        (127, "34d5e582029e9b9b85b2febe31da3db7cdabaaea"),
        (128, "a09133e6730ffe899efb70204cb5646cd5dc24ee"),
        (129, "808aea332ce367541d37adae7f94e59c5c1a934e"),
    ])
    func `lengths around the end of a block come out`(_ length: Int, _ digest: String) {
        #expect(hash((0..<length).map { UInt8(truncatingIfNeeded: $0 * 7 + 3) }) == digest)
    }
}
