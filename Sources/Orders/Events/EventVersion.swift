/// The version of an event's structure.
package enum EventVersion: String, Sendable, CaseIterable, CustomStringConvertible {
    /// Money is an amount without a currency: `"19.98"`.
    case v1_0 = "1.0"
    /// Money has a currency: `{"amount": "19.98", "currency": "USD"}`.
    case v2_0 = "2.0"

    /// The version `major.0`.
    init?(major: Int) {
        switch major {
        case 1: self = .v1_0
        case 2: self = .v2_0
        default: return nil
        }
    }

    package var description: String { rawValue }
}
