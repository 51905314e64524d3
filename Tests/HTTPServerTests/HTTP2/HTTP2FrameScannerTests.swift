import TestSupport
import Testing

@testable import HTTPServer

/// RFC 9113 §4.1.
struct HTTP2FrameScannerTests {
    private typealias Found = HTTP2FrameScanner.Frame

    private static let bytes =
        Frame.preface + Frame.get(1) + Frame.priority(3, on: 0x8000_0005) + Frame.data(1, [])
        + Frame.data(.max, [UInt8](repeating: 2, count: 70_000))
        + Frame.make(type: 2, flags: 0, stream: 7, [0, 0, 0, 7]) + Frame.ping()
        + Frame.headers(.min | 9, Frame.getFields)

    private func frames(_ pieces: [[UInt8]]) -> [Found] {
        var scanner = HTTP2FrameScanner()
        var frames: [Found] = []
        var base = 0
        for piece in pieces {
            piece.withUnsafeBytes { bytes in
                var index = 0
                while let frame = scanner.next(bytes, &index) {
                    #expect(frame.start <= index)
                    frames.append(frame)
                }
                #expect(index == bytes.count)
            }
            base += piece.count
        }
        return frames
    }

    @Test func `each frame is found, with what it is about and where it begins`() {
        func start(_ frame: [UInt8]) -> Int? { Self.bytes.firstRange(of: frame)?.lowerBound }
        #expect(
            frames([Self.bytes]) == [
                Found(kind: .other, stream: 0, dependency: 0, start: 24),
                Found(kind: .headers, stream: 1, dependency: 0, start: 33),
                Found(kind: .priority, stream: 3, dependency: 5, start: 48),
                Found(kind: .data, stream: 1, dependency: 0, start: 62),
                Found(kind: .data, stream: .max, dependency: 0, start: 71),
                Found(kind: .other, stream: 7, dependency: 0, start: 70_080),
                Found(kind: .other, stream: 0, dependency: 0, start: 70_093),
                Found(kind: .headers, stream: 9, dependency: 0, start: 70_110),
            ]
        )
    }

    @Test func `however the bytes are split, the same frames are found`() throws {
        let whole = frames([Self.bytes]).map { "\($0.kind) \($0.stream) \($0.dependency)" }
        try withSeededGenerator { generator in
            for _ in 0..<50 {
                var pieces: [[UInt8]] = []
                var rest = Self.bytes[...]
                while !rest.isEmpty {
                    let longest = Bool.random(using: &generator) ? 15 : 20_000
                    let count = Int.random(in: 1...longest, using: &generator)
                    pieces.append(Array(rest.prefix(count)))
                    rest = rest.dropFirst(count)
                }
                let found = frames(pieces).map { "\($0.kind) \($0.stream) \($0.dependency)" }
                #expect(found == whole)
            }
        }
    }
}
