package import Text

/// Names an order; the key of all its events.
package typealias OrderID = UUID
/// Names one event: a second delivery has the same.
package typealias EventID = UUID
