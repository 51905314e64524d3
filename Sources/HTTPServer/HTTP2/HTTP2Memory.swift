internal import CNghttp2
internal import Glibc

/// The memory that libnghttp2 allocates for the HTTP/2 connections of one event loop.
///
/// Each request needs six small blocks until its response is sent. One read brings many requests,
/// and the allocator of the C library keeps only seven freed blocks of a size at hand for a thread.
/// Larger blocks come from the C library.
///
/// Only the event loop's thread uses it.
final class HTTP2Memory {
    enum Limits {
        /// The sizes of kept blocks are multiples of this.
        static let stepBytes = 64
        /// The largest size of kept blocks is this many steps.
        static let steps = 16
        /// The most blocks that are kept of each size.
        static let spare = 64
    }

    private enum Header {
        /// The header in front of each block holds its number of steps; the size keeps the block
        /// aligned for every type.
        static let bytes = 16
        /// The number of steps of blocks that are not kept.
        static let large = 0
    }

    /// The first kept block of each size, which points to the next one.
    @exclusivity(unchecked) private var first = InlineArray<17, UnsafeMutableRawPointer?>(
        repeating: nil
    )
    @exclusivity(unchecked) private var counts = InlineArray<17, Int>(repeating: 0)

    deinit {
        for steps in first.indices {
            while let block = take(steps) { Glibc.free(block - Header.bytes) }
        }
    }

    /// The functions for a session; whoever passes them to libnghttp2 keeps this object.
    var functions: nghttp2_mem {
        nghttp2_mem(
            mem_user_data: Unmanaged.passUnretained(self).toOpaque(),
            malloc: { size, memory in HTTP2Memory.lend(memory) { $0.allocate(size) } },
            free: { block, memory in HTTP2Memory.lend(memory) { $0.free(block) } },
            calloc: { count, size, memory in
                HTTP2Memory.lend(memory) { $0.allocateZeros(count, size) }
            },
            realloc: { block, size, memory in
                HTTP2Memory.lend(memory) { $0.reallocate(block, size) }
            }
        )
    }

    @inline(__always)
    private static func lend<Value>(
        _ memory: UnsafeMutableRawPointer?,
        _ body: (HTTP2Memory) -> Value
    ) -> Value {
        guard let memory else { preconditionFailure("no memory was passed to libnghttp2") }
        return Unmanaged<HTTP2Memory>.fromOpaque(memory)._withUnsafeGuaranteedRef(body)
    }

    private func take(_ steps: Int) -> UnsafeMutableRawPointer? {
        guard let block = first[steps] else { return nil }
        first[steps] = block.load(as: UnsafeMutableRawPointer?.self)
        counts[steps] -= 1
        return block
    }

    func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
        var steps = (size + Limits.stepBytes - 1) / Limits.stepBytes
        if size == 0 { steps = 1 }
        if steps > Limits.steps { steps = Header.large }
        if steps != Header.large, let block = take(steps) { return block }
        let bytes = steps == Header.large ? size : steps * Limits.stepBytes
        guard let memory = malloc(Header.bytes + bytes) else { return nil }
        memory.storeBytes(of: steps, as: Int.self)
        return memory + Header.bytes
    }

    func free(_ block: UnsafeMutableRawPointer?) {
        guard let block else { return }
        let steps = Self.steps(of: block)
        guard steps != Header.large, counts[steps] < Limits.spare else {
            return Glibc.free(block - Header.bytes)
        }
        block.storeBytes(of: first[steps], as: UnsafeMutableRawPointer?.self)
        first[steps] = block
        counts[steps] += 1
    }

    private static func steps(of block: UnsafeMutableRawPointer) -> Int {
        (block - Header.bytes).load(as: Int.self)
    }

    func allocateZeros(_ count: Int, _ size: Int) -> UnsafeMutableRawPointer? {
        let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
        guard !overflow, let block = allocate(bytes) else { return nil }
        memset(block, 0, bytes)
        return block
    }

    func reallocate(
        _ block: UnsafeMutableRawPointer?,
        _ size: Int
    ) -> UnsafeMutableRawPointer? {
        guard let block else { return allocate(size) }
        let steps = Self.steps(of: block)
        guard steps != Header.large else {
            guard let memory = realloc(block - Header.bytes, Header.bytes + size) else {
                return nil
            }
            return memory + Header.bytes
        }
        guard size > steps * Limits.stepBytes else { return block }
        guard let larger = allocate(size) else { return nil }
        memcpy(larger, block, steps * Limits.stepBytes)
        free(block)
        return larger
    }
}
