import CostModel

/// One rule that every frame of the declared space obeys, with the sentence for one that does not.
struct FrameRule: Sendable {
  /// What is broken: the plan's own parallelism, or only the limits of the space
  /// (`outside-space`), which a runnable plan may exceed.
  let kind: Violation.Kind
  let holds: @Sendable (Frame) -> Bool
  /// What a frame that breaks the rule says, what it must, and what is near.
  let complaint: @Sendable (Frame) -> String

  init(
    _ kind: Violation.Kind, holds: @escaping @Sendable (Frame) -> Bool,
    complaint: @escaping @Sendable (Frame) -> String
  ) {
    self.kind = kind
    self.holds = holds
    self.complaint = complaint
  }
}

extension [FrameRule] {
  func allow(_ frame: Frame) -> Bool { allSatisfy { $0.holds(frame) } }

  /// The rules that a frame breaks, as violations.
  func violations(of frame: Frame) -> [Violation] {
    filter { !$0.holds(frame) }.map { Violation($0.kind, $0.complaint(frame)) }
  }
}

/// The common divisors of `counts` next below and next above a degree, in words.
func nearestDivisors(of counts: [Int], to degree: Int) -> String {
  let common = counts.reduce(0, greatestCommonDivisor)
  let divisors = divisors(of: common)
  let below = divisors.last { $0 < degree }
  let above = divisors.first { $0 > degree }
  return [below, above].compactMap { $0.map(String.init) }.joined(separator: " or ")
}

/// The divisors of a count from 1 on, in rising order; none of a count below 1.
func divisors(of count: Int) -> [Int] {
  guard count > 0 else { return [] }
  let small = (1...count).prefix { $0 <= count / $0 }.filter { count.isMultiple(of: $0) }
  return small + small.reversed().map { count / $0 }.filter { !small.contains($0) }
}

private func greatestCommonDivisor(_ one: Int, _ other: Int) -> Int {
  other == 0 ? one : greatestCommonDivisor(other, one % other)
}
