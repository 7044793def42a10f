import ParallelismVocabulary
import Quantities

extension WorkBound {
  /// A longer least step of a family whose frames divide experts: what tokens' way to them takes is part of
  /// the work.
  ///
  /// Ways to divide experts for which all ranks together lack the memory are left out; infinite where none
  /// is left. Zero without experts, and where the cluster's devices differ.
  public func stepWithExchanges(of family: FrameFamily) -> Seconds {
    let model = pricer.model
    var degrees = family.degrees
    guard !model.model.expertCounts.isEmpty, !model.hasUnlikeDevices else { return .zero }
    let sequences = model.workload.globalBatch / degrees.data
    let orders = AxisOrder.allCases.filter {
      $0 == .pipelineOutermost
        || degrees.dependOnAxisOrder && model.stack.capabilities.rankOrders.contains($0)
    }
    var least = Seconds.infinity
    for (expert, expertTensor) in expertDegrees(tensor: degrees.tensor)
    where degrees.devicesPerStage.isMultiple(of: expert * expertTensor) {
      (degrees.expert, degrees.expertTensor) = (expert, expertTensor)
      for method in contextMethods(degrees.context) {
        for size in microBatchSizes(degrees) {
          for order in orders {
            let frame = Frame(
              degrees: degrees, microBatchSize: size, microBatches: sequences / size,
              schedule: .oneForwardOneBackward, sharding: .none, contextMethod: method,
              sequenceParallel: sharesTokens(tensor: degrees.tensor),
              groupOrder: family.groupOrder, rankOrder: order)
            let (shape, device) = pricer.layers(of: frame)
            if model.canHoldState(frame, shape, device) {
              least = min(least, model.workStep(frame, shape))
            }
          }
        }
      }
    }
    return least
  }
}

extension CostModel {
  /// The least step of a frame with these prices, under any schedule: as long as its ranks need on average
  /// for all passes of all micro-batches.
  fileprivate func workStep(_ frame: Frame, _ shape: ShapePrices) -> Seconds {
    let layers = shape.forward.count - 1
    let passes =
      shape.forward[layers]
      + shape.backward.sum(first: 0, end: layers, policy: pinnedPolicy ?? 0)
      + shape.embedding.both + shape.head.both
    return step(
      makespan: Double(frame.microBatches) * passes / Double(frame.degrees.pipeline),
      devices: frame.degrees.devices, groupOrder: frame.groupOrder)
  }

  /// Whether all ranks of a replica together have the memory for the state, however that is sharded.
  fileprivate func canHoldState(
    _ frame: Frame, _ shape: ShapePrices, _ device: PricedDevice
  ) -> Bool {
    let bytes = StateBytes(model: self, frame: frame)
    let stages = frame.degrees.pipeline
    let shardings =
      stages > 1 ? stack.capabilities.shardingsWithPipeline : stack.capabilities.shardings
    func least(over members: Int) -> Double {
      shardings.reduce(bytes.total) { min($0, bytes.parts($1, over: members).total) }
    }
    let need =
      shape.wholeWeights.dense * least(over: frame.denseShards)
      + shape.wholeWeights.expert * least(over: frame.expertShards)
    return need <= Double(stages) * device.device.memory.value
  }
}
