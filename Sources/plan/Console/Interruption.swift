import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Whether the user pressed control-C, and whether time is up.
///
/// The first interruption asks for the best plan so far; the next one ends the program.
struct Interruption: Sendable {
  // A signal handler can reach nothing but global state.
  private static let wasSignalled = Atomic(false)
  private let deadline: ContinuousClock.Instant?

  /// - Parameter seconds: the time from now after which it is up.
  init(after seconds: Double?) {
    deadline = seconds.map { ContinuousClock.now + .seconds($0) }
    signal(SIGINT) { _ in
      Interruption.wasSignalled.store(true, ordering: .relaxed)
      signal(SIGINT, SIG_DFL)
    }
  }

  var isSignalled: Bool { Self.wasSignalled.load(ordering: .relaxed) }
  var isTimeUp: Bool { deadline.map { ContinuousClock.now >= $0 } ?? false }
  var isDue: Bool { isSignalled || isTimeUp }
}
