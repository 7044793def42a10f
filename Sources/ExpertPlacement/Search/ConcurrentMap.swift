import Dispatch

/// The values of `make` for 0 ..< `count`, in order, made on as many threads as there are cores.
func concurrentMap<Value: Sendable>(_ count: Int, _ make: @Sendable (Int) -> Value) -> [Value] {
  var values = [Value?](repeating: nil, count: count)
  values.withUnsafeMutableBufferPointer { buffer in
    // Each index is written by one iteration only.
    nonisolated(unsafe) let buffer = buffer
    DispatchQueue.concurrentPerform(iterations: count) { buffer[$0] = make($0) }
  }
  return values.compactMap { $0 }
}
