import Testing

@testable import Transport

struct DeadlinesTests {
    private func token(_ number: Int32) -> Registration.Token {
        Registration.Token(descriptor: number, generation: 1)
    }

    @Test func `entries come out when due, the earliest first`() {
        var deadlines = Deadlines()
        for nanoseconds in [30, 10, 20] as [Int64] {
            deadlines.add(token(Int32(nanoseconds)), due: MonotonicTime(nanoseconds: nanoseconds))
        }
        #expect(deadlines.earliest == MonotonicTime(nanoseconds: 10))
        #expect(deadlines.next(due: MonotonicTime(nanoseconds: 9)) == nil)
        #expect(deadlines.next(due: MonotonicTime(nanoseconds: 20))?.token == token(10))
        #expect(deadlines.next(due: MonotonicTime(nanoseconds: 20))?.token == token(20))
        #expect(deadlines.next(due: MonotonicTime(nanoseconds: 20)) == nil)
    }

    @Test func `a duration beyond the clock is never due`() {
        let time = MonotonicTime(nanoseconds: 5)
        #expect(time.advanced(by: .seconds(Int64.max / 2)) == .distantFuture)
        #expect(time.advanced(by: .milliseconds(3)) == MonotonicTime(nanoseconds: 3_000_005))
    }

    @Test func `a token survives its epoll word`() {
        let token = Registration.Token(descriptor: 70_000, generation: .max - 1)
        #expect(Registration.Token(word: token.word) == token)
    }
}
