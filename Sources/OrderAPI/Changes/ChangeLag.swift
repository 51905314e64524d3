/// Why a stream misses changes, in words for its client.
enum ChangeLag: String, Equatable, Sendable {
    case notAnID = "Last-Event-ID is not the id of an event of this stream"
    case otherEpoch =
        "Last-Event-ID is from another instance, or from before the start of this one"
    case tooOld = "the changes after Last-Event-ID are not kept any more"
    case slow = "this client reads more slowly than orders change"

    /// What the client should do about it.
    static let advice = "; changes were left out, so read the orders that matter again"
}
