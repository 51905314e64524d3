import Testing

@testable import HTTPServer

struct HTTP2WorkTests {
    @Test func `one piece of content is written at a time`() async {
        let work = HTTP2Work(nil)
        for _ in 0..<2 {
            work.beginWrite()
            work.endWrite()
        }
        await #expect(processExitsWith: .failure) {
            let work = HTTP2Work(nil)
            work.beginWrite()
            work.beginWrite()
        }
    }
}
