internal import Telemetry

// What people learn of the export: that it fails, that it works again, and what was lost.
extension SpanExporter {
    /// Logs the first failure after a success.
    func noteFailure(_ failure: SpanExporting.Failure, _ exporting: inout SpanExporting) {
        guard !exporting.isFailing else { return }
        exporting.isFailing = true
        logger.warning(
            "traces cannot be exported; spans are dropped when the queue is full",
            metadata: ["reason": failure.reason]
        )
    }

    func noteTaken(
        _ answer: OTLPAnswer,
        rejected: Int,
        _ exporting: inout SpanExporting
    ) {
        if exporting.isFailing {
            exporting.isFailing = false
            let dropped = queue.droppedCount
            logger.info(
                "traces are exported again",
                metadata: ["dropped": "\(dropped - exporting.reportedDrops)"]
            )
            exporting.reportedDrops = dropped
        }
        guard rejected > 0 || !answer.message.isEmpty else { return }
        queue.noteDropped(rejected)
        exporting.reportedDrops += rejected
        logger.warning(
            "the collector has not taken all spans",
            metadata: ["rejected": "\(rejected)", "reason": exporting.shown(answer.message)]
        )
    }

    /// Logs how many spans were dropped although the collector takes spans.
    func noteDropped(_ exporting: inout SpanExporting) {
        let dropped = queue.droppedCount
        guard !exporting.isFailing, dropped > exporting.reportedDrops else { return }
        logger.warning(
            "spans were dropped: sample fewer traces, or raise OTEL_BSP_MAX_QUEUE_SIZE",
            metadata: ["count": "\(dropped - exporting.reportedDrops)"]
        )
        exporting.reportedDrops = dropped
    }
}
