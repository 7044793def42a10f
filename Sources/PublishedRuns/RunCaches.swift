import ClusterTopology
import InputFiles
import ModelDescription

/// Models and clusters that many runs share, each read once through its ordinary reader.
final class RunCaches {
  private var models: [JSONValue: Result<ModelDescription, LeftOut>] = [:]
  private var clusters: [JSONValue: Result<ClusterTopology, LeftOut>] = [:]

  /// The model that a model file with these contents describes.
  func model(_ document: JSONValue) throws(LeftOut) -> ModelDescription {
    if let known = models[document] { return try known.get() }
    let result = Self.result(of: "model") { () throws(InputFaults) in
      let text = Array(JSONText.compact(document).utf8)
      return try ModelFile.parse(text, file: "model").model
    }
    models[document] = result
    return try result.get()
  }

  /// The cluster of a cluster file's object, or of the short form.
  func cluster(_ document: JSONValue) throws(LeftOut) -> ClusterTopology {
    if let known = clusters[document] { return try known.get() }
    let result = Self.result(of: "cluster") { () throws(InputFaults) in
      let text = JSONText.compact(BriefCluster.expanded(document))
      return try ClusterFile.parse(text, file: "cluster").topology
    }
    clusters[document] = result
    return try result.get()
  }

  private static func result<Value>(
    of noun: String, _ read: () throws(InputFaults) -> Value
  ) -> Result<Value, LeftOut> {
    do throws(InputFaults) {
      return .success(try read())
    } catch {
      let fault = error.faults.first?.message ?? "it cannot be read"
      return .failure(LeftOut("no such \(noun) can be: \(fault)"))
    }
  }
}
