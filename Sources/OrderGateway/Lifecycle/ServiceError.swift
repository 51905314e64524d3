/// Why services ended otherwise than asked.
package enum ServiceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A service ended before it was stopped.
    case endedUnasked(String)
    /// Services, the one to be stopped next first, that had not ended when the stop's time was up.
    case overdue([String], limit: Duration)

    /// The exit code of ``overdue(_:limit:)``: EX_TEMPFAIL of sysexits.h.
    package static let overdueExitCode: Int32 = 75

    package var description: String {
        switch self {
        case .endedUnasked(let name): "\(name) ended without being asked to"
        case .overdue(let names, let limit):
            "after \(limit) these had not stopped: \(names.joined(separator: ", "))"
        }
    }
}
