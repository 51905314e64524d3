package import Orders

/// What a record of an event topic contains.
package enum RecordContent {
    case event(Event)
    /// An event of a type that this program does not know.
    case unknownType
    /// No event that this program can process.
    case rejected(EventError)
}
