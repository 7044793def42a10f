import ClusterTopology
import CostModel
import InputFiles
import LaunchPlan
import ModelDescription
import ParallelismSearch
import Planner

/// A problem for the whole planner: `{"name": …, "cluster": …, "model": …, "workload": {…}}`.
///
/// Cluster and model are objects as in their own files, or the paths of such files beside this one.
/// The workload and `stack` are optional, as on the command line.
struct PlanningInstance {
  let name: String
  let request: PlanRequest
  let inputs: PlanInputs

  /// The instance in a file.
  static func read(path: String) throws(InputFaults) -> PlanningInstance {
    let limit = InputLimit(kind: "a planning instance", mebibytes: 16)
    let document = try JSONDocument.read(path: path, limit: limit)
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    return try document.read(shape(file: document.file, folder: folder))
  }

  private static let stacks = Stack.all.map(\.identity) + Stack.all.map(\.name)

  private static func shape(file: String, folder: String) -> JSONShape<PlanningInstance> {
    .object { object in
      let name = object.required("name", .name)
      let cluster = object.required("cluster", cluster(file: file, folder: folder))
      let model = object.required("model", model(file: file, folder: folder))
      let settings = object.optional(
        "workload", WorkloadSettings.shape, default: WorkloadSettings())
      let stack = object.optional("stack", .name(among: stacks, of: "stack"))
      object.finish()
      guard let name, let cluster, let model, let settings else { return nil }
      let workload = settings.over(model.file.workload).completed(for: model.file.model).workload
      return PlanningInstance(
        name: name,
        request: PlanRequest(
          cluster: cluster, model: model.file.model, workload: workload,
          stack: stack.flatMap(Stack.named) ?? .megatronCore),
        inputs: PlanInputs(
          cluster: .init(name: cluster.name, file: file, content: cluster.normalised),
          model: .init(name: model.file.model.name, file: file, content: model.content),
          workload: PlanInputs.Workload(workload)))
    }
  }

  private static func cluster(file: String, folder: String) -> JSONShape<ClusterTopology> {
    JSONShape("a cluster, or the path of its file") { node, log in
      reporting(at: node, log) { () throws(InputFaults) in
        guard let path = node.string else {
          return try ClusterFile.read(node, file: file, folder: folder).topology
        }
        return try ClusterFile.read(path: folder + path).topology
      }
    }
  }

  private static func model(
    file: String, folder: String
  ) -> JSONShape<(file: ModelFile, content: JSONValue)> {
    JSONShape("a model, or the path of its file") { node, log in
      reporting(at: node, log) { () throws(InputFaults) in
        guard let path = node.string else {
          return (try ModelFile.read(node, file: file), node.value)
        }
        let document = try ModelFile.document(path: folder + path)
        return (try ModelFile.read(document), document.root.value)
      }
    }
  }

  /// A part that another file may hold; its faults become one of this file.
  private static func reporting<Value>(
    at node: JSONNode, _ log: FaultLog, _ read: () throws(InputFaults) -> Value
  ) -> Value? {
    do {
      return try read()
    } catch {
      log.error(at: node, "\(node.subject) cannot be read: \(error)")
      return nil
    }
  }
}
