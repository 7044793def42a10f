import InputFiles

/// The files that serving and training stacks load a placement of experts from.
public enum PlacementFormat: String, CaseIterable, Sendable {
  /// `--init-expert-location FILE`: `physical_to_logical_map`, a row for every layer of the model.
  case sglang
  /// The `load_balancer` file of TensorRT-LLM: `initial_global_assignments` by layer.
  case tensorrtLLM = "tensorrt-llm"
  /// vLLM's map of physical to logical experts, a row for every layer with experts.
  case vllm
  /// vllm-ascend's expert map: layers, devices, experts.
  case vllmAscend = "vllm-ascend"
  /// The order of experts (and of the router's rows) of each layer that makes linear placement this
  /// one, in whatever framework.
  case permutation

  /// The file's text; nil for a permutation of a placement that has replicas or empty slots, or a
  /// format that has no word for empty slots.
  ///
  /// - Parameter modelLayers: layers of the model, those without experts among them.
  public func text(_ placed: PlacedExperts, modelLayers: Int) -> String? {
    guard placed.slots.allSatisfy({ !$0.contains(-1) }) else { return nil }
    let rows = placed.slots.map { JSONValue.array($0.map(JSONValue.integer)) }
    switch self {
    case .sglang:
      let width = placed.slots.first?.count ?? 0
      // Layers without experts have a row too, which nobody looks at.
      var all = [JSONValue](
        repeating: .array([JSONValue](repeating: 0, count: width)),
        count: max(modelLayers, (placed.layers.max() ?? -1) + 1))
      for (layer, row) in zip(placed.layers, rows) { all[layer] = row }
      return JSONText.compact(["physical_to_logical_map": .array(all)]) + "\n"
    case .tensorrtLLM:
      var lines = [
        "num_slots: \(placed.slots.first?.count ?? 0)", "layer_updates_per_iter: 0",
        "initial_global_assignments:",
      ]
      for (layer, row) in zip(placed.layers, rows) {
        lines.append("  \(layer): \(JSONText.compact(row))")
      }
      return lines.joined(separator: "\n") + "\n"
    case .vllm:
      return JSONText.compact(.array(rows)) + "\n"
    case .vllmAscend:
      return JSONText.compact(ascend(placed)) + "\n"
    case .permutation:
      guard placed.slots.allSatisfy({ Set($0).count == $0.count }) else { return nil }
      let permutations = zip(placed.layers, rows).map { JSONValue.Member("\($0)", $1) }
      return JSONText.compact(["expertPermutation": .object(permutations)]) + "\n"
    }
  }

  private func ascend(_ placed: PlacedExperts) -> JSONValue {
    let gpus = placed.hierarchy.gpus
    return [
      "moe_layer_count": .integer(placed.layers.count),
      "layer_list": .array(
        placed.slots.enumerated().map { index, slots in
          let room = slots.count / gpus
          return [
            "layer_id": .integer(index), "device_count": .integer(gpus),
            "device_list": .array(
              (0..<gpus).map { gpu in
                let own = slots[(gpu * room)..<((gpu + 1) * room)]
                return [
                  "device_id": .integer(gpu), "device_expert": .array(own.map(JSONValue.integer)),
                ]
              }),
          ]
        }),
    ]
  }
}
