import Synchronization

/// Lines that become ready in any order and are written in theirs, each as soon as those before it.
///
/// Writing happens under the lock: a reader that is slow holds up who hands over the next line, so
/// that no more lines wait than there are batches in work.
final class OrderedOutput: Sendable {
  private struct State {
    var next = 0
    var waiting: [Int: String] = [:]
    var fault: StandardOutput.Fault?
  }
  private let state = Mutex(State())

  /// Takes over a line by its place, from 0.
  func take(_ line: String, number: Int) {
    state.withLock { state in
      state.waiting[number] = line
      while state.fault == nil, let line = state.waiting.removeValue(forKey: state.next) {
        do throws(StandardOutput.Fault) {
          try StandardOutput.write(line)
          state.next += 1
        } catch {
          state.fault = error
        }
      }
    }
  }

  /// - Throws: why standard output takes no more.
  func check() throws(StandardOutput.Fault) {
    if let fault = state.withLock({ $0.fault }) { throw fault }
  }
}
