/// The format of money in a version of an event.
enum MoneyShape {
    /// Version 1.0: an amount without a currency, in the configured currency.
    case amount(in: Currency)
    /// Version 2.0: an object with `amount` and `currency`.
    case object
}

/// Reads the amounts of one event.
///
/// All amounts must be in one currency, because they are added.
struct MoneyReader {
    private let shape: MoneyShape
    private var found: Currency?

    init(_ shape: MoneyShape) {
        self.shape = shape
    }

    /// The currency of the amounts read so far; US dollars if there were none.
    var currency: Currency {
        if case .amount(let currency) = shape { return currency }
        return found ?? .usd
    }

    mutating func read(
        _ source: inout EventSource,
        _ pointer: @autoclosure () -> String
    ) throws(EventError) -> Money {
        if case .amount = shape { return try source.money(pointer()) }
        try source.expectObject(pointer())
        var amount: Money?
        var currency: Currency?
        _ = try source.enterObject()
        while let key = try source.nextKey() {
            if source.isKey(key, "amount") {
                amount = try source.money("\(pointer())/amount")
            } else if source.isKey(key, "currency") {
                currency =
                    try source.takeNull()
                    ? nil
                    : try source.value(
                        "\(pointer())/currency",
                        "must be three upper-case letters such as \"USD\""
                    ) { Currency($0) }
            } else {
                try source.skip()
            }
        }
        let read = try require(currency, "\(pointer())/currency")
        if let found, found != read {
            throw .invalid(
                pointer: "\(pointer())/currency",
                reason: "must be \(found), as in the rest of the event"
            )
        }
        found = read
        return try require(amount, "\(pointer())/amount")
    }
}
