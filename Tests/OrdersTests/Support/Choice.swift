@testable import Orders

/// One way in which a service may write a field, or leave it out, and what it becomes.
struct Choice<Value: Sendable>: Sendable {
    /// Its JSON text, or `nil` when the field is missing.
    let json: String?
    let value: Value

    init(_ json: String?, _ value: Value) {
        self.json = json
        self.value = value
    }
}

/// The ways in which the envelope of ``EventJSON`` may be written, and its data.
///
/// The first of each is what this gateway writes; the others are missing, null and spelled otherwise,
/// where that has a meaning.
enum Choices {
    static let derivedTrace = "0192f5c37b1b70008000000000000001"
    static let derivedSpan = "8000000000000001"
    static let derivedCorrelation = "0192f5c3-7b1b-7000-8000-000000000001"

    static let eventID = [
        Choice("\"0192f5c3-7b1b-7000-8000-000000000001\"", Samples.eventID),
        Choice("\"0192F5C37B1B70008000000000000001\"", Samples.eventID),
    ]
    static let version = [
        Choice("\"1.0\"", EventVersion.v1_0), Choice(nil, .v1_0), Choice("null", .v1_0),
        Choice("1", .v1_0),
    ]
    static let timestamp = [
        Choice("\"2026-11-23T12:36:09.123Z\"", Samples.time),
        Choice("\"2026-11-23 12:36:09.123456\"", Samples.time),
    ]
    static let correlationID = [
        Choice("\"corr-1\"", "corr-1"), Choice(nil, derivedCorrelation),
        Choice("null", derivedCorrelation), Choice("\"\"", derivedCorrelation),
    ]
    static let sourceService = [
        Choice("\"order-gateway\"", "order-gateway"), Choice(nil, "unknown"),
        Choice("null", "unknown"), Choice("\"\"", "unknown"),
    ]
    static let traceID = [
        Choice("\"0af7651916cd43dd8448eb211c80319c\"", "0af7651916cd43dd8448eb211c80319c"),
        Choice(nil, derivedTrace), Choice("null", derivedTrace),
        Choice("\"0AF76519-16CD-43DD-8448-EB211C80319C\"", "0af7651916cd43dd8448eb211c80319c"),
    ]
    static let spanID = [
        Choice("\"b7ad6b7169203331\"", "b7ad6b7169203331"), Choice(nil, derivedSpan),
        Choice("null", derivedSpan), Choice("\"B7AD6B7169203331\"", "b7ad6b7169203331"),
    ]

    static let orderID = [
        Choice("\"0192f5c3-7b1a-7c3d-8e4f-001122334455\"", Samples.orderID),
        Choice("\"urn:uuid:0192F5C3-7B1A-7C3D-8E4F-001122334455\"", Samples.orderID),
    ]
    static let reason = [
        Choice("\"insufficient_stock\"", "insufficient_stock"), Choice(nil, "unspecified"),
        Choice("null", "unspecified"), Choice("\"\"", "unspecified"),
    ]
    static let productID: [Choice<String?>] = [
        Choice("\"p1\"", "p1"), Choice(nil, nil), Choice("null", nil), Choice("\"\"", nil),
    ]
    static let causedBy = [
        Choice("\"0192f5c3-7b1c-7000-8000-000000000002\"", Samples.causeID),
        Choice(nil, Samples.eventID), Choice("null", Samples.eventID),
        Choice("\"{0192F5C3-7B1C-7000-8000-000000000002}\"", Samples.causeID),
    ]
    static let totalAmount = [
        Choice("\"20.105\"", "20.105"), Choice(nil, "20.105"), Choice("null", "20.105"),
        Choice("\"2.5E+1\"", "25.00"),
    ]
    static let quantity = [Choice("2", 2), Choice("2.0", 2)]
    /// That of an amount; version 1.0 has none, so whatever it is does not matter.
    static let currency: [Choice<String?>] = [
        Choice(nil, nil), Choice("null", nil), Choice("\"EUR\"", nil),
    ]
}

/// A number taken apart into places, each with a base of its own: one of all combinations.
struct Digits {
    private var rest: Int

    init(_ number: Int) {
        rest = number
    }

    mutating func next<Value>(of choices: [Choice<Value>]) -> Choice<Value> {
        defer { rest /= choices.count }
        return choices[rest % choices.count]
    }
}
