import CostModel
import Quantities

/// What a search has not looked at yet, most promising first: whole families of frames by what their work
/// takes at least, and the frames of those that were opened, by their closed-form bounds.
///
/// A family is opened when nothing else may hold a better plan, so that most are never enumerated.
struct Frontier {
  typealias Entry = (bound: Seconds, frame: Frame)

  private let space: SearchSpace
  private let pricer: FramePricer
  private let worth: Worth
  private let work: WorkBound
  /// Every family of the space with what its work is known to take at least, in the order of the space.
  private(set) var families: [(family: FrameFamily, work: Seconds)]
  private var closed = BoundHeap<Int>()
  private var isSharp: [Bool]
  /// Those that were opened.
  private(set) var opened: [OpenedFamily] = []
  /// How many frames those have.
  private(set) var frames = 0
  private var waiting = BoundHeap<Frame>()

  init(_ space: SearchSpace, _ pricer: FramePricer, _ worth: Worth) {
    self.space = space
    self.pricer = pricer
    self.worth = worth
    let work = WorkBound(
      pricer, mostSequences: SearchSpace.mostSequences, microBatchSize: space.pins.microBatchSize,
      sequenceParallel: space.pins.sequenceParallel)
    self.work = work
    families = space.families().map { ($0, worth.value(of: work.step(of: $0), $0)) }
    isSharp = families.map { _ in false }
    for (index, family) in families.enumerated() { closed.insert(family.work, index) }
  }

  /// No frame that was not taken out counts for less.
  var leastBound: Seconds {
    min(waiting.least?.bound ?? .infinity, closed.least?.bound ?? .infinity)
  }

  /// Takes out the most promising frame; `nil` where none may count for less than `target`, or it is too late
  /// to look.
  ///
  /// - Parameters:
  ///   - isCancelled: asked before each family.
  ///   - progress: called with the number of families opened, when one was.
  mutating func next(
    below target: Seconds, isCancelled: () -> Bool, progress: (Int) -> Void
  ) -> Entry? {
    while let (bound, index) = closed.least, bound < target,
      bound <= waiting.least?.bound ?? .infinity
    {
      if isCancelled() { return nil }
      closed.removeLeast()
      if isSharp[index] {
        open(index)
        progress(opened.count)
      } else {
        sharpen(index)
      }
    }
    guard let (bound, frame) = waiting.least, bound < target else { return nil }
    waiting.removeLeast()
    return (bound, frame)
  }

  private mutating func sharpen(_ index: Int) {
    let family = families[index].family
    families[index].work = max(
      families[index].work, worth.value(of: work.stepWithExchanges(of: family), family))
    isSharp[index] = true
    closed.insert(families[index].work, index)
  }

  private mutating func open(_ index: Int) {
    let (family, bound) = families[index]
    var result = OpenedFamily(family: family, frames: space.frames(of: family))
    for frame in result.frames {
      switch pricer.closedFormBound(of: frame) {
      case .exceedsMemory: result.exceedingMemory += 1
      case .step(let closedForm):
        waiting.insert(max(bound, worth.value(of: closedForm, family)), frame)
      }
    }
    frames += result.frames.count
    opened.append(result)
  }
}

/// A family whose frames were enumerated.
public struct OpenedFamily: Sendable {
  public let family: FrameFamily
  public let frames: [Frame]
  /// How many of its frames do not have the memory, all ranks together.
  public internal(set) var exceedingMemory = 0
}

/// A binary heap of elements by their bounds; of equal bounds the lesser element first.
private struct BoundHeap<Element: Comparable> {
  private var entries: [(bound: Seconds, element: Element)] = []

  var least: (bound: Seconds, element: Element)? { entries.first }

  mutating func insert(_ bound: Seconds, _ element: Element) {
    entries.append((bound, element))
    var place = entries.count - 1
    while place > 0, isOrdered(place, before: (place - 1) / 2) {
      entries.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  mutating func removeLeast() {
    guard let last = entries.indices.last else { return }
    entries.swapAt(0, last)
    entries.removeLast()
    var place = 0
    while true {
      var first = place
      for child in [2 * place + 1, 2 * place + 2]
      where child < entries.count && isOrdered(child, before: first) {
        first = child
      }
      if first == place { return }
      entries.swapAt(place, first)
      place = first
    }
  }

  private func isOrdered(_ one: Int, before other: Int) -> Bool {
    entries[one] < entries[other]
  }
}
