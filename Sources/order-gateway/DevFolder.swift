internal import FoundationEssentials

/// The folder of the read model of `dev`.
///
/// It starts empty, because the embedded broker starts empty.
struct DevFolder {
    let path: String
    /// Whether this program created the folder and removes it.
    let isTemporary: Bool

    /// - Parameter named: The folder to use, which must be empty or absent; `nil` creates a
    ///   temporary one.
    /// - Throws: ``UsageError`` if the folder is not empty.
    init(_ named: String?) throws {
        guard let named else {
            let url = FileManager.default.temporaryDirectory
                .appending(path: "order-gateway-dev-\(UUID().uuidString.lowercased())")
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            path = url.path
            isTemporary = true
            return
        }
        let contents = (try? FileManager.default.contentsOfDirectory(atPath: named)) ?? []
        guard contents.isEmpty else {
            throw UsageError(
                "--data-dir: \(named) is not empty, but dev's broker is:"
                    + " name an empty folder, or none for a temporary one"
            )
        }
        path = named
        isTemporary = false
    }

    func remove() {
        if isTemporary { try? FileManager.default.removeItem(atPath: path) }
    }
}
