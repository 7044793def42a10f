import CostModel
import ParallelismVocabulary

extension FrameRules {
  // MARK: Micro-batches and their order

  static func stepRules(_ model: CostModel, pinnedSize: Int?) -> [FrameRule] {
    let batch = model.workload.globalBatch
    let layers = model.model.layers.count
    let stack = model.stack
    return [
      FrameRule(.microBatches) {
        let sequences = batch / $0.degrees.data
        return batch.isMultiple(of: $0.degrees.data) && sequences.isMultiple(of: $0.microBatchSize)
          && sequences / $0.microBatchSize == $0.microBatches
      } complaint: {
        "parallelism makes \($0.degrees.data) replicas × \($0.microBatches) micro-batches × "
          + "\($0.microBatchSize) sequences = "
          + "\(($0.degrees.data * $0.microBatches * $0.microBatchSize).grouped), but the global "
          + "batch has \(batch.grouped) sequences"
      },
      FrameRule(.schedule) {
        stack.capabilities.schedules.contains($0.schedule.name)
      } complaint: {
        "parallelism.schedule is \($0.schedule.name), but \(stack.identity) runs "
          + stack.capabilities.schedules.sorted().joined(separator: ", ")
      },
      FrameRule(.schedule) {
        !$0.schedule.isInterleaved || $0.degrees.pipeline > 1
      } complaint: { _ in
        "parallelism.schedule is interleaved, but needs at least 2 pipeline stages"
      },
      FrameRule(.schedule) {
        !$0.schedule.isInterleaved || $0.microBatches.isMultiple(of: $0.degrees.pipeline)
      } complaint: {
        "parallelism.microBatches is \($0.microBatches), but an interleaved schedule needs a "
          + "multiple of its \($0.degrees.pipeline) stages"
      },
      FrameRule(.schedule) {
        !$0.schedule.dividesBackward || PipelineCache.shape(of: $0) != nil
      } complaint: {
        "parallelism.schedule is \($0.schedule.name), which cannot run \($0.microBatches) "
          + "micro-batches over \($0.degrees.pipeline) stages"
      },
      FrameRule(.schedule) {
        $0.schedule.virtualStages == 1 || $0.chunks <= layers
      } complaint: {
        "parallelism.virtualStages is \($0.schedule.virtualStages), but \($0.degrees.pipeline) "
          + "stages of as many chunks need \($0.chunks) layers and the model has \(layers)"
      },
      FrameRule(.outsideSpace) {
        $0.schedule.virtualStages <= mostVirtualStages
      } complaint: {
        "parallelism.virtualStages is \($0.schedule.virtualStages), but the space has at most "
          + "\(mostVirtualStages)"
      },
      FrameRule(.outsideSpace) {
        $0.schedule != .gpipe || $0.degrees.pipeline > 1
      } complaint: { _ in
        "parallelism.schedule is gpipe, which the space has only with several pipeline stages; one "
          + "stage runs 1f1b"
      },
      FrameRule(.outsideSpace) { frame in
        pinnedSize.map { frame.microBatchSize == $0 }
          ?? (frame.microBatchSize <= mostSequences(stages: frame.degrees.pipeline))
      } complaint: {
        "parallelism.microBatchSize is \($0.microBatchSize), but the space has "
          + (pinnedSize.map(String.init)
            ?? "at most \(mostSequences(stages: $0.degrees.pipeline)) sequences there")
      },
    ]
  }

  // MARK: Sharding

  static func shardingRules(_ model: CostModel, pinnedGroups: Bool) -> [FrameRule] {
    let stack = model.stack
    let (alone, staged) = (
      stack.capabilities.shardings, stack.capabilities.shardingsWithPipeline
    )
    return [
      FrameRule(.sharding) {
        ($0.degrees.pipeline > 1 ? staged : alone).contains($0.sharding)
      } complaint: {
        let possible = $0.degrees.pipeline > 1 ? staged : alone
        return "parallelism.sharding is \($0.sharding.rawValue), but \(stack.identity) runs "
          + possible.sorted().map(\.rawValue).joined(separator: ", ")
          + ($0.degrees.pipeline > 1 ? " with pipeline stages" : "")
      },
      FrameRule(.sharding) {
        stack.capabilities.canHoldState(
          model.workload.optimizerPlace, $0.degrees, $0.sharding)
      } complaint: {
        let possible = stack.capabilities.hostShardings.sorted().map(\.rawValue)
        guard !possible.isEmpty else {
          return
            "inputs.workload.optimizerPlace is host, but \(stack.identity) keeps the optimiser's "
            + "state on the device"
        }
        return "parallelism.sharding is \($0.sharding.rawValue), but \(stack.identity) keeps the "
          + "optimiser's state in the hosts' memory only with " + possible.joined(separator: ", ")
      },
      FrameRule(.outsideSpace) {
        $0.sharding == .none || $0.degrees.context * $0.degrees.data > 1
      } complaint: {
        "parallelism.sharding is \($0.sharding.rawValue), but no two ranks hold the same weights; "
          + "the space has none there"
      },
      FrameRule(.sharding) {
        $0.stateReplicas == 1 || stack.capabilities.hybridShardings.contains($0.sharding)
      } complaint: {
        "parallelism.stateReplicas is \($0.stateReplicas), but \(stack.identity) shares out "
          + "\($0.sharding.rawValue) over all replicas"
      },
      FrameRule(.sharding) { frame in
        let (degrees, groups) = (frame.degrees, frame.stateReplicas)
        let copies = degrees.tensor * degrees.context * degrees.data
        let experts = degrees.expert * degrees.expertTensor
        return groups == 1
          || groups > 1 && degrees.data % groups == 0 && groups < degrees.context * degrees.data
            && experts > 0 && copies % experts == 0 && copies / experts % groups == 0
      } complaint: {
        "parallelism.stateReplicas is \($0.stateReplicas), but must divide data, \($0.degrees.data), and "
          + "the ranks that hold the same experts, and leave groups of at least two ranks"
      },
      FrameRule(.outsideSpace) {
        $0.stateReplicas == 1 || $0.sharding == .parameters || pinnedGroups
      } complaint: {
        "parallelism.stateReplicas is \($0.stateReplicas), which the space has for the optimiser's state "
          + "alone only where it is pinned"
      },
    ]
  }
}
