import Testing

@testable import HTTPServer

struct HTTP2AnswerTests {
    @Test func `a stream whose client takes it in small steps does not keep what was sent`() {
        var answer = HTTP2Answer()
        answer.beginStream(.ok)
        let piece = [UInt8](repeating: 0x78, count: 16 * 1024)
        answer.append(piece[...])
        // One more piece waits all the time, so that the content is never taken completely.
        for _ in 0..<1_000 {
            answer.append(piece[...])
            _ = answer.take(atMost: 16 * 1024)
        }
        #expect(answer.waitingBytes == piece.count)
        #expect(answer.sentBytes == 1_000 * piece.count)
        #expect(answer.content.capacity <= 4 * HTTP2Answer.Limits.sentBytes)
    }

    @Test func `what is kept comes in order`() {
        var answer = HTTP2Answer()
        answer.beginStream(.ok)
        var taken: [UInt8] = []
        for number in UInt8(0)..<20 {
            answer.append([UInt8](repeating: number, count: 20_000)[...])
            guard number > 0 else { continue }
            if case .part(let count) = answer.take(atMost: 30_000) {
                answer.withTaken(count) { taken += $0 }
            }
        }
        let sent = (UInt8(0)..<20).flatMap { [UInt8](repeating: $0, count: 20_000) }
        #expect(taken.count >= 380_000)
        #expect(taken.elementsEqual(sent[..<taken.count]))
    }
}
