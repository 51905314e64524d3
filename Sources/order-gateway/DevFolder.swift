internal import FoundationEssentials

/// The folder of a read model that begins empty, because its broker does.
struct DevFolder {
    let path: String
    /// Whether it is ours to remove.
    let isTemporary: Bool

    /// - Parameter named: The folder to use; it has to be empty or absent. `nil` for a temporary one.
    /// - Throws: ``UsageError`` when it holds something.
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
