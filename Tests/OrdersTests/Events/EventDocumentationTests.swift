import FoundationEssentials
import Testing

@testable import Orders

/// What docs/events.md promises.
struct EventDocumentationTests {
    private let lines: [Substring]

    init() throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
        let path = (root + ["docs", "events.md"]).joined(separator: "/")
        lines = try String(contentsOfFile: path, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The lines behind each line that opens a block of JSON.
    private var examples: [Substring] {
        zip(lines, lines.dropFirst()).filter { $0.0 == "```json" }.map(\.1)
    }

    @Test func `every example is an event, and all but the foreign one are written so`() throws {
        #expect(examples.count == 7)
        var foreign: [Event] = []
        for example in examples {
            let event = try Samples.decoded(Array(example.utf8))
            if Samples.json(event) != example { foreign.append(event) }
        }
        #expect(foreign.count == 1)
        // What it is read as comes right behind it.
        let place = try #require(examples.firstIndex { $0.contains("\"event_id\": ") })
        #expect(try Samples.json(#require(foreign.first)) == examples[place + 1])
    }

    @Test func `every refusal is told as it is promised`() throws {
        let rows = lines.filter { $0.hasPrefix("| `/") }.map { row in
            row.dropFirst(2).dropLast(2).components(separatedBy: " | ")
        }
        #expect(rows.count > 20)
        for row in rows {
            try #require(row.count == 3, "\(row)")
            let cells = row.map { $0.trimmingPrefix("`") }.map {
                $0.hasSuffix("`") ? $0.dropLast() : $0
            }
            let value = row[1] == "missing" ? nil : String(cells[1])
            let json = EventJSON().with(String(cells[0]), value)
            let error = #expect(throws: EventError.self, "\(row)") {
                try EventRegistry.standard.decode(json.bytes)
            }
            #expect(error.map { "\($0)" } == String(cells[2]))
        }
    }

    @Test func `every field that is written is in a table`() throws {
        let names = lines.filter { $0.hasPrefix("| `") }
            .compactMap { $0.dropFirst(3).split(separator: "`").first }
        for type in EventType.allCases {
            let json = EventJSON(type)
            for name in json.members.map(\.name) + json.data.map(\.name) {
                #expect(names.contains { $0 == name }, "\(name)")
            }
        }
        for name in ["items[].product_id", "items[].quantity", "items[].unit_price"] {
            #expect(names.contains { $0 == name }, "\(name)")
        }
    }
}
