import ExpertPlacement
import InputFiles
import ModelDescription

/// Routing statistics that were read, and the layers of the model that they are about.
struct RoutingInput {
  let statistics: RoutingStatistics
  /// The layers with experts, by their numbers in the model.
  let layers: [Int]
  /// The files as they were read, for messages and checks.
  let files: [TextFile]

  var file: String { files[0].file }

  /// - Parameter paths: a file a workload.
  /// - Throws: what is wrong with the files, alone and with the model.
  static func read(
    paths: [String], for model: ModelDescription
  ) throws(InputFaults) -> RoutingInput {
    var files: [TextFile] = []
    for path in paths {
      files.append(try TextFile.read(path: path, limit: RoutingStatistics.limit))
    }
    return try RoutingInput(files, for: model)
  }

  init(_ files: [TextFile], for model: ModelDescription) throws(InputFaults) {
    let counts = model.expertCounts
    var workloads: [RoutingStatistics] = []
    for file in files {
      let workload = try RoutingStatistics(file, experts: counts.count == 1 ? counts[0] : nil)
      if let first = workloads.first, let difference = workload.difference(from: first) {
        throw file.fault(difference)
      }
      workloads.append(workload)
    }
    self.files = files
    statistics = RoutingStatistics(workloads)
    layers = try Self.layers(of: statistics, in: model, file: files[0])
  }

  private static func layers(
    of statistics: RoutingStatistics, in model: ModelDescription, file: TextFile
  ) throws(InputFaults) -> [Int] {
    let counts = model.expertCounts
    guard counts.contains(statistics.experts) else {
      let allowed = counts.map(String.init).listed()
      throw file.fault(
        "has \(statistics.experts) experts, but the model has "
          + (counts.isEmpty ? "none" : "\(allowed) in a layer"))
    }
    let own = model.layers(withExperts: statistics.experts)
    guard let layers = statistics.layers else {
      guard own.count == statistics.loads.layers else {
        throw file.fault(
          "has \(statistics.loads.layers) layers, but the model has \(own.count) with experts")
      }
      return own
    }
    if let other = layers.first(where: { !own.contains($0) }) {
      throw file.fault(
        other < model.layers.count
          ? "has layer \(other), in which the model has no experts"
          : "has layer \(other), but the model has \(model.layers.count) layers")
    }
    return layers
  }
}
