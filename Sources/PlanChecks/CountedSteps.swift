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
    let cluster = clusters[frame.groupOrder]
    var sum = 0.0
    for group in cluster.nodeGroups.indices {
      guard let price = cluster.nodeGroups[group].pricePerNodeHour, price > 0 else {
        return Double(frame.degrees.devices)
      }
      let nodes = cluster.nodes(ofGroup: group).filter {
        cluster.devices(ofNode: $0).lowerBound < frame.degrees.devices
      }
      sum += price * Double(nodes.count)
    }
    return sum
  }
}
