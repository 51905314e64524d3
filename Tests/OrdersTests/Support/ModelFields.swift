/// The fields that were read in one object.
///
/// A duplicate field is a violation, because programs differ in which one they use (RFC 8259 §4).
struct ModelFields: OptionSet {
    let rawValue: UInt8

    static let customerID = ModelFields(rawValue: 1)
    static let items = ModelFields(rawValue: 2)
    static let totalAmount = ModelFields(rawValue: 4)
    static let productID = ModelFields(rawValue: 8)
    static let quantity = ModelFields(rawValue: 16)
    static let unitPrice = ModelFields(rawValue: 32)
    static let currency = ModelFields(rawValue: 64)

    mutating func note(
        _ field: ModelFields,
        _ decoder: inout ModelDecoder,
        _ pointer: @autoclosure () -> String
    ) {
        if contains(field) { decoder.wrongShape("is there twice", pointer()) }
        insert(field)
    }
}
