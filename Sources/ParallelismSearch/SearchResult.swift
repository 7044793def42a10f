import CostModel
import Quantities

/// What a search found and proved.
///
/// Steps and bounds are in seconds of the best plan: where a goal counts prices, those of other frames
/// are as long as the best plan's nodes would cost as much.
public struct SearchResult: Sendable {
  /// Every family of the declared space, with what its work is known to take at least.
  public private(set) var families: [(family: FrameFamily, work: Seconds)] = []
  /// The frames of those that were opened.
  public private(set) var opened: [OpenedFamily] = []
  /// Frames whose splits were looked at, in the order in which they were.
  public var examined: [FrameResult] = []
  /// Whether effort, and not the gap, ended the search.
  public var wasCut = false
  /// The least bound of a frame that was not examined, by itself or with its family.
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
  /// What the best plan's nodes have of the cluster's price; 1 where only time counts.
  public private(set) var share = 1.0
  /// A step that the bound is to come near to although a shorter one is known.
  var aim = Seconds.zero
  private let worth: Worth

  public typealias Found = (frame: Frame, split: LayerSplit, step: Seconds)

  init(worth: Worth) { self.worth = worth }

  /// The step of the best plan so far, while steps are still what they count for.
  var bestStep: Seconds { best.map { worth.step(worth: objective, $0.frame) } ?? .infinity }

  /// Whether the space has any frame, as far as it was looked at.
  public var hasFrames: Bool {
    opened.count < families.count || opened.contains { !$0.frames.isEmpty }
  }

  mutating func record(_ result: FrameResult) {
    examined.append(result)
    if let best = result.best { offer(result.frame, best.split, best.step) }
  }

  mutating func offer(_ frame: Frame, _ split: LayerSplit, _ step: Seconds) {
    // A step that takes too long counts for nothing.
    guard step.isFinite else { return }
    found.append((frame, split, step))
    if step < objective {
      objective = step
      best = (frame, split)
    }
  }

  /// The least bound that leaves a gap to the step that it is to come near to.
  func target(gap: Double) -> Seconds { (1 - gap) * max(objective, aim) }

  /// Takes a plan that is simpler than the fastest.
  mutating func prefer(_ plan: Found) {
    isSimpler = plan.step > objective
    (best, objective) = ((plan.frame, plan.split), plan.step)
  }

  /// What the best plan that was found counts for, comparable between orders of hosts.
  public var least: Seconds { share * (found.first?.step ?? .infinity) }

  /// Puts seconds of the best plan for what its steps count for.
  mutating func restate(share: Double) {
    guard share != 1 else { return }
    self.share = share
    let scale = 1 / share
    for index in examined.indices { examined[index].scale(by: scale) }
    for index in found.indices { found[index].step = scale * found[index].step }
    for index in families.indices { families[index].work = scale * families[index].work }
    leastUnexamined = scale * leastUnexamined
    (objective, bound, aim) = (scale * objective, scale * bound, scale * aim)
  }

  mutating func finish(_ frontier: Frontier) {
    families = frontier.families
    opened = frontier.opened
    bound = examined.reduce(min(objective, leastUnexamined)) { min($0, $1.bound) }
    found.sort { ($0.step, $0.frame) < ($1.step, $1.frame) }
    var seen: Set<Frame> = []
    found.removeAll { !seen.insert($0.frame).inserted }
  }
}
