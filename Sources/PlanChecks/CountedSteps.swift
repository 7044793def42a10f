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
    price = model.price(of: plan)
  }

  /// A step for as long as the plan's nodes would cost as much; infinite where it takes too long.
  func counted(_ step: Seconds, _ frame: Frame) -> Seconds {
    step.value > goal.longestStep?.value ?? .infinity ? .infinity : factor(frame) * step
  }

  /// What a rule proves, as it counts.
  func counted(_ proof: FrameProof, _ frame: Frame) -> FrameProof {
    if case .step(let step) = proof { .step(counted(step, frame)) } else { proof }
  }

  /// The step of a frame that counts for so much, or a little more than the longest that will do.
  func step(countingFor value: Seconds, _ frame: Frame) -> Seconds {
    let step = 1 / factor(frame) * value
    guard let longest = goal.longestStep, step > longest else { return step }
    return Seconds(longest.value * (1 + 1e-9))
  }

  private func factor(_ frame: Frame) -> Double {
    goal.measure == .time ? 1 : model.price(of: frame) / price
  }
}

extension CostModel {
  /// The prices of the nodes of a frame's devices, added up; its devices where a node has none.
  fileprivate func price(of frame: Frame) -> Double {
    clusters[frame.groupOrder].addedPrices(devices: frame.degrees.devices)
      ?? Double(frame.degrees.devices)
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
