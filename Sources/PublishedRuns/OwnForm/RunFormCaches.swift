import ClusterTopology
import InputFiles
import ModelDescription

/// The clusters and models of a file in our own form, each distinct object read once.
final class RunFormCaches {
  private var clusters: [JSONValue: ClusterTopology] = [:]
  private var models: [JSONValue: ModelDescription] = [:]

  /// A cluster file's object, or its short form.
  func cluster(file: String) -> JSONShape<ClusterTopology> {
    JSONShape("a cluster") { [self] node, log in
      guard node.members != nil else {
        log.refuse(node, expected: "an object: a cluster, or its node and the number of nodes")
        return nil
      }
      let document = node.value
      if let known = clusters[document] { return known }
      do throws(InputFaults) {
        let isWhole = node["nodeGroups"] != nil
        let topology =
          isWhole
          ? try ClusterFile.read(node, file: file).topology
          : try ClusterFile.parse(JSONText.compact(BriefCluster.expanded(document)), file: file)
            .topology
        clusters[document] = topology
        return topology
      } catch {
        for fault in error.faults {
          let (message, key) = BriefCluster.renamed(fault.message, as: node.subject)
          let isForeign = node["nodeGroups"] == nil
          let place = key.flatMap { node[$0]?.position } ?? node.position
          log.error(
            at: isForeign ? place : fault.position ?? node.position,
            isForeign ? message : fault.message)
        }
        return nil
      }
    }
  }

  /// A model file's object, or a Hugging Face `config.json`.
  func model(file: String) -> JSONShape<ModelDescription> {
    JSONShape("a model") { [self] node, log in
      let document = node.value
      if let known = models[document] { return known }
      do throws(InputFaults) {
        let model = try ModelFile.read(node, file: file).model
        models[document] = model
        return model
      } catch {
        for fault in error.faults { log.error(at: fault.position, fault.message) }
        return nil
      }
    }
  }
}

extension BriefCluster {
  /// A fault of the expanded object, told of the short one; with the member that it is about.
  static func renamed(_ message: String, as subject: String) -> (message: String, key: String?) {
    for prefix in ["nodeGroups[0]", "fabrics[0]"] where message.hasPrefix(prefix) {
      var rest = message.dropFirst(prefix.count)
      if prefix == "fabrics[0]", rest.hasPrefix(".kind") {
        rest = ".fabric" + rest.dropFirst(".kind".count)
      }
      let key = rest.hasPrefix(".") ? rest.dropFirst().prefix { $0.isLetter } : nil
      return (subject + rest, key.map(String.init))
    }
    return ("\(subject) cannot be: \(message)", nil)
  }
}
