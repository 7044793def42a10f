import Quantities

/// One line on the terminal that says where a search stands, and goes when the search ends.
final class ProgressLine {
  private let isShown: Bool
  private let clock = ContinuousClock()
  private var shownAt: ContinuousClock.Instant?

  init(quiet: Bool) { isShown = !quiet && StandardError.isTerminal }

  /// Shows a text in place of the one before, at most ten times a second.
  func show(_ text: String) {
    guard isShown else { return }
    let now = clock.now
    if let shownAt, now - shownAt < .milliseconds(100) { return }
    shownAt = now
    StandardError.write("\r\u{1B}[K\(text)")
  }

  func clear() {
    guard shownAt != nil else { return }
    shownAt = nil
    StandardError.write("\r\u{1B}[K")
  }
}
