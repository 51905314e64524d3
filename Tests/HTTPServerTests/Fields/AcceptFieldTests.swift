import Testing

@testable import HTTPServer

struct AcceptFieldTests {
    private func fields(_ lines: [String]) -> FieldSection {
        var fields = FieldSection()
        for line in lines { fields.append(.accept, line) }
        return fields
    }

    private func weight(_ lines: String...) -> Int {
        AcceptField.weight(of: "application/json", in: fields(lines))
    }

    @Test(arguments: [
        ("application/json", 1000), ("Application/JSON", 1000), ("application/*", 1000),
        ("*/*", 1000), ("text/html", 0), ("application/xml", 0), ("text/*", 0),
        ("application/jso", 0), ("application/json5", 0), ("app/*", 0), ("*/json", 0),
        ("application/json;q=0.5", 500), ("application/json ; Q=0.25", 250),
        ("application/json;q=0", 0), ("application/json;q=0.000", 0),
        ("application/json;q=1", 1000),
        ("application/json;q=0.1239", 123), ("application/json;charset=utf-8;q=0.7", 700),
        ("application/json;a=\";q=0\"", 1000), ("application/json;a=\"\\\";q=0\";q=0.3", 300),
        ("application/json;q=", 1000), ("application/json;q=x", 1000), ("application/json;q", 1000),
        ("application/json;qq=0", 1000), ("application/json;q=0;q=1", 0),
        ("*/*, application/json;q=0", 0), ("application/json;q=0, */*", 0),
        ("*/*;q=0.1, application/*;q=0.2", 200), ("application/*;q=0.2, */*;q=0.1", 200),
        ("application/json;q=0.4, application/json;q=0.6", 400),
        ("text/html;a=\",application/json\"", 0), ("text/html, application/json", 1000),
    ])
    func `the range that names a type most exactly says how much it is wanted`(
        _ field: String,
        _ expected: Int
    ) {
        #expect(weight(field) == expected)
    }

    @Test(arguments: ["", ",", "json", "/", "application/", "/json", "a/b/c", "; q=0", "* / *"])
    func `what is no media range says nothing`(_ field: String) {
        #expect(weight(field) == 1000)
        #expect(weight("\(field), text/html") == 0)
    }

    @Test func `no field takes everything`() {
        #expect(weight() == 1000)
        #expect(AcceptField.takesEverything(FieldSection()))
        #expect(AcceptField.takesEverything(fields(["*/*"])))
        #expect(!AcceptField.takesEverything(fields(["*/*", "application/json;q=0"])))
        #expect(!AcceptField.takesEverything(fields(["*/*;q=0"])))
    }

    @Test func `several lines are one list`() {
        #expect(weight("text/html", "application/json;q=0.5") == 500)
    }

    @Test func `beyond so many ranges, what none of the first names is taken`() {
        let limit = AcceptField.Limits.ranges
        func ranges(_ count: Int) -> String {
            Array(repeating: "text/html", count: count).joined(separator: ",")
        }
        #expect(weight(ranges(limit)) == 0)
        #expect(weight(ranges(limit + 1)) == 1000)
        #expect(weight("application/json;q=0,\(ranges(limit))") == 0)
        #expect(weight(ranges(limit), "application/json;q=0.5") == 1000)
        #expect(weight("\(ranges(limit - 1)),application/json;q=0.5") == 500)
    }
}
