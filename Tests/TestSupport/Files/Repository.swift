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
}
