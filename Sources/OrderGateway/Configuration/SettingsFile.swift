internal import FoundationEssentials

/// Settings from a JSON file such as `{"http": {"port": 8080}, "page": "false"}`.
struct SettingsFile: Sendable {
    /// A value of a type that a setting can have.
    private enum Value: Decodable {
        case text(String)
        case list([String])
        case other

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            self =
                if let text = try? value.decode(String.self) {
                    .text(text)
                } else if let number = try? value.decode(Int.self) {
                    .text("\(number)")
                } else if let list = try? value.decode([String].self) {
                    .list(list)
                } else {
                    .other
                }
        }
    }

    /// Whether a value is an object.
    private struct Anything: Decodable {
        init(from decoder: any Decoder) {}
    }

    /// The value of a key at the top: settings of one group, or a setting without a group.
    private enum Member: Decodable {
        case group([String: Value])
        case value(Value)

        init(from decoder: any Decoder) throws {
            let member = try decoder.singleValueContainer()
            self =
                if let group = try? member.decode([String: Value].self) {
                    .group(group)
                } else {
                    .value(try member.decode(Value.self))
                }
        }
    }

    let path: String
    private let values: [Setting: Value]

    /// Reads the whole file.
    ///
    /// An unknown key and a value of a wrong type are errors. Otherwise they would be ignored
    /// silently.
    ///
    /// - Throws: ``ConfigurationError/file(path:reason:)``
    init(path: String) throws(ConfigurationError) {
        self.path = path
        func refuse(_ reason: String) -> ConfigurationError { .file(path: path, reason: reason) }

        let data: Data
        do throws(SmallFile.Problem) {
            data = Data(try SmallFile.read(path))
        } catch {
            throw refuse(error.reason)
        }
        let decoder = JSONDecoder()
        guard (try? decoder.decode([String: Anything].self, from: data)) != nil else {
            throw refuse("it is not a JSON object")
        }
        let shape = "it has to be an object of objects, such as {\"http\": {\"port\": 8080}}"
        guard let members = try? decoder.decode([String: Member].self, from: data) else {
            throw refuse(shape)
        }
        var found: [(key: String, value: Value)] = []
        for (name, member) in members {
            switch member {
            case .group(let group): found += group.map { ("\(name).\($0.key)", $0.value) }
            case .value(let value) where Setting(rawValue: name) != nil:
                found.append((name, value))
            case .value: throw refuse(shape)
            }
        }
        var values: [Setting: Value] = [:]
        for (key, value) in found.sorted(by: { $0.key < $1.key }) {
            guard let setting = Setting(rawValue: key) else {
                let known = Setting.allCases.map(\.rawValue).sorted().joined(separator: ", ")
                throw refuse("\(key) is no setting; there are \(known)")
            }
            let isList = setting.declaration.isList
            switch value {
            case .text: break
            case .list where isList: break
            case .list, .other:
                let other = isList ? "an array of strings" : "a whole number"
                throw refuse("\(key) has to be a string or \(other)")
            }
            values[setting] = value
        }
        self.values = values
    }

    /// Returns the texts of the setting, and whether they were given as an array.
    ///
    /// Returns `nil` if the file does not contain the setting.
    func find(_ setting: Setting) -> (texts: [String], isArray: Bool)? {
        switch values[setting] {
        case .text(let text): ([text], false)
        case .list(let texts): (texts, true)
        case .other, nil: nil
        }
    }
}
