/// The reason why the configuration cannot be used.
///
/// The command line then exits with 64 (sysexits.h, `EX_USAGE`).
package enum ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    case missing(Setting)
    /// - Parameters:
    ///   - value: The value in a form that contains no secret.
    ///   - source: The source of the value, such as `the environment variable HTTP_PORT`.
    case invalid(Setting, value: String, source: String)
    /// A value cannot be used, and the reason says more than the accepted values.
    case refused(Setting, source: String, reason: String)
    /// Kubernetes has set the variable to an address.
    case serviceLink(Setting, value: String)
    /// A variable that belongs to no setting cannot be used, such as `KAFKA_SASL_PASSWORD_FILE`.
    case variable(name: String, reason: String)
    /// A property of librdkafka cannot be used with the installed version.
    case property(name: String, reason: String)
    case file(path: String, reason: String)

    package var description: String {
        switch self {
        case .missing(let setting):
            "\(setting.flag) is missing: give \(setting.accepted)"
                + " (or set \(setting.environmentName))"
        case .invalid(let setting, let value, let source):
            "\(setting.flag): '\(value)' from \(source) is not accepted: give \(setting.accepted)"
        case .refused(let setting, let source, let reason):
            "\(setting.flag) from \(source): \(reason)"
        case .serviceLink(let setting, let value):
            Self.text(aboutServiceLink: value, setting)
        case .variable(let name, let reason):
            "\(name): \(reason)"
        case .property(let name, let reason):
            "Kafka property \(name): \(reason)"
        case .file(let path, let reason):
            "--config: \(path): \(reason)"
        }
    }

    /// Returns the message for a variable that Kubernetes has set to an address: `{SVCNAME}_PORT`
    /// (see "Discovering services" in the documentation of Kubernetes).
    private static func text(aboutServiceLink value: String, _ setting: Setting) -> String {
        let variable = setting.environmentName
        let end = "_PORT"
        let start = "\(setting.flag): the environment variable \(variable) is '\(value)', "
        guard variable.hasSuffix(end) else {
            return start + "an address as Kubernetes writes those of services: give"
                + " \(setting.accepted)"
        }
        let service = variable.dropLast(end.count).lowercased().replacing("_", with: "-")
        return start + "which Kubernetes sets in the pods beside a service named '\(service)':"
            + " set enableServiceLinks to false in the pod's spec, or name the service otherwise,"
            + " or give \(setting.flag)"
    }
}
