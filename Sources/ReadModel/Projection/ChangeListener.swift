package import Orders

/// A receiver of all changes of orders, which the projector tells.
///
/// Calls come from the thread that consumes, so an implementation has to return quickly and must not
/// block. While it does not listen, a batch costs two atomic loads.
package protocol ChangeListener: AnyObject, Sendable {
    /// Whether changes are of interest now.
    var isListening: Bool { get }

    /// Receives the changes of a batch in the order in which they took effect.
    ///
    /// The changed views can already be read.
    func changed(_ changes: [OrderChange])
}
