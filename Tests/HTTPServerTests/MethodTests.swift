import Testing

@testable import HTTPServer

/// RFC 9110 §9.
struct MethodTests {
    private func read(_ text: String) -> Method? {
        let bytes = Array("<\(text)>".utf8)
        return Method(bytes.span, 1..<bytes.count - 1)
    }

    @Test func `every method is read from its name`() {
        for method in Method.allCases { #expect(read(method.rawValue) == method) }
        let names = Method.allCases.map(\.rawValue)
        #expect(
            names == ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
        )
    }

    @Test(arguments: [
        "", "G", "GE", "get", "Get", "GETS", "HEAP", "POSTS", "PURGE", "CONNECT", "OPTION", "DELET",
    ])
    func `nothing else is a method`(_ name: String) {
        #expect(read(name) == nil)
    }

    @Test func `a method is one byte`() {
        #expect(MemoryLayout<Method>.size == 1)
    }
}
