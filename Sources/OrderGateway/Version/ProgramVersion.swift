internal import CBuild
internal import HTTPClient
internal import HTTPServer
internal import Kafka
internal import SQLiteStore
package import Telemetry

/// The version of this program and of the libraries with which it runs.
package enum ProgramVersion {
    /// The version of the gateway; `openapi.yaml` and `asyncapi.yaml` have the same one.
    package static let number = "1.0.0"

    /// The commit of a build that was given no commit (see Package.swift).
    private static let unknownCommit = "unknown"

    /// The commit from which the program was built.
    ///
    /// The suffix `-dirty` means that files had been changed after the commit.
    package static var commit: String {
        let commit = String(cString: cbuild_commit())
        return commit.isEmpty ? unknownCommit : commit
    }

    /// The libraries that this process has loaded.
    ///
    /// They may be newer than those of the build.
    private static var libraries: [(name: String, version: String)] {
        [
            ("Swift", swift),
            ("librdkafka", "\(LibraryVersion.loaded)"),
            ("libcurl", CurlLibrary.version),
            ("libnghttp2", HTTPLibraries.nghttp2Version),
            ("SQLite", SQLiteLibrary.version),
            ("zlib", HTTPLibraries.zlibVersion),
        ]
    }

    /// The version of Swift's standard library without its last part, which does not follow the
    /// patch releases.
    private static var swift: String {
        "\(_SwiftStdlibVersion.current)".split(separator: ".").prefix(2).joined(separator: ".")
    }

    /// The text that `--version` prints.
    ///
    /// The first line is for scripts.
    package static var text: String {
        let lines = [("order-gateway", number), ("commit", commit)] + libraries
        return lines.map { "\($0.0) \($0.1)" }.joined(separator: "\n")
    }

    /// The same versions as metadata for a log line.
    package static var metadata: Logger.Metadata {
        var metadata = ["order_gateway": number, "commit": commit]
        for library in libraries { metadata[library.name.lowercased()] = library.version }
        return metadata
    }
}
