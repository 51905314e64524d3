import OrderStreams
import TestSupport
import Testing

@testable import OrderGateway

/// The table of settings, and what is made from it.
struct SettingTableTests {
    @Test func `every setting has a row, and names that differ`() {
        #expect(Set(Setting.allCases.map(\.flag)).count == Setting.allCases.count)
        #expect(Set(Setting.allCases.map(\.environmentName)).count == Setting.allCases.count)
        for setting in Setting.allCases {
            let row = setting.declaration
            #expect(row.help.hasSuffix("."), "\(setting)")
            #expect(!row.accepted.isEmpty, "\(setting)")
            // The file has one level of groups.
            #expect((1...2).contains(setting.rawValue.split(separator: ".").count))
            // No flag may look like another one turned off.
            #expect(!setting.flagName.hasPrefix("no-"))
        }
    }

    /// Rooms below the table name flags in their messages without knowing it.
    @Test func `flags that messages name are flags`() {
        #expect(Setting.lostEvents.flag == LostEvents.flag)
        #expect(
            EventLoopCount(configured: 1, affinity: 2, quota: nil).reason
                .hasPrefix(Setting.eventLoops.flag)
        )
    }

    @Test func `a default is what the configuration begins with`() throws {
        for setting in Setting.allCases {
            guard let text = setting.declaration.defaultText else { continue }
            var found = GatewayConfiguration()
            #expect(try setting.declaration.set(text, &found) != nil, "\(setting)")
            #expect("\(found)" == "\(GatewayConfiguration())", "\(setting)")
        }
    }

    @Test func `a choice is accepted, and every other word is not`() throws {
        for setting in Setting.allCases {
            guard case .choice(let choices) = setting.declaration.value else { continue }
            var found = GatewayConfiguration()
            for choice in choices {
                #expect(try setting.declaration.set(choice, &found) != nil, "\(setting) \(choice)")
            }
            #expect(try setting.declaration.set("no-such-choice", &found) == nil, "\(setting)")
        }
    }

    @Test func `a value that is refused changes nothing`() throws {
        for setting in Setting.allCases {
            var found = GatewayConfiguration()
            let before = "\(found)"
            // No setting takes this, but for those that take any text.
            let value = "\u{1} not a value"
            if (try? setting.declaration.set(value, &found)) ?? nil != nil { continue }
            #expect("\(found)" == before, "\(setting)")
        }
    }

    /// Words are compared in lower case.
    @Test func `a choice is written in lower case`() {
        for setting in Setting.allCases {
            guard case .choice(let choices) = setting.declaration.value else { continue }
            #expect(choices == choices.map { $0.lowercased() })
        }
    }

    /// `docs/operating.md` has this table, row for row.
    @Test func `the documentation lists every setting`() throws {
        let page = try Repository.text(of: "docs/operating.md")
        let rows = Setting.allCases.map(Self.row)
        let table = rows.joined(separator: "\n")
        #expect(page.contains(table), "The table in docs/operating.md has to be:\n\(table)")
        // And no row of a setting that does not exist.
        let listed = page.split(separator: "\n").filter { $0.hasPrefix("| `--") }
        #expect(listed.map(String.init) == rows)
    }

    private static func row(_ setting: Setting) -> String {
        let row = setting.declaration
        var meaning = row.help
        if case .choice(let choices) = row.value {
            meaning += " One of \(choices.joined(separator: ", "))."
        }
        if row.isList { meaning += " The flag can be repeated; the variable takes commas." }
        let cells = [
            "`\(setting.flag)`", "`\(setting.environmentName)`", "`\(setting.rawValue)`",
            row.defaultText ?? "", meaning,
        ]
        return "| \(cells.joined(separator: " | ")) |".replacing("|  |", with: "| |")
    }
}
