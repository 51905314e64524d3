import Testing

@testable import HTTPServer

struct QueryParametersTests {
    private func pairs(_ query: String?) throws -> [String] {
        try QueryParameters(query.map { Array($0.utf8)[...] }).pairs.map {
            "\($0.name)|\($0.value)"
        }
    }

    @Test(
        arguments: [
            (nil, []), ("", []), ("a=1", ["a|1"]), ("a=1&b=2", ["a|1", "b|2"]),
            ("b=2&a=1&b=3", ["b|2", "a|1", "b|3"]), ("a", ["a|"]), ("a=", ["a|"]), ("=1", ["|1"]),
            ("&a=1&&b=2&", ["a|1", "b|2"]), ("a=1=2", ["a|1=2"]), ("a=b?c/d:e@f", ["a|b?c/d:e@f"]),
            ("a=x+y", ["a|x y"]), ("a=x%2By", ["a|x+y"]), ("a=x%20y", ["a|x y"]),
            ("%61%26=%3d%3D", ["a&|=="]), ("a=%C3%A9", ["a|é"]), ("a;b=1", ["a;b|1"]),
        ] as [(String?, [String])]
    )
    func `a query is read as pairs in their order`(_ query: String?, _ expected: [String]) throws {
        #expect(try pairs(query) == expected)
    }

    @Test func `a name may be there more than once`() throws {
        let query = try QueryParameters(Array("s=a&t=b&s=c".utf8)[...])
        #expect(query["s"] == "a")
        #expect(query.all("s") == ["a", "c"])
        #expect(query["u"] == nil)
        #expect(query.all("u").isEmpty)
    }

    @Test(arguments: ["a=%", "a=%4", "a=%4g", "%zz=1", "a=1&b=%"])
    func `an escape without two hexadecimal digits is refused`(_ query: String) {
        #expect(throws: QueryParameters.Failure.malformedEscape) { try pairs(query) }
    }

    @Test(arguments: ["a=%FF", "a=%C3", "%80=1"])
    func `what is no UTF-8 is refused`(_ query: String) {
        #expect(throws: QueryParameters.Failure.notUTF8) { try pairs(query) }
    }

    @Test func `there are so many pairs and no more`() throws {
        let most = QueryParameters.Limits.pairs
        let query = Array(repeating: "a=1", count: most).joined(separator: "&")
        #expect(try pairs(query).count == most)
        #expect(throws: QueryParameters.Failure.tooManyPairs) { try pairs(query + "&a=1") }
    }
}
