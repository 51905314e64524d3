internal import Glibc

/// A reusable buffer in which responses are encoded.
///
/// An array would check with every append whether it is uniquely referenced.
struct OutputBuffer: ~Copyable {
    private enum Limits {
        /// The size for an ordinary response, in bytes.
        static var usualBytes: Int { 4096 }
        /// The largest buffer that is kept after its use, in bytes.
        static var retainedBytes: Int { 256 * 1024 }
    }

    private var memory = UnsafeMutableRawBufferPointer.allocate(
        byteCount: Limits.usualBytes,
        alignment: 16
    )
    private(set) var count = 0

    deinit { memory.deallocate() }

    /// Clears the buffer but keeps its memory.
    mutating func removeAll() {
        count = 0
        if memory.count > Limits.retainedBytes { reallocate(Limits.usualBytes) }
    }

    /// Calls `body` with the encoded bytes.
    func withUnsafeBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        body(UnsafeRawBufferPointer(rebasing: memory[..<count]))
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        append(UnsafeRawPointer(text.utf8Start), text.utf8CodeUnitCount)
    }

    @inline(__always)
    mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if let base = bytes.baseAddress { append(base, bytes.count) }
    }

    @inline(__always)
    private mutating func append(_ bytes: UnsafeRawPointer, _ added: Int) {
        if memory.count - count < added { reallocate(max(count + added, memory.count * 2)) }
        // The base address is never nil, because the memory has been allocated.
        if let base = memory.baseAddress { memcpy(base + count, bytes, added) }
        count += added
    }

    private mutating func reallocate(_ byteCount: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 16)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<count]))
        memory.deallocate()
        memory = larger
    }

    /// Appends a number in hexadecimal digits.
    mutating func append(hexadecimal number: Int) {
        append(Array(String(number, radix: 16).utf8))
    }

    /// Appends a number in decimal digits.
    mutating func append(decimal number: Int) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Decimal.mostDigits) { memory in
            let digits = Decimal.digits(of: number, in: memory)
            append(UnsafeRawBufferPointer(digits))
        }
    }
}
