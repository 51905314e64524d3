internal import Kafka

/// The sources of settings: first the flags, then the environment, then the file.
package struct SettingSources: Sendable {
    /// A value and its source.
    struct Found {
        let text: String
        /// The source, for error messages.
        let source: String
    }

    private let flags: [Setting: [String]]
    private let environment: [String: String]
    private let file: SettingsFile?

    /// - Parameters:
    ///   - flags: The values on the command line, by setting.
    ///   - environment: The variables, usually those of the process. Empty variables count as
    ///     absent, because Compose and Kubernetes set variables for which they have no value.
    ///   - path: The path of a JSON file such as `{"http": {"port": 8080}}`, or `nil`.
    /// - Throws: ``ConfigurationError/file(path:reason:)`` if the file cannot be read, is not JSON,
    ///   or has a key that is not a setting.
    package init(
        flags: [Setting: [String]],
        environment: [String: String],
        file path: String?
    ) throws(ConfigurationError) {
        self.flags = flags
        self.environment = environment.filter { !$0.value.isEmpty }
        file = try path.map { path throws(ConfigurationError) in try SettingsFile(path: path) }
    }

    /// Returns the values of a setting from the first source that has any.
    ///
    /// If the setting is not a list, only the last value counts.
    ///
    /// - Throws: ``ConfigurationError/serviceLink(_:value:)``
    func find(_ setting: Setting) throws(ConfigurationError) -> [Found] {
        if let texts = flags[setting], !texts.isEmpty {
            let values = setting.declaration.isList ? texts[...] : texts.suffix(1)
            return values.map { Found(text: $0, source: "the command line") }
        }
        if let text = environment[setting.environmentName] {
            // No setting accepts a value that begins like this.
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

    /// Returns the values in one text; several if the setting is a list.
    private func values(_ text: String, _ setting: Setting, _ source: String) -> [Found] {
        setting.declaration.texts(in: text).map { Found(text: $0, source: source) }
    }

    /// The recording of traces, which has variables of its own.
    var tracing: TracingSettings { TracingSettings(environment: environment) }

    /// Returns the properties that have variables of their own.
    func secrets() throws(ConfigurationError) -> [KafkaProperty] {
        try SecretVariables.properties(in: environment)
    }
}

extension GatewayConfiguration {
    /// Reads every setting.
    ///
    /// - Throws: ``ConfigurationError`` for the first setting whose value is not accepted.
    package init(_ sources: SettingSources) throws(ConfigurationError) {
        self.init()
        for setting in Setting.allCases {
            for found in try sources.find(setting) { try read(found, setting) }
        }
        kafkaProperties += try sources.secrets()
        tracing = sources.tracing
        if hasOnePortTwice, let found = try sources.find(.adminPort).last {
            throw .refused(
                .adminPort,
                source: found.source,
                reason: "\(found.text) is also --http-port: give another port, or leave this out"
            )
        }
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

    /// Returns the text of a secret value that an error may show: only a known property without a
    /// value.
    ///
    /// Any other text may be a password or a part of one.
    private static func shown(secret text: String) -> String {
        KafkaProperty.isKnown(text) ? text : "…"
    }
}

extension String {
    private enum Limits {
        /// The maximum length of a value in an error message.
        static let characters = 200
    }

    /// The value as an error message shows it.
    ///
    /// It is shortened to a recognisable length. The text before the name of a host is left out,
    /// because it may be a password.
    var shown: String {
        let host = split(separator: "@", omittingEmptySubsequences: false)
        let text = host.count > 1 ? "…@\(host[host.count - 1])" : self
        return text.count > Limits.characters ? "\(text.prefix(Limits.characters))…" : text
    }
}
