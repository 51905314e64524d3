/// The reason why services ended unexpectedly or did not end.
package enum ServiceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A service ended without being stopped.
    case endedUnasked(String)
    /// These services had not ended when the time for the stop was over. The next one to stop is
    /// first.
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
