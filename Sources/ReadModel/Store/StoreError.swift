/// The reason why an operation of a store failed.
package enum StoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A file of the store cannot be created, opened or replaced.
    case notAccessible(path: String, reason: String)
    /// The content was written by a later version of this program.
    case tooNew(path: String)
    /// The content is not in the form that this program writes.
    case damaged(path: String, reason: String)
    /// The database refused an operation.
    ///
    /// - Parameters:
    ///   - action: The failed operation, such as "writing orders".
    ///   - reason: The database's message and codes.
    ///   - isTransient: Whether the operation may succeed later without a repair of the content.
    ///     Examples are a full disk, a busy database, or an I/O error.
    case failed(action: String, reason: String, isTransient: Bool)

    /// Whether the operation may succeed later without a repair of the content.
    package var isTransient: Bool {
        if case .failed(_, _, let isTransient) = self { isTransient } else { false }
    }

    package var description: String {
        switch self {
        case .notAccessible(let path, let reason): "\(path): \(reason)"
        case .tooNew(let path): "\(path) was written by a later version of order-gateway"
        case .damaged(let path, let reason):
            "\(path) is damaged (\(reason)); move it away and it is made again from the topics"
        case .failed(let action, let reason, _): "\(action): \(reason)"
        }
    }
}
