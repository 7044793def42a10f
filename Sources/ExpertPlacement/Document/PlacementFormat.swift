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
  /// - Parameters:
  ///   - slots: for each layer with experts the expert of each slot, GPU by GPU.
  ///   - layers: their numbers in the model.
  ///   - modelLayers: layers of the model, those without experts among them.
  public func text(slots: [[Int]], layers: [Int], gpus: Int, modelLayers: Int) -> String? {
    guard slots.allSatisfy({ !$0.contains(-1) }) else { return nil }
    let rows = slots.map { JSONValue.array($0.map(JSONValue.integer)) }
    switch self {
    case .sglang:
      let width = slots.first?.count ?? 0
      // Layers without experts have a row too, which nobody looks at.
      var all = [JSONValue](
        repeating: .array([JSONValue](repeating: 0, count: width)),
        count: max(modelLayers, (layers.max() ?? -1) + 1))
      for (layer, row) in zip(layers, rows) { all[layer] = row }
      return JSONText.compact(["physical_to_logical_map": .array(all)]) + "\n"
    case .tensorrtLLM:
      var lines = [
        "num_slots: \(slots.first?.count ?? 0)", "layer_updates_per_iter: 0",
        "initial_global_assignments:",
      ]
      for (layer, row) in zip(layers, rows) {
        lines.append("  \(layer): \(JSONText.compact(row))")
      }
      return lines.joined(separator: "\n") + "\n"
    case .vllm:
      return JSONText.compact(.array(rows)) + "\n"
    case .vllmAscend:
      return JSONText.compact(ascend(slots, gpus: gpus)) + "\n"
    case .permutation:
      guard slots.allSatisfy({ Set($0).count == $0.count }) else { return nil }
      let permutations = zip(layers, rows).map { JSONValue.Member("\($0)", $1) }
      return JSONText.compact(["expertPermutation": .object(permutations)]) + "\n"
    }
  }

  private func ascend(_ layers: [[Int]], gpus: Int) -> JSONValue {
    [
      "moe_layer_count": .integer(layers.count),
      "layer_list": .array(
        layers.enumerated().map { index, slots in
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

  /// The name that such a file goes by.
  public var fileName: String {
    switch self {
    case .sglang: "expert-location.json"
    case .tensorrtLLM: "moe-load-balancer.yaml"
    case .vllm: "expert-map.json"
    case .vllmAscend: "expert-map-ascend.json"
    case .permutation: "expert-permutation.json"
    }
  }
}

extension PlacedExperts {
  /// The placement in a format; nil where that cannot say it.
  public func text(_ format: PlacementFormat, modelLayers: Int) -> String? {
    format.text(slots: slots, layers: layers, gpus: hierarchy.gpus, modelLayers: modelLayers)
  }
}
