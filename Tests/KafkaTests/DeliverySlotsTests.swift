import Testing

@testable import Kafka

struct DeliverySlotsTests {
    @Test func `a number finds its waiter once, and is used again`() async {
        var slots = DeliverySlots()
        let outcome = await withUnsafeContinuation { waiter in
            let first = slots.insert(waiter)
            #expect(first == 1)
            #expect(slots.count == 1)
            let strangers = [
                slots.settle(2, .failure(.closed)), slots.settle(0, .failure(.closed)),
            ]
            #expect(strangers.allSatisfy { $0 == nil })
            let found = slots.settle(1, .failure(.closed))
            let again = slots.settle(1, .failure(.queueFull))
            #expect(again == nil)
            let second = slots.insert(waiter)
            #expect(second == 1)
            let last = slots.settle(1, .failure(.queueFull))
            #expect(last != nil)
            found?.resume()
        }
        #expect(outcome == .failure(.closed))
        #expect(slots.count == 0)
    }

    @Test func `closed slots take nobody and still answer those who wait`() async {
        var slots = DeliverySlots()
        let outcome = await withUnsafeContinuation { waiter in
            _ = slots.insert(waiter)
            slots.close()
            let late = slots.insert(waiter)
            #expect(late == nil)
            #expect(slots.count == 1)
            slots.settle(1, .failure(.queueFull))?.resume()
            #expect(slots.count == 0)
        }
        #expect(outcome == .failure(.queueFull))
    }

    @Test func `a message is alone when nothing is under way, and little was before`() async {
        var slots = DeliverySlots()
        let most = DeliverySlots.Limits.few
        _ = await withUnsafeContinuation { (waiter: DeliverySlots.Waiter) in
            /// Whether each of so many messages was alone, of which then all are answered.
            func alone(of count: Int) -> [Bool] {
                var numbers: [Int] = []
                let alone = (0..<count).map { _ in
                    numbers += [slots.insert(waiter)].compactMap(\.self)
                    return slots.isAlone
                }
                for number in numbers { _ = slots.settle(number, .failure(.closed)) }
                return alone
            }
            #expect(alone(of: 1) == [true])
            #expect(alone(of: most) == [true] + Array(repeating: false, count: most - 1))
            #expect(alone(of: most + 1).first == true)
            // After many the first of the next does wait for the others; after few not again.
            #expect(alone(of: 1) == [false])
            #expect(alone(of: 1) == [true])
            waiter.resume(returning: .failure(.closed))
        }
    }

    @Test func `a batch is answered with its last outcome, each message's in its place`() async {
        var slots = DeliverySlots()
        let place = Acknowledgement(partition: 1, offset: 7)
        let outcomes = await withUnsafeContinuation { waiter in
            let numbers = slots.insert(3, waiter)
            #expect(numbers == [1, 2, 3])
            #expect(slots.count == 3)
            let early = [slots.settle(3, .failure(.queueFull)), slots.settle(1, .success(place))]
            #expect(early.allSatisfy { $0 == nil })
            let again = slots.settle(3, .success(place))
            #expect(again == nil)
            #expect(slots.count == 1)
            slots.settle(2, .failure(.messageTooLarge))?.resume()
        }
        #expect(outcomes == [.success(place), .failure(.messageTooLarge), .failure(.queueFull)])
        #expect(slots.count == 0)
    }

    @Test func `closed slots take no batch`() async {
        var slots = DeliverySlots()
        slots.close()
        let outcomes = await withUnsafeContinuation { waiter in
            let numbers = slots.insert(2, waiter)
            #expect(numbers == nil)
            waiter.resume(returning: [])
        }
        #expect(outcomes.isEmpty)
        #expect(slots.count == 0)
    }
}
