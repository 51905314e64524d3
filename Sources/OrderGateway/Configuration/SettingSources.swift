/// Where settings come from: flags first, then the environment, then the file.
package struct SettingSources: Sendable {
    /// A value and where it was found.
    struct Found {
        let text: String
        /// For error messages.
        let source: String
        /// Whether it is part of a text that held several values.
        var isPart = false
    }

    private let flags: [Setting: [String]]
    private let environment: [String: String]
    private let file: SettingsFile?

    /// - Parameters:
    ///   - flags: What the command line says, by setting.
    ///   - environment: Usually the process's.
    ///   - path: That of a JSON file such as `{"http": {"port": 8080}}`, or `nil`.
    /// - Throws: ``ConfigurationError/file(path:reason:)`` when it cannot be read, is not JSON, or
    ///   holds what is no setting.
    package init(
        flags: [Setting: [String]],
        environment: [String: String],
        file path: String?
    ) throws(ConfigurationError) {
        self.flags = flags
        self.environment = environment
        file = try path.map { path throws(ConfigurationError) in try SettingsFile(path: path) }
    }

    /// The values of a setting in the first source that has any; of a setting that is no list, only
    /// the last, which is the one that counts.
    func find(_ setting: Setting) -> [Found] {
        if let texts = flags[setting], !texts.isEmpty {
            let values = setting.declaration.isList ? texts[...] : texts.suffix(1)
            return values.map { Found(text: $0, source: "the command line") }
        }
        if let text = environment[setting.environmentName] {
            return values(text, setting, "the environment variable \(setting.environmentName)")
        }
        guard let file, let (texts, isArray) = file.find(setting) else { return [] }
        let source = "\(file.path), key \(setting.rawValue)"
        guard isArray else { return texts.flatMap { values($0, setting, source) } }
        return texts.map { Found(text: $0, source: source) }
    }

    /// The values in one text: of a list those between its commas.
    private func values(_ text: String, _ setting: Setting, _ source: String) -> [Found] {
        guard setting.declaration.isList else { return [Found(text: text, source: source)] }
        let parts = text.split(separator: ",")
        return parts.map { Found(text: String($0), source: source, isPart: parts.count > 1) }
    }
}

extension GatewayConfiguration {
    /// Reads every setting.
    ///
    /// - Throws: ``ConfigurationError`` naming the first setting whose value is not accepted.
    package init(_ sources: SettingSources) throws(ConfigurationError) {
        self.init()
        for setting in Setting.allCases {
            let declaration = setting.declaration
            for found in sources.find(setting)
            where declaration.set(found.text, &self) == nil {
                // A part may be the rest of a password that holds a comma.
                let isHidden = declaration.isSecret && found.isPart
                throw .invalid(setting, value: isHidden ? "…" : found.text, source: found.source)
            }
        }
    }
}
