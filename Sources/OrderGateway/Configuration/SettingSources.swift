internal import Configuration
internal import FoundationEssentials
internal import SystemPackage

/// Where settings come from: flags first, then the environment, then the file.
package struct SettingSources: Sendable {
    /// A value and where it was found, for error messages.
    struct Found {
        let text: String
        let source: String
        /// Whether it is one of several values already, so that a comma in it separates nothing.
        var isElement = false
    }

    private let flags: [Setting: [String]]
    private let environment: EnvironmentVariablesProvider
    private let file: (path: String, provider: FileProvider<JSONSnapshot>)?

    /// - Parameters:
    ///   - flags: What the command line says, by setting.
    ///   - environment: Usually the process's.
    ///   - file: A JSON file such as `{"http": {"port": 8080}}`, or `nil`.
    /// - Throws: ``ConfigurationError/file(path:reason:)`` when it cannot be read or is not JSON.
    package init(
        flags: [Setting: [String]],
        environment: [String: String],
        file path: String?
    ) async throws(ConfigurationError) {
        self.flags = flags
        self.environment = EnvironmentVariablesProvider(environmentVariables: environment)
        guard let path else {
            file = nil
            return
        }
        do {
            file = (path, try await FileProvider<JSONSnapshot>(filePath: FilePath(path)))
        } catch {
            let exists = FileManager.default.isReadableFile(atPath: path)
            throw .file(
                path: path,
                reason: exists ? "it is not a JSON object" : "there is no readable file"
            )
        }
        try Self.checkKeys(path)
    }

    /// The values of a setting in the first source that has any.
    func find(_ setting: Setting) -> [Found] {
        if let values = flags[setting], !values.isEmpty {
            return values.map { Found(text: $0, source: "the command line", isElement: true) }
        }
        if let text = Self.text(environment, setting) {
            return [
                Found(text: text, source: "the environment variable \(setting.environmentName)")
            ]
        }
        guard let file else { return [] }
        let source = "\(file.path), key \(setting.rawValue)"
        if let list = try? file.provider.value(
            forKey: AbsoluteConfigKey(setting.key),
            type: .stringArray
        ).value?.content, case .stringArray(let texts) = list {
            return texts.map { Found(text: $0, source: source, isElement: true) }
        }
        return Self.text(file.provider, setting).map { [Found(text: $0, source: source)] } ?? []
    }

    /// A value as text, whether the source has it as a string or as a number.
    private static func text(_ provider: some ConfigProvider, _ setting: Setting) -> String? {
        let key = AbsoluteConfigKey(setting.key)
        if let value = try? provider.value(forKey: key, type: .string).value?.content,
            case .string(let text) = value
        {
            return text
        }
        if let value = try? provider.value(forKey: key, type: .int).value?.content,
            case .int(let number) = value
        {
            return "\(number)"
        }
        return nil
    }

    /// Refuses keys that mean nothing here and values of another type than text: either would be
    /// ignored without a word.
    private static func checkKeys(_ path: String) throws(ConfigurationError) {
        let known = Set(Setting.allCases.map(\.rawValue))
        guard let data = try? Data(contentsOf: URL(filePath: path)),
            let groups = try? JSONDecoder().decode([String: [String: FileValue]].self, from: data)
        else {
            throw .file(
                path: path,
                reason: "it has to be an object of objects, such as {\"http\": {\"port\": 8080}}"
            )
        }
        for (group, keys) in groups.sorted(by: { $0.key < $1.key }) {
            for key in keys.keys.sorted() where !known.contains("\(group).\(key)") {
                let list = known.sorted().joined(separator: ", ")
                throw .file(path: path, reason: "\(group).\(key) is no setting; there are \(list)")
            }
            for (key, value) in keys.sorted(by: { $0.key < $1.key }) {
                let takesList = [Setting.kafkaConfig, .httpLimit].contains {
                    $0.rawValue == "\(group).\(key)"
                }
                guard !value.isText, !(takesList && value.isList) else { continue }
                let wanted = takesList ? "an array of strings" : "a whole number"
                throw .file(
                    path: path,
                    reason: "\(group).\(key) has to be a string or \(wanted)"
                )
            }
        }
    }

    /// What a value in the file is, as far as it can be a setting's.
    private struct FileValue: Decodable {
        let isText: Bool
        let isList: Bool

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            isText = (try? value.decode(String.self)) != nil || (try? value.decode(Int.self)) != nil
            isList = (try? value.decode([String].self)) != nil
        }
    }
}
