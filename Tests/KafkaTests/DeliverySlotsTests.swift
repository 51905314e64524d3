import Testing

@testable import Kafka

struct DeliverySlotsTests {
    @Test func `a number finds its waiter once, and is used again`() async {
        var slots = DeliverySlots()
        let outcome = await withUnsafeContinuation { waiter in
            let first = slots.insert(waiter)
            #expect(first == 1)
            #expect(slots.count == 1)
            let strangers = [slots.remove(2), slots.remove(0)]
            #expect(strangers.allSatisfy { $0 == nil })
            let found = slots.remove(1)
            let again = slots.remove(1)
            #expect(again == nil)
            let second = slots.insert(waiter)
            #expect(second == 1)
            let last = slots.remove(1)
            #expect(last != nil)
            found?.resume(returning: .failure(.closed))
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
            slots.remove(1)?.resume(returning: .failure(.queueFull))
            #expect(slots.count == 0)
        }
        #expect(outcome == .failure(.queueFull))
    }
}
