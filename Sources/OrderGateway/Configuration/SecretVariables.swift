internal import Kafka

/// Secrets of the Kafka client from environment variables.
///
/// A variable is named after a property, such as `KAFKA_SASL_PASSWORD`. With the suffix `_FILE` it
/// names a file that contains the secret. Docker and Kubernetes mount such files.
enum SecretVariables {
    private enum Limits {
        /// The maximum size of a secret.
        ///
        /// A key in PEM has a few thousand bytes.
        static let bytes = 64 * 1024
    }

    private static let prefix = "KAFKA_"
    private static let fileSuffix = "_FILE"

    /// - Parameter environment: The variables, without empty ones.
    /// - Throws: ``ConfigurationError/variable(name:reason:)``
    static func properties(
        in environment: [String: String]
    ) throws(ConfigurationError) -> [KafkaProperty] {
        var properties: [KafkaProperty] = []
        for (variable, text) in environment.sorted(by: { $0.key < $1.key }) {
            guard variable.hasPrefix(prefix) else { continue }
            let isFile = variable.hasSuffix(fileSuffix)
            let base = isFile ? String(variable.dropLast(fileSuffix.count)) : variable
            guard let name = propertyName(base) else { continue }
            if isFile, environment[base] != nil {
                throw .variable(name: variable, reason: "\(base) is set as well: give one of them")
            }
            do throws(SettingProblem) {
                let property = KafkaProperty(name, isFile ? try secret(in: text) : text)
                try property.checked()
                properties.append(property)
            } catch {
                throw .variable(name: variable, reason: error.reason)
            }
        }
        return properties
    }

    /// Returns the property of a variable, such as `sasl.password` for `KAFKA_SASL_PASSWORD`.
    ///
    /// Returns `nil` if librdkafka has no such secret property.
    private static func propertyName(_ variable: String) -> String? {
        let name = variable.dropFirst(prefix.count).lowercased().replacing("_", with: ".")
        let property = KafkaProperty(name, "")
        // The user name is not a secret, but it is mounted beside the password.
        guard property.isSecret || name == "sasl.username" else { return nil }
        return KafkaProperty.isKnown(name) ? name : nil
    }

    private static func secret(in path: String) throws(SettingProblem) -> String {
        do throws(SmallFile.Problem) {
            let bytes = try SmallFile.read(path, limitBytes: Limits.bytes)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw SmallFile.Problem("it is not UTF-8")
            }
            // Remove line ends like `$(<file)` in a shell, because editors and echo add one.
            let end = text.unicodeScalars.lastIndex { $0 != "\n" && $0 != "\r" }
            guard let end else { throw SmallFile.Problem("it is empty") }
            return String(text.unicodeScalars[...end])
        } catch {
            throw SettingProblem("\(path): \(error.reason)")
        }
    }
}

extension KafkaProperty {
    /// - Throws: ``SettingProblem`` if librdkafka does not accept the value.
    func checked() throws(SettingProblem) {
        do throws(KafkaError) {
            try check()
        } catch {
            throw SettingProblem("\(error)")
        }
    }
}
