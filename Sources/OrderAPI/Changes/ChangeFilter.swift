internal import HTTPServer
package import Orders

/// The changes that one stream of events is about.
package struct ChangeFilter: Equatable, Sendable {
    /// The reason why a query asks for no such filter, in words for the client.
    struct Refusal: Error, Equatable {
        let detail: String
    }

    private let customerID: [UInt8]
    /// The hash of the customer's ID; `nil` for all customers.
    private let customerHash: Int?
    /// The status after the change; `nil` for any.
    private let status: OrderStatus?

    package init(customerID: String? = nil, status: OrderStatus? = nil) {
        self.customerID = customerID.map { Array($0.utf8) } ?? []
        customerHash = customerID == nil ? nil : Self.hash(self.customerID[...])
        self.status = status
    }

    /// Reads the parameters `customer_id` and `status` of a query; others are passed over.
    init(_ query: QueryParameters) throws(Refusal) {
        let customer = try Self.single("customer_id", query)
        guard customer?.isEmpty != true else {
            throw Refusal(
                detail: "customer_id in the query is empty; leave it out for all customers."
            )
        }
        var status: OrderStatus?
        if let name = try Self.single("status", query) {
            status = OrderStatus(rawValue: name)
            guard status != nil else {
                let names = OrderStatus.allCases.map(\.rawValue).joined(separator: ", ")
                throw Refusal(detail: "status in the query must be one of \(names).")
            }
        }
        self.init(customerID: customer, status: status)
    }

    /// Returns the value of a parameter that may be there once.
    static func single(_ name: String, _ query: QueryParameters) throws(Refusal) -> String? {
        let values = query.all(name)
        guard values.count < 2 else {
            throw Refusal(detail: "\(name) is in the query more than once; a stream has one.")
        }
        return values.first
    }

    /// Whether the customer does not matter.
    var isForAll: Bool { customerHash == nil }

    /// Returns whether a change may match; `false` if it certainly does not.
    ///
    /// - Parameter hash: The hash of the customer's ID.
    func mayMatch(_ status: OrderStatus, _ hash: Int) -> Bool {
        if let wanted = self.status, wanted != status { return false }
        return customerHash == nil || customerHash == hash
    }

    func isCustomer(of content: OrderContent) -> Bool {
        content.customerIDBytes.elementsEqual(customerID)
    }

    /// Swift's hash is seeded, so nobody can choose customers whose hashes are the same.
    static func hash(_ customerID: ArraySlice<UInt8>) -> Int {
        var hasher = Hasher()
        customerID.withUnsafeBytes { hasher.combine(bytes: $0) }
        return hasher.finalize()
    }
}
