import Testing

@testable import HTTPServer

struct PreconditionTests {
    private let tag = "\"a\""

    private func outcome(
        _ lines: [(FieldName, String)],
        isRead: Bool = true,
        tag: String? = "\"a\""
    ) -> Precondition {
        var fields = FieldSection()
        for (name, value) in lines { fields.append(name, value) }
        return Precondition(fields, isRead: isRead, tag: tag)
    }

    @Test(arguments: [
        ("\"a\"", Precondition.met), ("*", .met), ("\"b\", \"a\"", .met), ("\"b\"", .failed),
        ("W/\"a\"", .failed), ("W/\"a\", \"a\"", .met), ("", .failed), ("a", .failed),
        ("\"*\"", .failed), ("*, \"b\"", .failed), ("\"A\"", .failed), ("\"b,\"a\"", .failed),
    ])
    func `If-Match compares strongly (RFC 9110 §13.1.1)`(_ field: String, _ expected: Precondition)
    {
        #expect(outcome([(.ifMatch, field)]) == expected)
        #expect(outcome([(.ifMatch, field)], isRead: false) == expected)
    }

    @Test(arguments: [
        ("\"a\"", true), ("*", true), ("\"b\", \"a\"", true), ("\"b\"", false), ("W/\"a\"", true),
        ("w/\"a\"", false), ("", false), (",", false), ("\"*\"", false), ("*, \"b\"", false),
        ("\"b,c\" ,\tW/\"a\"", true), ("\"b,\"a\"", false),
    ])
    func `If-None-Match compares weakly (RFC 9110 §13.1.2)`(_ field: String, _ isNamed: Bool) {
        #expect(outcome([(.ifNoneMatch, field)]) == (isNamed ? .notModified : .met))
        #expect(outcome([(.ifNoneMatch, field)], isRead: false) == (isNamed ? .failed : .met))
    }

    @Test func `If-Match comes first (RFC 9110 §13.2.2)`() {
        #expect(outcome([(.ifNoneMatch, tag), (.ifMatch, "\"b\"")]) == .failed)
        #expect(outcome([(.ifNoneMatch, tag), (.ifMatch, tag)]) == .notModified)
        #expect(outcome([(.ifNoneMatch, "\"b\""), (.ifMatch, tag)]) == .met)
        #expect(outcome([]) == .met)
    }

    @Test func `where there is nothing yet, no tag matches, and neither does the asterisk`() {
        #expect(outcome([(.ifMatch, "*")], isRead: false, tag: nil) == .failed)
        #expect(outcome([(.ifMatch, tag)], isRead: false, tag: nil) == .failed)
        #expect(outcome([(.ifNoneMatch, "*")], isRead: false, tag: nil) == .met)
        #expect(outcome([(.ifNoneMatch, tag)], isRead: false, tag: nil) == .met)
    }

    @Test func `tags on several lines are one list`() {
        #expect(outcome([(.ifMatch, "\"b\""), (.ifMatch, tag)]) == .met)
        #expect(outcome([(.ifNoneMatch, "\"b\""), (.ifNoneMatch, tag)]) == .notModified)
        // The asterisk stands alone.
        #expect(outcome([(.ifNoneMatch, "*"), (.ifNoneMatch, "\"b\"")]) == .met)
    }

    @Test func `tags beyond so many are those of others`() {
        func tags(_ count: Int) -> String {
            Array(repeating: "\"b\"", count: count).joined(separator: ",") + ",\"a\""
        }
        let limit = Precondition.Limits.tags
        #expect(outcome([(.ifNoneMatch, tags(limit - 1))]) == .notModified)
        #expect(outcome([(.ifNoneMatch, tags(limit))]) == .met)
        #expect(outcome([(.ifMatch, tags(limit - 1))]) == .met)
        #expect(outcome([(.ifMatch, tags(limit))]) == .failed)
    }
}
