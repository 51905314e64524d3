package import Text

/// The trace of one request or event that a bucket of a histogram has counted.
package struct Exemplar: Equatable, Sendable {
    package let traceID: TraceID
    package let nanoseconds: Int
    package let time: Timestamp

    package init(traceID: TraceID, nanoseconds: Int, time: Timestamp) {
        self.traceID = traceID
        self.nanoseconds = nanoseconds
        self.time = time
    }
}
