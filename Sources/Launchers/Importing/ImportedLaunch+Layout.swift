import CostModel
import InputFiles
import ParallelismVocabulary

extension ImportedLaunch {
  /// The degrees on a cluster, whose devices data parallelism fills.
  ///
  /// - Throws: where the launch starts another number of ranks, or its degrees do not share out the
  ///   devices.
  public func degrees(onDevices devices: Int, file: String) throws(InputFaults)
    -> ParallelismDegrees
  {
    let ways = degrees.tensor * degrees.context * degrees.pipeline
    if let ranks, ranks != devices {
      throw Self.fault(
        file,
        "starts \(ranks) ranks, but the cluster has \(devices) devices; a plan uses all of them")
    }
    guard devices.isMultiple(of: ways) else {
      throw Self.fault(
        file,
        "needs a multiple of \(ways) devices (tensor \(degrees.tensor) × context \(degrees.context) × "
          + "pipeline \(degrees.pipeline)), but the cluster has \(devices)")
    }
    var whole = degrees
    whole.data = devices / ways
    return whole
  }

  /// Every choice of the launch.
  ///
  /// - Throws: where the batch is no whole number of micro-batches on every replica.
  public func layout(
    _ degrees: ParallelismDegrees, batch: Int, layers: Int, file: String
  ) throws(InputFaults) -> GivenLayout {
    let sequences = degrees.data * microBatchSize
    guard batch.isMultiple(of: sequences) else {
      throw Self.fault(
        file,
        "has a global batch of \(batch) sequences, but \(degrees.data) replicas take micro-batches of "
          + "\(microBatchSize): it must be a multiple of \(sequences)")
    }
    guard degrees.divide(into: stateReplicas) else {
      throw Self.fault(
        file,
        "has \(stateReplicas) groups that each hold the sharded state: they must divide the "
          + "\(degrees.data) replicas and the \(degrees.expertData) ranks that hold the same experts"
      )
    }
    // Groups of one rank share out nothing, nor does a replica that is alone.
    let isWhole = stateReplicas == degrees.context * degrees.data
    let frame = Frame(
      degrees: degrees, microBatchSize: microBatchSize, microBatches: batch / sequences,
      schedule: schedule, sharding: isWhole ? .none : sharding,
      stateReplicas: isWhole ? 1 : stateReplicas, contextMethod: contextMethod,
      sequenceParallel: sequenceParallel,
      rankOrder: degrees.dependOnAxisOrder ? rankOrder : .pipelineOutermost)
    return GivenLayout(
      frame: frame,
      chunkLayers: chunkLayers ?? LayerSplit.evenShares(of: layers, over: frame.chunks),
      recompute: (0..<degrees.pipeline).map { stage in
        let offload = offload[offload.count == 1 ? 0 : stage]
        return switch recompute[recompute.count == 1 ? 0 : stage] {
        case .modules(let modules): Recompute(modules: modules, offload: offload)
        case .layers(let count): Recompute(fullLayers: count ?? layers, offload: offload)
        }
      })
  }

  private static func fault(_ file: String, _ message: String) -> InputFaults {
    InputFaults(malformed: message, in: file)
  }
}
