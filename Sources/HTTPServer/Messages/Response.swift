/// An answer as handlers make it.
///
/// The server adds `Date`, `Content-Length` and `Connection`.
package struct Response: Sendable {
    package var status: Status
    package var fields: FieldSection
    package var body: [UInt8]

    package init(
        _ status: Status,
        fields: FieldSection = FieldSection(),
        body: [UInt8] = []
    ) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}
