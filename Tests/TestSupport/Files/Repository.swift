import Foundation

/// The files of the repository that contains these tests.
package enum Repository {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// - Parameter name: The path relative to the repository's folder.
    package static func path(_ name: String) -> String { root.appending(path: name).path }

    package static func text(of name: String) throws -> String {
        try String(contentsOf: root.appending(path: name), encoding: .utf8)
    }

    package static func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: path(name))
    }

    /// Returns the names of files and folders in a folder, sorted, without hidden ones.
    package static func names(in folder: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(folder))
            .filter { !$0.hasPrefix(".") }.sorted()
    }

    /// Returns all files below a folder with an ending, sorted, relative to the repository's
    /// folder.
    package static func files(below folder: String, ending: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path(folder))
            .filter { $0.hasSuffix(ending) }.map { "\(folder)/\($0)" }.sorted()
    }
}
