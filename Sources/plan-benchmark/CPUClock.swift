#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The processor time that this process has used, on all its threads.
enum CPUClock {
  /// Seconds since the process began.
  static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// A value and the CPU seconds that making it took.
  static func measuring<Value>(_ make: () throws -> Value) rethrows -> (Value, seconds: Double) {
    let start = seconds
    let value = try make()
    return (value, seconds - start)
  }
}
