import TestSupport
import Testing

/// The module map in docs/architecture.md beside Package.swift.
struct ModuleMapTests {
    private struct Module: Equatable {
        var ours: Set<String> = []
        var system: Set<String> = []
    }

    /// Modules of C are named so: CLinux, CNghttp2.
    private static func isC(_ name: String) -> Bool { name.prefixMatch(of: /C[A-Z]/) != nil }

    /// What the manifest says of the targets whose sources are in the folder of that name.
    ///
    /// Read as text: SwiftPM takes seconds to evaluate it.
    private func manifest() throws -> [String: Module] {
        var modules: [String: Module] = [:]
        let text = try Repository.text(of: "Package.swift")
        // The targets that another build adds are not of the program.
        let package = try #require(text.split(separator: "\nif Context").first)
        for target in package.split(separator: "\n        .") {
            guard target.hasPrefix("target(") || target.hasPrefix("executableTarget("),
                !target.contains("path:"),
                let name = target.firstMatch(of: /name: "([^"]+)"/)?.1,
                !Self.isC(String(name))
            else { continue }
            let list = target.firstMatch(of: /dependencies: \[([^\]]*)\]/)?.1 ?? ""
            let names = list.matches(of: /"([^"]+)"/).map { String($0.1) }
            modules[String(name)] = Module(
                ours: Set(names.filter { !Self.isC($0) }),
                system: Set(names.filter(Self.isC))
            )
        }
        return modules
    }

    /// The rows of the table "target, holds, imports of ours, C modules".
    private func documented() throws -> [String: Module] {
        var modules: [String: Module] = [:]
        for row in try MarkdownPage("docs/architecture.md").rows where row.count == 4 {
            let cells = row.map { cell in cell.matches(of: /`([^`]+)`/).map { String($0.1) } }
            guard let name = cells[0].first, Repository.exists("Sources/\(name)") else { continue }
            modules[name] = Module(ours: Set(cells[2]), system: Set(cells[3]))
        }
        return modules
    }

    @Test func `the arrows of the module map are those of the manifest`() throws {
        let (manifest, documented) = (try manifest(), try documented())
        #expect(manifest.count > 5)
        #expect(Set(manifest.keys) == Set(documented.keys))
        for (name, module) in manifest {
            #expect(documented[name]?.ours == module.ours, "\(name)")
            #expect(documented[name]?.system == module.system, "\(name)")
        }
    }
}
