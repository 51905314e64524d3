/// The version of an event's shape.
package enum EventVersion: String, Sendable, CaseIterable, CustomStringConvertible {
    case v1_0 = "1.0"

    package var description: String { rawValue }
}
