package import Text

/// The reason why a record cannot be processed as an event and becomes a dead letter.
package enum EventError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The record has no value: it is a tombstone.
    case noValue
    /// The value is larger than any event may be.
    case tooLarge(bytes: Int, limitBytes: Int)
    case notJSON(JSONError)
    /// A member is missing. All pointers are JSON pointers (RFC 6901), such as `/data/order_id`.
    case missing(pointer: String)
    case wrongType(pointer: String, expected: String)
    /// A member has a value that is not allowed; `reason` says what it must be.
    case invalid(pointer: String, reason: String)
    case unknownVersion(type: EventType, version: String)

    /// The names of all kinds.
    package static let kinds = [
        "no_value", "too_large", "not_json", "missing_member", "wrong_type", "invalid_value",
        "unknown_version",
    ]

    /// A short name for programs.
    package var kind: String {
        switch self {
        case .noValue: "no_value"
        case .tooLarge: "too_large"
        case .notJSON: "not_json"
        case .missing: "missing_member"
        case .wrongType: "wrong_type"
        case .invalid: "invalid_value"
        case .unknownVersion: "unknown_version"
        }
    }

    package var description: String {
        switch self {
        case .noValue: "the record has no value"
        case .tooLarge(let bytes, let limit):
            "the value has \(bytes) bytes; at most \(limit) are read"
        case .notJSON(let error): "the value is not JSON: \(error)"
        case .missing(let pointer): "\(pointer) is missing"
        case .wrongType("", let expected): "the value must be \(expected)"
        case .wrongType(let pointer, let expected): "\(pointer) must be \(expected)"
        case .invalid(let pointer, let reason): "\(pointer) \(reason)"
        case .unknownVersion(let type, let version):
            "version \(version) of \(type.rawValue) is not known"
        }
    }
}
