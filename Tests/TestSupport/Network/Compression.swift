internal import CZlib

/// Compression of content, as a client does it.
package enum Compression {
    /// The format around the compressed data; the raw value is zlib's number of window bits.
    package enum Frame: Int32, Sendable {
        case gzip = 31
        case zlib = 15
        case none = -15
    }

    /// - Parameter level: The effort: 0 stores the bytes unchanged, 9 searches longest for
    ///   repetitions.
    package static func compress(
        _ bytes: [UInt8],
        _ frame: Frame = .gzip,
        level: Int32 = 6
    ) -> [UInt8] {
        var stream = z_stream()
        return withUnsafeMutablePointer(to: &stream) { stream in
            let size = Int32(MemoryLayout<z_stream>.size)
            let memory: Int32 = 8
            let result = deflateInit2_(
                stream,
                level,
                Z_DEFLATED,
                frame.rawValue,
                memory,
                Z_DEFAULT_STRATEGY,
                ZLIB_VERSION,
                size
            )
            precondition(result == Z_OK, "deflateInit2: \(result)")
            defer { deflateEnd(stream) }
            var input = bytes
            return input.withUnsafeMutableBufferPointer { input in
                // zlib's bound does not include the gzip header.
                let bound = Int(deflateBound(stream, UInt(input.count))) + 32
                return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
                    stream.pointee.next_in = input.baseAddress
                    stream.pointee.avail_in = UInt32(input.count)
                    stream.pointee.next_out = output.baseAddress
                    stream.pointee.avail_out = UInt32(output.count)
                    let result = deflate(stream, Z_FINISH)
                    precondition(result == Z_STREAM_END, "deflate: \(result)")
                    count = output.count - Int(stream.pointee.avail_out)
                }
            }
        }
    }
}
