internal import CRdkafka

/// What the library that is loaded knows of properties.
extension KafkaProperty {
    /// Whether librdkafka has a property of this name, be it an alias.
    ///
    /// It is asked by setting the property to nothing: `rd_kafka_conf_get` knows nothing of those that
    /// are not set.
    package static func isKnown(_ name: String) -> Bool {
        // In C the rest would not belong to it.
        guard !name.utf8.contains(0) else { return false }
        return emptied(name).result != RD_KAFKA_CONF_UNKNOWN
    }

    /// The properties in one text, such as `linger.ms=5,sasl.password=a,b`.
    ///
    /// A comma separates only where the name of a known property and an equals sign follow. Every other
    /// one belongs to the value: passwords have commas, too.
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

    /// Whether the value may be a password or a key, or hold one; then no text ever shows it.
    ///
    /// librdkafka marks such properties for itself but does not tell, so it is seen from the name.
    package var isSecret: Bool { Self.secretWords.contains { name.contains($0) } }

    private static let secretWords = [
        "password", "passphrase", "secret", "pem", "private.key", "token", "credential", "jaas",
        "oauthbearer.config", "oauthbearer.extensions", "kinit.cmd",
    ]

    /// Asks librdkafka whether it takes the name and the value.
    ///
    /// - Throws: ``KafkaError`` naming the property, without what is secret.
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

    /// Of `5s`, and of `5,compresion.type=zstd`, librdkafka takes the 5 and passes over the rest.
    private func hasRestBehindNumber(_ conf: OpaquePointer) -> Bool {
        var size = 0
        guard rd_kafka_conf_get(conf, name, nil, &size) == RD_KAFKA_CONF_OK else { return false }
        var taken = [CChar](repeating: 0, count: size)
        rd_kafka_conf_get(conf, name, &taken, &size)
        let given = value.drop { $0.isWhitespace }
        // A word, such as the `all` of acks, may stand for a number.
        guard Double(text(taken)) != nil, let first = given.utf8.first,
            "+-.0123456789".utf8.contains(first)
        else { return false }
        return Double(given) == nil
    }

    /// - Throws: ``KafkaError`` when orders depend on it.
    func checkIsFree() throws(KafkaError) {
        guard let allowed = ClientConfiguration.protectedProperties[name], !allowed.contains(value)
        else { return }
        throw KafkaError(
            configuration: "\(name) cannot be changed: orders could be lost or doubled"
        )
    }

    func set(in conf: OpaquePointer) throws(KafkaError) {
        // C would take what is before it.
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
            // The value is left out of any: a password may stand in the wrong place.
            let reason = isSecret ? reasonWithoutValue : Secrets(of: self).hidden(in: text(reason))
            throw KafkaError(configuration: "Kafka property \(name): \(reason)")
        }
    }

    /// Why no value of it is taken, such as that of a property that only Java knows, or that this one is
    /// not.
    private var reasonWithoutValue: String {
        let emptied = Self.emptied(name)
        return emptied.result == RD_KAFKA_CONF_OK ? "its value is not accepted" : emptied.reason
    }

    /// A name that nobody knows may be a password, given without the name before it: it is shown only when
    /// it looks like a name.
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
