import ArgumentParser
import ClusterTopology
import CostModel
import ExpertPlacement
import InputFiles
import ModelDescription
import ParallelismVocabulary
import Quantities

/// The GPUs that experts are placed on, and their slots.
struct PlacementSite {
  let hierarchy: GPUHierarchy
  /// Slots of all GPUs together.
  let slots: Int
  private let cluster: ClusterInput

  /// Equal nodes (or scale-up domains that span nodes), with the links' cost of a token's bytes relative
  /// to those of the slowest links.
  ///
  /// - Parameter gpus: how many hold the experts; all of the cluster's where nil.
  init(_ cluster: ClusterInput, gpus: Int?, slots: Int) throws {
    let topology = cluster.topology
    guard let group = topology.nodeGroups.first,
      topology.nodeGroups.allSatisfy({
        $0.acceleratorsPerNode == group.acceleratorsPerNode
          && $0.nodesPerDomain == group.nodesPerDomain
      })
    else {
      throw ValidationError("Experts are placed on nodes with equally many GPUs each.")
    }
    let count = gpus ?? topology.deviceCount
    // GPUs of one scale-up domain are equally far, also where it spans nodes.
    let side = min(count, group.acceleratorsPerNode * group.nodesPerDomain)
    guard count <= topology.deviceCount, count.isMultiple(of: side) else {
      let unit = group.nodesPerDomain > 1 ? "scale-up domains" : "nodes"
      throw ValidationError(
        "--gpus must be whole \(unit) of \(side), or part of one, and at most "
          + "\(topology.deviceCount).")
    }
    let network = group.networkRatePerAccelerator ?? group.scaleUp.perAccelerator
    let within = min(1, network.value / group.scaleUp.perAccelerator.value)
    let racks = topology.racks(ofDomains: count / side)
    hierarchy =
      count == side
      ? .flat(gpus: count)
      : GPUHierarchy(
        racks: racks.count, nodes: count / side, gpusPerNode: side,
        hopWithinNode: within * racks.rateBetween, hopBetweenNodes: racks.rateBetween,
        hopBetweenRacks: 1)
    self.slots = slots
    self.cluster = cluster
  }

  /// Whether every GPU has as many slots as every other, within what it may have and can hold.
  func checkRoom(
    for routing: RoutingInput, of model: ModelInput, mostPerGPU: Int?
  ) throws(InputFaults) {
    let (experts, gpus) = (routing.statistics.experts, hierarchy.gpus)
    guard slots.isMultiple(of: gpus) else {
      let next = (slots / gpus + 1) * gpus - experts
      throw routing.files[0].fault(
        "has \(experts) experts, which with \(slots - experts) redundant ones are not divisible by "
          + "\(gpus) GPUs; --redundant \(next) would be")
    }
    let perGPU = slots / gpus
    if let mostPerGPU, perGPU > mostPerGPU {
      throw routing.files[0].fault(
        "has \(experts) experts, which with \(slots - experts) redundant ones take \(perGPU) slots on "
          + "each of \(gpus) GPUs, but --slots-per-gpu allows \(mostPerGPU)")
    }
    let bytes = (model.workload.precision ?? .bf16).storedBytes
    let weights = routing.layers.reduce(0) { sum, layer in
      sum + model.model.kinds[model.model.layers[layer]].weightsOfExpert
    }
    let slot = Bytes(Double(weights) * bytes)
    for group in cluster.topology.nodeGroups {
      let memory = group.accelerator.visibleMemory
      let need = Double(perGPU) * slot
      guard need > memory else { continue }
      let most = Int((memory.value / slot.value).rounded(.down))
      throw InputFaults(
        malformed:
          "\(perGPU) slots in each of \(routing.layers.count) layers need \(need) on every "
          + "GPU, more than the \(memory) of \(group.accelerator.name): there is room for \(most) "
          + "slots; place on more GPUs, or with less --redundant",
        in: cluster.document.file)
    }
  }

  /// What the experts of a layer take in a forward pass of one sequence a GPU, each GPU one expert rank,
  /// and the GPUs by the domains that these costs are about.
  func times(of model: ModelInput, layer: Int) throws -> (ExpertTimes, GPUHierarchy) {
    let gpus = hierarchy.gpus
    var settings = model.workload
    settings.globalBatch = .sequences(gpus)
    let costs = try CostModel(
      model: model.model, cluster: cluster.topology,
      workload: settings.completed(for: model.model).workload, stack: .megatronCore)
    let frame = Frame(
      degrees: ParallelismDegrees(expert: gpus, data: gpus), microBatchSize: 1, microBatches: 1,
      schedule: .oneForwardOneBackward, sharding: .none, sequenceParallel: false)
    let pricer = FramePricer(costs)
    let kind = model.model.kinds[model.model.layers[layer]]
    guard let times = pricer.expertTimes(of: frame, layer: kind, stage: 0, isForwardOnly: true)
    else {
      throw ValidationError("Layer \(layer) has no experts.")
    }
    return (times, GPUHierarchy(pricer.expertLinks(of: frame)))
  }
}

extension ClusterTopology {
  /// Runs of equally many of the first scale-up domains that reach each other faster than they reach
  /// others, under one switch or in one pod, and the rate between runs relative to that within; one run
  /// where there are none.
  fileprivate func racks(ofDomains domains: Int) -> (count: Int, rateBetween: Double) {
    let width = nodeGroups[0].nodesPerDomain
    func rate(_ one: Int, _ other: Int) -> Double {
      link(from: one * width, to: other * width).rate.value
    }
    guard domains > 2 else { return (1, 1) }
    let rates = (1..<domains).map { rate(0, $0) }
    let (near, far) = (rates.max() ?? 0, rates.min() ?? 0)
    let side = 1 + rates.filter { $0 == near }.count
    let areRuns =
      far < near && domains.isMultiple(of: side)
      && stride(from: 0, to: domains, by: side).allSatisfy { first in
        (0..<domains).allSatisfy { other in
          other == first || rate(first, other) == (other / side == first / side ? near : far)
        }
      }
    return areRuns ? (domains / side, far / near) : (1, 1)
  }
}
