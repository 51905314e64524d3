/// Orders as clients write them.
enum OrderText {
    /// The first order of the README.
    static let first =
        #"{"customer_id":"c-1","items":[{"product_id":"p-1","quantity":2,"unit_price":"9.99"}]}"#

    /// An order that differs from the others by its customer.
    static func order(customer: String, product: String = "p-1", quantity: Int = 2) -> String {
        #"{"customer_id":"\#(customer)","items":"#
            + #"[{"product_id":"\#(product)","quantity":\#(quantity),"unit_price":"9.99"}]}"#
    }
}
