package import Text

/// The ID of an order.
///
/// It is the key of all messages about the order.
package typealias OrderID = UUID
/// The ID of an event.
///
/// A second delivery of the event has the same ID.
package typealias EventID = UUID
