/// The streams of finished requests of one event loop, which later requests reuse.
final class HTTP2Streams {
    private enum Limits {
        /// The most streams that are kept; one read of a busy connection brings as many.
        static let spare = 64
    }

    /// Only this class changes it, and no callback runs during a change.
    @exclusivity(unchecked) private var spare: [HTTP2Stream] = []

    func take() -> HTTP2Stream { spare.popLast() ?? HTTP2Stream() }

    /// Keeps a stream that nobody references any more.
    func giveBack(_ stream: consuming HTTP2Stream) {
        guard spare.count < Limits.spare else { return }
        stream.empty()
        spare.append(stream)
    }
}
