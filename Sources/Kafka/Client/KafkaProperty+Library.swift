internal import CRdkafka

/// The properties that the loaded librdkafka supports.
extension KafkaProperty {
    /// Whether librdkafka has a property or an alias of this name.
    ///
    /// The check sets the property to no value, because `rd_kafka_conf_get` does not find
    /// properties that are not set.
    package static func isKnown(_ name: String) -> Bool {
        // C code ignores everything after a NUL byte.
        guard !name.utf8.contains(0) else { return false }
        return emptied(name).result != RD_KAFKA_CONF_UNKNOWN
    }

    /// Splits a list of properties, such as `linger.ms=5,sasl.password=a,b`.
    ///
    /// A comma separates two properties only if the name of a known property and an equals sign
    /// follow. Every other comma belongs to the value, because passwords may contain commas.
    package static func texts(in list: String) -> [String] {
        var texts: [String] = []
        for part in list.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        {
            let text = Substring(part)
            let named = text.drop { $0.isWhitespace }
            if let last = texts.indices.last, !beginsProperty(named) {
                texts[last] += "," + text
            } else {
                texts.append(String(named))
            }
        }
        return texts
    }

    private static func beginsProperty(_ text: Substring) -> Bool {
        KafkaProperty(parsing: text).map { isKnown($0.name) } ?? false
    }

    /// Whether the value may be or contain a password or a key.
    ///
    /// No text ever shows such a value.
    ///
    /// librdkafka marks such properties internally but does not expose the mark, so the name
    /// decides.
    package var isSecret: Bool { Self.secretWords.contains { name.contains($0) } }

    private static let secretWords = [
        "password", "passphrase", "secret", "pem", "private.key", "token", "credential", "jaas",
        "oauthbearer.config", "oauthbearer.extensions", "kinit.cmd",
    ]

    /// Checks whether librdkafka accepts the name and the value.
    ///
    /// - Throws: ``KafkaError`` with the name of the property, without secrets.
    package func check() throws(KafkaError) {
        let conf = rd_kafka_conf_new()
        defer { rd_kafka_conf_destroy(conf) }
        guard let conf else { return }
        try checkIsFree()
        try set(in: conf)
        guard !hasRestBehindNumber(conf) else {
            throw KafkaError(configuration: "Kafka property \(name): its value is not a number")
        }
    }

    /// Whether text follows a number: of `5s` or `5,compresion.type=zstd`, librdkafka reads only
    /// the 5.
    private func hasRestBehindNumber(_ conf: OpaquePointer) -> Bool {
        var size = 0
        guard rd_kafka_conf_get(conf, name, nil, &size) == RD_KAFKA_CONF_OK else { return false }
        var taken = [CChar](repeating: 0, count: size)
        rd_kafka_conf_get(conf, name, &taken, &size)
        let given = value.drop { $0.isWhitespace }
        // A word may stand for a number, such as `all` for acks.
        guard Double(text(taken)) != nil, let first = given.utf8.first,
            "+-.0123456789".utf8.contains(first)
        else { return false }
        return Double(given) == nil
    }

    /// - Throws: ``KafkaError`` when the property is protected and the value is not allowed.
    func checkIsFree() throws(KafkaError) {
        guard let allowed = ClientConfiguration.protectedProperties[name], !allowed.contains(value)
        else { return }
        throw KafkaError(
            configuration: "\(name) cannot be changed: orders could be lost or doubled"
        )
    }

    func set(in conf: OpaquePointer) throws(KafkaError) {
        // C code would use only the part before the NUL byte.
        guard !name.utf8.contains(0), !value.utf8.contains(0) else {
            throw KafkaError(configuration: "Kafka property \(shownName): it has a NUL byte")
        }
        var reason = [CChar](repeating: 0, count: 512)
        switch rd_kafka_conf_set(conf, name, value, &reason, reason.count) {
        case RD_KAFKA_CONF_OK: return
        case RD_KAFKA_CONF_UNKNOWN:
            throw KafkaError(
                configuration: "librdkafka \(LibraryVersion.loaded) has no property \(shownName)"
            )
        default:
            // The message never shows the value: a user may have typed a password in the wrong
            // place.
            let reason = isSecret ? reasonWithoutValue : Secrets(of: self).hidden(in: text(reason))
            throw KafkaError(configuration: "Kafka property \(name): \(reason)")
        }
    }

    /// The reason why the property accepts no value, such as a property of the Java client only, or
    /// why it does not accept this value.
    private var reasonWithoutValue: String {
        let emptied = Self.emptied(name)
        return emptied.result == RD_KAFKA_CONF_OK ? "its value is not accepted" : emptied.reason
    }

    /// The name, if it looks like one: an unknown name may be a password without a name before it.
    private var shownName: String {
        let words = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isName =
            words.count > 1
            && words.allSatisfy { word in
                !word.isEmpty
                    && word.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
            }
        return isName ? name : "of the name that was given"
    }

    private static func emptied(_ name: String) -> (result: rd_kafka_conf_res_t, reason: String) {
        let conf = rd_kafka_conf_new()
        defer { rd_kafka_conf_destroy(conf) }
        var reason = [CChar](repeating: 0, count: 512)
        let result = rd_kafka_conf_set(conf, name, nil, &reason, reason.count)
        return (result, text(reason))
    }
}
