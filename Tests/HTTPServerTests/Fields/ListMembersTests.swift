import Testing

@testable import HTTPServer

struct ListMembersTests {
    private struct Found: Equatable {
        var members: [String] = []
        var isWhole = true
    }

    private func members(
        _ list: String,
        limit: Int = 100,
        quoting: ListMembers.Quoting = .none
    ) -> Found {
        // What stands around it is none of it.
        let bytes = Array("x,\(list),y".utf8)
        var members = ListMembers(2..<bytes.count - 2, limit: limit, quoting: quoting)
        var found = Found()
        while let member = members.next(in: bytes.span) {
            found.members.append(String(decoding: bytes[member], as: UTF8.self))
        }
        found.isWhole = !members.isCut
        return found
    }

    @Test(arguments: [
        ("", []), (" ", []), (",", []), (" , ,\t,", []), ("a", ["a"]), (" a\t", ["a"]),
        ("a,b", ["a", "b"]), ("a ,\tb c , ", ["a", "b c"]), (",,a,,b", ["a", "b"]),
        ("\"a,b\"", ["\"a", "b\""]),
    ])
    func `members stand between commas, without the white space around them`(
        _ list: String,
        _ expected: [String]
    ) {
        #expect(members(list) == Found(members: expected))
    }

    @Test(arguments: [
        ("a;b=\"c,d\",e", ["a;b=\"c,d\"", "e"]), ("\"a\\\",b\",c", ["\"a\\\",b\"", "c"]),
        ("\"a\\\\\",b", ["\"a\\\\\"", "b"]), ("\"a,b", ["\"a,b"]), ("\"a\\", ["\"a\\"]),
        ("\"\",\"\"", ["\"\"", "\"\""]), ("a\"b,c\"d,e", ["a\"b,c\"d", "e"]),
    ])
    func `a comma in a quoted string is part of a member (RFC 9110 §5.6.4)`(
        _ list: String,
        _ expected: [String]
    ) {
        #expect(members(list, quoting: .strings).members == expected)
    }

    @Test func `a backslash in an entity tag is nothing but a backslash (RFC 9110 §8.8.3)`() {
        #expect(members("\"a\\\",\"b,c\"", quoting: .tags).members == ["\"a\\\"", "\"b,c\""])
    }

    @Test func `no more members are looked at than are asked for`() {
        #expect(members("a,b,c", limit: 3) == Found(members: ["a", "b", "c"]))
        #expect(members("a,b,c,", limit: 3) == Found(members: ["a", "b", "c"]))
        #expect(members("a,b,c", limit: 2) == Found(members: ["a", "b"], isWhole: false))
        #expect(members("a,b", limit: 0) == Found(members: [], isWhole: false))
        // Those that are empty are counted too.
        #expect(members(",,,a", limit: 3) == Found(members: [], isWhole: false))
        #expect(members("", limit: 0) == Found(members: []))
    }

    @Test func `the lines of a field are one list, and have one limit`() {
        var fields = FieldSection()
        fields.append(.accept, "a, b")
        fields.append(.allow, "x")
        fields.append(.accept, "c, d")
        func found(_ limit: Int) -> Found {
            var found = Found()
            found.isWhole = fields.forEachMember(of: .accept, limit: limit, quoting: .none) {
                bytes,
                member in
                found.members.append(String(decoding: member.map { bytes[$0] }, as: UTF8.self))
                return true
            }
            return found
        }
        #expect(found(4) == Found(members: ["a", "b", "c", "d"]))
        #expect(found(3) == Found(members: ["a", "b", "c"], isWhole: false))
        #expect(found(2) == Found(members: ["a", "b"], isWhole: false))
    }
}
