/// Why the configuration cannot be used.
///
/// The command line exits with 64 for it (sysexits.h, `EX_USAGE`).
package enum ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    case missing(Setting)
    /// - Parameters:
    ///   - value: As it may be shown.
    ///   - source: Where it came from, such as `the environment variable HTTP_PORT`.
    case invalid(Setting, value: String, source: String)
    case file(path: String, reason: String)

    package var description: String {
        switch self {
        case .missing(let setting):
            "\(setting.flag) is missing: give \(setting.accepted)"
                + " (or set \(setting.environmentName))"
        case .invalid(let setting, let value, let source):
            "\(setting.flag): '\(value)' from \(source) is not accepted: give \(setting.accepted)"
        case .file(let path, let reason):
            "--config: \(path): \(reason)"
        }
    }
}
