import TestSupport
import Testing

@testable import order_gateway

struct NearestNameTests {
    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("", "ab", 2), ("serve", "serve", 0), ("srve", "serve", 1),
        ("sevre", "serve", 1), ("kitten", "sitting", 3), ("ca", "abc", 3), ("ab", "ba", 1),
    ])
    func `the distance counts what was slipped`(_ left: String, _ right: String, _ count: Int) {
        #expect(NearestName.distance(Array(left), Array(right)) == count)
        #expect(NearestName.distance(Array(right), Array(left)) == count)
    }

    @Test func `a name is near to what one slip makes of it`() throws {
        try withSeededGenerator { generator in
            let names = ["--http-port", "--data-dir", "--log-level", "--kafka-brokers"]
            for name in names {
                var word = Array(name)
                let index = Int.random(in: 2..<word.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: word.remove(at: index)
                case 1: word.insert("q", at: index)
                default: word[index] = "q"
                }
                #expect(NearestName.find(String(word), among: names) == name)
            }
        }
    }

    @Test func `what is like nothing has no nearest name`() {
        #expect(NearestName.find("--quit", among: ["--http-port", "--data-dir"]) == nil)
        #expect(NearestName.find("x", among: []) == nil)
    }
}
