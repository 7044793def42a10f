import CostModel
import Quantities

/// What a search found and proved.
public struct SearchResult: Sendable {
  /// Every frame of the declared space.
  public let space: [Frame]
  /// Frames whose ranks together do not have the memory.
  public var closedByMemory = 0
  /// Frames whose splits were looked at, in the order in which they were.
  public var examined: [FrameResult] = []
  /// Whether effort, and not the gap, ended the search.
  public var wasCut = false
  /// The least closed-form bound of a frame that was not examined.
  public var leastUnexamined = Seconds.infinity
  /// The best plan's step; infinite without one.
  public private(set) var objective = Seconds.infinity
  /// The fastest plan, or a simpler one that is as good.
  public private(set) var best: (frame: Frame, split: LayerSplit)?
  /// No plan in the space has a shorter step.
  public private(set) var bound = Seconds.zero
  /// The best split of each frame that was simulated, fastest first.
  public private(set) var found: [Found] = []
  /// Whether the best plan is simpler than the fastest.
  public private(set) var isSimpler = false
  /// A step that the bound is to come near to although a shorter one is known.
  var goal = Seconds.zero

  public typealias Found = (frame: Frame, split: LayerSplit, step: Seconds)

  init(space: [Frame]) { self.space = space }

  /// How many frames the space has.
  public var frames: Int { space.count }

  mutating func record(_ result: FrameResult) {
    examined.append(result)
    if let best = result.best { offer(result.frame, best.split, best.step) }
  }

  mutating func offer(_ frame: Frame, _ split: LayerSplit, _ step: Seconds) {
    found.append((frame, split, step))
    if step < objective {
      objective = step
      best = (frame, split)
    }
  }

  /// The least bound that leaves a gap to the step that it is to come near to.
  func target(gap: Double) -> Seconds { (1 - gap) * max(objective, goal) }

  /// Takes a plan that is simpler than the fastest.
  mutating func prefer(_ plan: Found) {
    isSimpler = plan.step > objective
    (best, objective) = ((plan.frame, plan.split), plan.step)
  }

  mutating func finish() {
    bound = examined.reduce(min(objective, leastUnexamined)) { min($0, $1.bound) }
    found.sort { ($0.step, $0.frame) < ($1.step, $1.frame) }
    var seen: Set<Frame> = []
    found.removeAll { !seen.insert($0.frame).inserted }
  }
}
