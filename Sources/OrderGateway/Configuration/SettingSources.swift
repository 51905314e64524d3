internal import Kafka

/// Where settings come from: flags first, then the environment, then the file.
package struct SettingSources: Sendable {
    /// A value and where it was found.
    struct Found {
        let text: String
        /// For error messages.
        let source: String
    }

    private let flags: [Setting: [String]]
    private let environment: [String: String]
    private let file: SettingsFile?

    /// - Parameters:
    ///   - flags: What the command line says, by setting.
    ///   - environment: Usually the process's. A variable that is empty is none: Compose and
    ///     Kubernetes set those for which they have no value.
    ///   - path: That of a JSON file such as `{"http": {"port": 8080}}`, or `nil`.
    /// - Throws: ``ConfigurationError/file(path:reason:)`` when it cannot be read, is not JSON, or
    ///   holds what is no setting.
    package init(
        flags: [Setting: [String]],
        environment: [String: String],
        file path: String?
    ) throws(ConfigurationError) {
        self.flags = flags
        self.environment = environment.filter { !$0.value.isEmpty }
        file = try path.map { path throws(ConfigurationError) in try SettingsFile(path: path) }
    }

    /// The values of a setting in the first source that has any; of a setting that is no list, only
    /// the last, which is the one that counts.
    ///
    /// - Throws: ``ConfigurationError/serviceLink(_:value:)``
    func find(_ setting: Setting) throws(ConfigurationError) -> [Found] {
        if let texts = flags[setting], !texts.isEmpty {
            let values = setting.declaration.isList ? texts[...] : texts.suffix(1)
            return values.map { Found(text: $0, source: "the command line") }
        }
        if let text = environment[setting.environmentName] {
            // A value that begins like this is none of any setting's.
            if ["tcp://", "udp://", "sctp://"].contains(where: text.hasPrefix) {
                throw .serviceLink(setting, value: text.shown)
            }
            return values(text, setting, "the environment variable \(setting.environmentName)")
        }
        guard let file, let (texts, isArray) = file.find(setting) else { return [] }
        let source = "\(file.path), key \(setting.rawValue)"
        guard isArray else { return texts.flatMap { values($0, setting, source) } }
        return texts.map { Found(text: $0, source: source) }
    }

    /// The values in one text, which are several where the setting is a list.
    private func values(_ text: String, _ setting: Setting, _ source: String) -> [Found] {
        setting.declaration.texts(in: text).map { Found(text: $0, source: source) }
    }

    /// What variables say that are named after a property.
    func secrets() throws(ConfigurationError) -> [KafkaProperty] {
        try SecretVariables.properties(in: environment)
    }
}

extension GatewayConfiguration {
    /// Reads every setting.
    ///
    /// - Throws: ``ConfigurationError`` naming the first setting whose value is not accepted.
    package init(_ sources: SettingSources) throws(ConfigurationError) {
        self.init()
        for setting in Setting.allCases {
            for found in try sources.find(setting) { try read(found, setting) }
        }
        kafkaProperties += try sources.secrets()
    }

    private mutating func read(
        _ found: SettingSources.Found,
        _ setting: Setting
    ) throws(ConfigurationError) {
        let declaration = setting.declaration
        let isRead: Bool
        do throws(SettingProblem) {
            isRead = try declaration.read(found.text, into: &self) != nil
        } catch {
            throw .refused(setting, source: found.source, reason: error.reason)
        }
        guard !isRead else { return }
        let value = declaration.isSecret ? Self.shown(secret: found.text) : found.text.shown
        throw .invalid(setting, value: value, source: found.source)
    }

    /// A property without a value is shown, nothing else: it may be a password, or the rest of one.
    private static func shown(secret text: String) -> String {
        KafkaProperty.isKnown(text) ? text : "…"
    }
}

extension String {
    private enum Limits {
        /// Of a value in an error message.
        static let characters = 200
    }

    /// A value as an error message shows it: not more than is needed to recognise it, and nothing of what
    /// may stand before a host's name, which can be a password.
    var shown: String {
        let host = split(separator: "@", omittingEmptySubsequences: false)
        let text = host.count > 1 ? "…@\(host[host.count - 1])" : self
        return text.count > Limits.characters ? "\(text.prefix(Limits.characters))…" : text
    }
}
