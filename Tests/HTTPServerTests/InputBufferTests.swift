import Testing

@testable import HTTPServer

struct InputBufferTests {
    /// Where a loop would read to: what comes later overwrites what has come before.
    private final class Place {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 1)

        deinit { bytes.deallocate() }

        func read(_ text: String) -> UnsafeRawBufferPointer {
            bytes.copyBytes(from: text.utf8)
            return UnsafeRawBufferPointer(rebasing: bytes[..<text.utf8.count])
        }
    }

    private func text(_ input: InputBuffer) -> String {
        String(decoding: input.prefix(input.count), as: UTF8.self)
    }

    @Test func `what is lent is seen where it is, and kept when it is asked for`() {
        let place = Place()
        var input = InputBuffer()
        input.lend(place.read("hello"))
        input.consume(1)
        #expect(text(input) == "ello")
        _ = place.read("j")
        #expect(text(input) == "ello")
        _ = place.read("jolly")
        #expect(text(input) == "olly")
        input.keep()
        _ = place.read("other")
        #expect(text(input) == "olly")
    }

    @Test func `what comes later follows what was left over`() {
        let place = Place()
        var input = InputBuffer()
        input.lend(place.read("abc"))
        input.consume(2)
        input.keep()
        input.lend(place.read("defg"))
        #expect(text(input) == "cdefg")
        _ = place.read("....")
        #expect(text(input) == "cdefg")
        input.consume(4)
        #expect(input.count == 1)
        input.consume(1)
        #expect(input.isEmpty)
        input.lend(place.read("h"))
        #expect(text(input) == "h")
        input.append(place.read("hi"))
        #expect(input.count == 3)
    }

    @Test func `nothing is kept of what was consumed`() {
        let place = Place()
        var input = InputBuffer()
        input.lend(place.read("abc"))
        input.consume(3)
        input.keep()
        #expect(input.isEmpty)
        #expect(text(input).isEmpty)
    }
}
