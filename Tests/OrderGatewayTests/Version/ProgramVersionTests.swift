import TestSupport
import Testing

@testable import OrderGateway

/// What `--version` and the first line of the log say.
struct ProgramVersionTests {
    private static let libraries = [
        "Swift", "librdkafka", "libcurl", "libnghttp2", "SQLite", "zlib",
    ]

    @Test func `the text names the program, the commit and each library`() {
        let lines = ProgramVersion.text.split(separator: "\n")
        #expect(lines.first == "order-gateway \(ProgramVersion.number)")
        let names = lines.compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(names == ["order-gateway", "commit"] + Self.libraries)
        for line in lines where !line.hasPrefix("commit ") {
            #expect(line.wholeMatch(of: /\S+ \d+\.\d+\S*/) != nil, "\(line)")
        }
    }

    @Test func `a line of the log has the same`() {
        let metadata = ProgramVersion.metadata
        #expect(metadata["order_gateway"] == ProgramVersion.number)
        #expect(metadata["commit"] == ProgramVersion.commit)
        for name in Self.libraries { #expect(metadata[name.lowercased()] != nil, "\(name)") }
    }

    /// `make` tells the build and the tests the same commit.
    @Test func `the commit is that of the build, or is not known`() throws {
        let commit = ProgramVersion.commit
        #expect(commit.wholeMatch(of: /unknown|[0-9a-f]{40}(-dirty)?/) != nil, "\(commit)")
    }

    @Test(arguments: ["openapi.yaml", "asyncapi.yaml"])
    func `the contracts have the version of the program`(_ name: String) throws {
        let text = try Repository.text(of: name)
        let version = text.split(separator: "\n").first { $0.hasPrefix("  version: ") }
        #expect(version == "  version: \(ProgramVersion.number)")
    }
}
