package import Development

/// The file that `--stock` names.
package enum StockFile {
    private enum Limits {
        /// The maximum size of the file, which is enough for a million products.
        static let bytes = 64 * 1024 * 1024
    }

    /// Reads a JSON object of product ids and pieces, such as `{"p-1": 100}`.
    ///
    /// - Throws: ``StockError`` with the path of the file.
    package static func read(_ path: String) throws(StockError) -> Stock {
        let json: [UInt8]
        do throws(SmallFile.Problem) {
            json = try SmallFile.read(path, limitBytes: Limits.bytes)
        } catch {
            throw StockError(path: path, reason: error.reason)
        }
        return try Stock(json: json, path: path)
    }
}
