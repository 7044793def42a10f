import InputFiles

/// The short form of a cluster of equal nodes on one network: the members of a node group but its
/// name, and the kind of the `fabric`.
///
/// `{ "node": "DGX-H100", "nodes": 64, "fabric": "infiniband" }`
enum BriefCluster {
  /// The cluster file's object for either form.
  static func expanded(_ document: JSONValue) -> JSONValue {
    guard case .object(let members) = document,
      !members.contains(where: { $0.key == "nodeGroups" })
    else { return document }
    var group: [JSONValue.Member] = [.init("name", "nodes")]
    var fabrics: [JSONValue.Member] = []
    for member in members {
      switch (member.key, member.value) {
      case ("fabric", let kind):
        let fabric: JSONValue = ["name": "network", "kind": kind]
        fabrics = [.init("fabrics", [fabric])]
      default: group.append(member)
      }
    }
    return .object(
      [
        .init("name", "published"), .init("nodeGroups", [.object(group)]),
      ] + fabrics)
  }
}
