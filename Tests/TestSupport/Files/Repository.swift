import Foundation

/// The files of the repository that these tests belong to.
package enum Repository {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// - Parameter name: Relative to the repository's folder.
    package static func path(_ name: String) -> String { root.appending(path: name).path }

    package static func text(of name: String) throws -> String {
        try String(contentsOf: root.appending(path: name), encoding: .utf8)
    }

    package static func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: path(name))
    }

    /// The names of files and folders in a folder, sorted; hidden ones are left out.
    package static func names(in folder: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(folder))
            .filter { !$0.hasPrefix(".") }.sorted()
    }

    /// All files below a folder whose names end so, relative to the repository's folder, sorted.
    package static func files(below folder: String, ending: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path(folder))
            .filter { $0.hasSuffix(ending) }.map { "\(folder)/\($0)" }.sorted()
    }
}
