import Testing

@testable import OrderGateway

struct BrokerStatisticsTests {
    private func broker(_ id: Int, _ state: String, _ rest: String = "") -> String {
        #"""
        "h:\#(id)/\#(id)":{"name":"h","nodeid":\#(id),"state":"\#(state)","waitresp_cnt":2,\#
        "toppars":{"t-0":{"topic":"t"}},"req":{"Fetch":7}\#(rest)}
        """#
    }

    private func read(_ brokers: String...) -> [BrokerStatistics] {
        let list = brokers.joined(separator: ",")
        return BrokerStatistics.read(
            Array(#"{"name":"rdkafka#producer-1","ts":17,"brokers":{\#(list)},"topics":{}}"#.utf8)
        )
    }

    @Test func `what librdkafka says of a broker is read, in seconds`() {
        let times =
            #","rtt":{"min":9,"cnt":3,"p50":1500,"p75":2,"p99":20000},"throttle":{"avg":1,"max":250}"#
        let rtt = BrokerStatistics.RoundTrip(median: 0.0015, high: 0.02)
        let found = read(broker(1, "UP", times), broker(2, "DOWN"))
        #expect(found.map(\.id) == [1, 2])
        #expect(found.map(\.isUp) == [true, false])
        #expect(found.map(\.rtt) == [rtt, nil])
        #expect(found.map(\.throttle) == [0.25, 0])
        #expect(found.map(\.requestsInFlight) == [2, 2])
    }

    @Test func `a broker without a request has no round-trip time`() {
        #expect(read(broker(1, "UP", #","rtt":{"cnt":0,"p50":0,"p99":0}"#))[0].rtt == nil)
    }

    @Test func `addresses, coordinators and brokers that are not used are left out`() {
        #expect(read(broker(-1, "UP"), broker(3, "INIT"), broker(4, "CONNECT")).map(\.id) == [4])
    }

    @Test func `a broker that is there twice counts once`() {
        let twice = read(broker(1, "DOWN"), broker(1, "UP").replacing("h:1/1", with: "x"))
        #expect(twice.map(\.isUp) == [true])
    }

    @Test func `only so many brokers are told apart`() {
        let many = (0..<200).map { broker($0, "UP") }.joined(separator: ",")
        #expect(read(many).map(\.id) == Array(0..<BrokerStatistics.Limits.brokers))
    }

    @Test(arguments: ["", "{", "[]", "null", #"{"brokers":[]}"#, #"{"brokers":{"a":{"nodeid":"#])
    func `a text that cannot be read says nothing`(_ text: String) {
        #expect(BrokerStatistics.read(Array(text.utf8)).isEmpty)
    }
}
