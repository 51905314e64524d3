package import Text

/// Decides which traces are recorded (OpenTelemetry SDK, "Sampling").
package struct Sampler: Equatable, Sendable {
    /// A trace that begins here is recorded if 63 bits of its id are below this number.
    private let limit: UInt64
    /// Whether a caller's decision is followed, if there is one.
    package let followsParent: Bool

    private init(limit: UInt64, followsParent: Bool) {
        self.limit = limit
        self.followsParent = followsParent
    }

    package static let alwaysOn = ratio(1)
    package static let alwaysOff = ratio(0)

    /// Records a share of the traces, from 0 to 1.
    ///
    /// Every service decides alike about a trace, because its id decides.
    package static func ratio(_ ratio: Double) -> Sampler {
        let limit = ratio >= 1 ? 1 << 63 : ratio > 0 ? UInt64(ratio * 0x1p63) : 0
        return Sampler(limit: limit, followsParent: false)
    }

    /// Decides as the caller did, and like another sampler if there is no caller.
    package static func parentBased(_ root: Sampler) -> Sampler {
        Sampler(limit: root.limit, followsParent: true)
    }

    /// - Parameter parentFlags: The flags of the caller's `traceparent`; `nil` without a caller.
    package func samples(_ traceID: TraceID, parentFlags: UInt8?) -> Bool {
        if followsParent, let parentFlags { return parentFlags & TraceContext.sampledFlag != 0 }
        // The bits that the SDKs of OpenTelemetry compare as well.
        return traceID.low >> 1 < limit
    }
}
