import FuzzTargets
import Glibc

/// libFuzzer's own main function, as it can be called (llvm.org/docs/LibFuzzer.html).
@_silgen_name("LLVMFuzzerRunDriver")
private func runLibFuzzer(
    _ argumentCount: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ run: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

guard CommandLine.arguments.count > 1,
    let chosen = FuzzTarget(rawValue: CommandLine.arguments[1])
else {
    let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: "|")
    print("usage: fuzz \(names) [libFuzzer's options] CORPUS…")
    exit(64)
}

/// A C function captures nothing: it finds the target here.
private let target = chosen

/// Called with one input after the other, and by libFuzzer's own main function, which is linked too.
@_cdecl("LLVMFuzzerTestOneInput")
func runOnce(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    target.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}

var count = CommandLine.argc - 1
var arguments = CommandLine.unsafeArgv + 1
exit(runLibFuzzer(&count, &arguments, runOnce))
