import ExpertPlacement
import LaunchPlan

/// The files of a plan's placement of experts by themselves, for servers and checkpoints; `sglang` writes
/// its own beside the server's script.
extension LaunchTarget {
  static let expertMaps: [LaunchTarget] = [
    expertMap(
      "tensorrt-llm-experts", .tensorrtLLM,
      "the expert of each slot, for moe_config.load_balancer"),
    expertMap(
      "vllm-experts", .vllm,
      "physical to logical experts of each layer that has some"),
    expertMap(
      "vllm-ascend-experts", .vllmAscend,
      "the experts of each device of each layer, for expert_map_path"),
    expertMap(
      "expert-permutation", .permutation,
      "the order of experts and router rows of a checkpoint that places them in any framework"),
  ]

  private static func expertMap(
    _ name: String, _ format: PlacementFormat, _ abstract: String
  ) -> LaunchTarget {
    LaunchTarget(name, versions: [], "\(format.fileName): \(abstract)") {
      launch throws(LaunchFaults) in
      guard let placed = launch.plan.expertPlacement?.placement else {
        throw LaunchFaults(
          target: name,
          ["it places no experts; make it with --routing, which says how busy they are"])
      }
      guard
        let text = format.text(
          slots: placed.slots, layers: placed.layers, gpus: placed.nodes * placed.gpusPerNode,
          modelLayers: launch.model.layers.count)
      else { throw LaunchFaults(target: name, ["it leaves slots empty"]) }
      // YAML has comments, and JSON has none.
      let heading = format == .tensorrtLLM ? launch.heading.map { "# \($0)\n" }.joined() : ""
      return Emission(files: [LaunchFile(name: format.fileName, text: heading + text)])
    }
  }

  /// What a target leaves to the user of a plan that has placed its experts, where it does not place them
  /// itself.
  public func warning(ofPlaced plan: LaunchPlan) -> String? {
    guard plan.expertPlacement?.order == .placed, Self.trainers.contains(name) else { return nil }
    return
      "\(name) holds experts in their order: the plan's placement takes effect in a checkpoint that "
      + "--target expert-permutation orders"
  }

  private static let trainers: Set<String> = [
    "megatron-lm", "megatron-bridge", "torchtitan", "deepspeed", "vllm",
  ]
}
