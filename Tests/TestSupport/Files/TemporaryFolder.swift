import Foundation
import Glibc

/// A new empty folder, which is removed with its content when the last reference ends.
package final class TemporaryFolder: Sendable {
    /// The absolute path, without a slash at the end.
    package let path: String

    package init() throws(SupportError) {
        let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(parent)/order-gateway-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw SupportError("No temporary folder in \(parent): \(systemErrorText())")
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Returns the path of a name in the folder; creates nothing.
    package func path(_ name: String) -> String {
        "\(path)/\(name)"
    }

    /// Writes a file into the folder and returns its path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        let path = path(name)
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }
}

/// Runs a body with a temporary folder, which is removed afterwards.
package func withTemporaryFolder<Result>(
    _ body: (TemporaryFolder) throws -> Result
) throws -> Result {
    let folder = try TemporaryFolder()
    return try withExtendedLifetime(folder) { try body(folder) }
}

/// Does the same for a body that suspends.
package func withTemporaryFolder<Result>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (TemporaryFolder) async throws -> Result
) async throws -> Result {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    return try await body(folder)
}

/// Returns the error text of the system call that has just failed.
func systemErrorText(_ code: Int32 = errno) -> String {
    String(cString: strerror(code))
}
