package import Text

/// Identifies an order.
///
/// It is the key of all messages about the order.
package typealias OrderID = UUID
/// Identifies an event.
///
/// A second delivery of the event has the same id.
package typealias EventID = UUID
