import ClusterTopology
import CostModel
import ParallelismVocabulary
import Quantities

/// What steps count for beside a plan's, under the goal that it is to be best at.
struct CountedSteps {
  private let goal: Goal
  private let model: CostModel
  /// What the plan's nodes cost an hour.
  private let price: Double

  init(_ goal: Goal, _ model: CostModel, plan: Frame) {
    self.goal = goal
    self.model = model
    price = model.price(of: FrameFamily(plan))
  }

  /// A step for as long as the plan's nodes would cost as much; infinite where it takes too long.
  func counted(_ step: Seconds, _ frame: Frame) -> Seconds {
    counted(step, FrameFamily(frame))
  }

  /// The same of any frame of a family.
  func counted(_ step: Seconds, _ family: FrameFamily) -> Seconds {
    step.value > goal.longestStep?.value ?? .infinity ? .infinity : factor(family) * step
  }

  /// What a rule proves, as it counts.
  func counted(_ proof: FrameProof, _ frame: Frame) -> FrameProof {
    if case .step(let step) = proof { .step(counted(step, frame)) } else { proof }
  }

  /// The step of a frame that counts for so much, or a little more than the longest that will do.
  func step(countingFor value: Seconds, _ frame: Frame) -> Seconds {
    let step = 1 / factor(FrameFamily(frame)) * value
    guard let longest = goal.longestStep, step > longest else { return step }
    return Seconds(longest.value * (1 + 1e-9))
  }

  private func factor(_ family: FrameFamily) -> Double {
    goal.measure == .time ? 1 : model.price(of: family) / price
  }
}

extension CostModel {
  /// The prices of the nodes of a family's devices, added up; its devices where a node has none.
  fileprivate func price(of family: FrameFamily) -> Double {
    clusters[family.groupOrder].addedPrices(devices: family.degrees.devices)
      ?? Double(family.degrees.devices)
  }
}

extension ClusterTopology {
  /// The prices of an hour of every node of the first so many devices, added up, apart from the planner's own
  /// sum; `nil` where a node has none.
  func addedPrices(devices: Int) -> Double? {
    var sum = 0.0
    for group in nodeGroups.indices {
      guard let price = nodeGroups[group].pricePerNodeHour, price > 0 else { return nil }
      let nodes = nodes(ofGroup: group).filter { self.devices(ofNode: $0).lowerBound < devices }
      sum += price * Double(nodes.count)
    }
    return sum
  }
}
