/// Why services ended otherwise than asked.
package enum ServiceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A service ended before it was stopped.
    case endedUnasked(String)
    /// Services, the one to be stopped next first, that had not ended when the stop's time was up.
    case overdue([String], limit: Duration)

    package var description: String {
        switch self {
        case .endedUnasked(let name): "\(name) ended without being asked to"
        case .overdue(let names, let limit):
            "after \(limit) these had not stopped: \(names.joined(separator: ", "))"
        }
    }
}
