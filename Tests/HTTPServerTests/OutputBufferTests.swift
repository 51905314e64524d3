import Testing

@testable import HTTPServer

struct OutputBufferTests {
    private func text(_ output: borrowing OutputBuffer) -> String {
        output.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [0, 7, 10, 99, 100, 1_234_567, Int.max])
    func `a number is written in decimal digits`(_ number: Int) {
        var output = OutputBuffer()
        output.append(decimal: number)
        #expect(text(output) == "\(number)")
    }

    @Test func `pieces stand one after the other, however many there are`() {
        var output = OutputBuffer()
        #expect(text(output).isEmpty)
        var wanted = ""
        for number in 0..<5_000 {
            output.append("n=")
            output.append(Array("\(number)".utf8))
            output.append([])
            wanted += "n=\(number)"
        }
        #expect(text(output) == wanted)
    }

    @Test func `nothing is left after it has been emptied, small or large`() {
        var output = OutputBuffer()
        for count in [1, 1_000_000, 1] {
            output.append([UInt8](repeating: 0x78, count: count))
            #expect(output.count == count)
            output.removeAll()
            #expect(output.count == 0)
        }
    }
}
