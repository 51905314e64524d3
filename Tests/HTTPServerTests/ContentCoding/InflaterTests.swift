import TestSupport
import Testing

@testable import HTTPServer

struct InflaterTests {
    private let text = Array("an order, an order, and one more order".utf8)
    private let limits = Expansion(limitBytes: 128 * 1024)

    private func expand(_ content: [UInt8], _ coding: ContentCoding) throws -> [UInt8] {
        try Inflater.expand(content, coding, limits)
    }

    /// Bytes of a seed, which hardly compress.
    private func noise(_ count: Int) -> [UInt8] {
        var generator = SeededGenerator(seed: 22)
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    @Test(arguments: [
        (ContentCoding.gzip, Compression.Frame.gzip), (.deflate, .zlib), (.deflate, .none),
    ])
    func `what was compressed is expanded`(
        _ coding: ContentCoding,
        _ frame: Compression.Frame
    ) throws {
        let contents = [[], text, noise(40_000), [UInt8](repeating: 32, count: 16_000)]
        for content in contents {
            for level: Int32 in [0, 1, 6, 9] {
                let compressed = Compression.compress(content, frame, level: level)
                #expect(try expand(compressed, coding) == content)
            }
        }
    }

    @Test func `several gzip members are one content (RFC 1952 §2.2)`() throws {
        let members =
            Compression.compress(text) + Compression.compress([])
            + Compression.compress(noise(20_000))
        #expect(try expand(members, .gzip) == text + noise(20_000))
    }

    @Test(arguments: [
        (ContentCoding.gzip, Compression.Frame.gzip), (.deflate, .zlib), (.deflate, .none),
    ])
    func `what breaks off anywhere is damaged`(
        _ coding: ContentCoding,
        _ frame: Compression.Frame
    ) {
        let whole = Compression.compress(text, frame)
        for length in 0..<whole.count {
            #expect(throws: ContentError.damaged(coding, reason: "it breaks off")) {
                try expand(Array(whole[..<length]), coding)
            }
        }
    }

    @Test(arguments: [
        (ContentCoding.gzip, Compression.Frame.gzip), (.deflate, .zlib), (.deflate, .none),
    ])
    func `what follows the end is damage too`(
        _ coding: ContentCoding,
        _ frame: Compression.Frame
    ) {
        for rest in [[0], Array("{}".utf8), [0x1F], [0x1F, 0x8B]] {
            #expect(throws: ContentError.self) {
                try expand(Compression.compress(text, frame) + rest, coding)
            }
        }
    }

    @Test func `a wrong checksum, length or header is damage`() {
        let gzip = Compression.compress(text)
        for index in [0, 1, 2, 3, gzip.count - 8, gzip.count - 1] {
            var damaged = gzip
            damaged[index] ^= 0xE0
            #expect(throws: ContentError.self) { try expand(damaged, .gzip) }
        }
        #expect(throws: ContentError.self) { try expand(text, .gzip) }
        #expect(throws: ContentError.self) { try expand(text, .deflate) }
        #expect(throws: ContentError.self) { try expand(gzip, .deflate) }
        // With FDICT set, as RFC 1950 §2.2 has it for a dictionary that nobody here knows.
        #expect(throws: ContentError.damaged(.deflate, reason: "it needs a dictionary")) {
            try expand([0x78, 0xBB, 0, 0, 0, 1, 3, 0, 0, 0, 0, 1], .deflate)
        }
    }

    @Test func `whatever the bytes are, they are expanded or refused`() {
        for seed in 0..<300 {
            var generator = SeededGenerator(seed: UInt64(seed))
            var bytes = Compression.compress(noise(300), seed % 2 == 0 ? .gzip : .zlib)
            for _ in 0..<1 + seed % 4 {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] =
                    UInt8.random(in: 0...255, using: &generator)
            }
            for coding in [ContentCoding.gzip, .deflate] {
                do {
                    #expect(try expand(bytes, coding).count <= limits.limitBytes, "seed \(seed)")
                } catch {
                    #expect(error is ContentError, "seed \(seed)")
                }
            }
        }
    }

    // MARK: Limits

    @Test func `what becomes larger than a body may be is too large, to the byte`() throws {
        let limits = Expansion(limitBytes: 40_000)
        let fits = Compression.compress(noise(40_000))
        #expect(try Inflater.expand(fits, .gzip, limits).count == 40_000)
        let larger = Compression.compress(noise(40_001))
        #expect(throws: ContentError.tooLarge(limitBytes: 40_000)) {
            try Inflater.expand(larger, .gzip, limits)
        }
    }

    @Test func `what expands more than a hundredfold is refused, unless it stays small`() throws {
        let small = Compression.compress([UInt8](repeating: 32, count: 16 * 1024))
        #expect(small.count < 100)
        #expect(try expand(small, .gzip).count == 16 * 1024)
        let bomb = Compression.compress([UInt8](repeating: 32, count: 100 * 1024))
        #expect(bomb.count < 200)
        #expect(throws: ContentError.expandsTooFar(factor: 100)) { try expand(bomb, .gzip) }
    }

    @Test func `a bomb that is large when it is sent is refused at the limit`() {
        let bomb = Compression.compress([UInt8](repeating: 0, count: 16 * 1024 * 1024))
        let limits = Expansion(limitBytes: 1024 * 1024)
        #expect(bomb.count > 15 * 1024)
        #expect(throws: ContentError.tooLarge(limitBytes: 1024 * 1024)) {
            try Inflater.expand(bomb, .gzip, limits)
        }
    }
}
