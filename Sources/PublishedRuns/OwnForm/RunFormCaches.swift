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
      let isWhole = node["nodeGroups"] != nil
      do throws(InputFaults) {
        let topology = try isWhole ? whole(node, file: file) : brief(document, file: file)
        clusters[document] = topology
        return topology
      } catch {
        for fault in error.faults {
          if isWhole {
            log.error(at: fault.position, fault.message)
          } else {
            let (message, key) = BriefCluster.renamed(fault.message, as: node.subject)
            log.error(at: key.flatMap { node[$0] } ?? node, message)
          }
        }
        return nil
      }
    }
  }

  private func whole(_ node: JSONNode, file: String) throws(InputFaults) -> ClusterTopology {
    try ClusterFile.read(node, file: file).topology
  }

  private func brief(_ document: JSONValue, file: String) throws(InputFaults) -> ClusterTopology {
    let text = JSONText.compact(BriefCluster.expanded(document))
    return try ClusterFile.parse(text, file: file).topology
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
