import InputFiles
import Quantities

/// Which fabric each group's cards are on.
///
/// Cards name their fabric. Where they do not, the file's only fabric is meant; a file without
/// fabrics gets those of its presets, one for each kind.
struct FabricResolution {
  private(set) var fabrics: [Fabric]
  private(set) var groups: [NodeGroup] = []

  init(_ drafts: [NodeGroupDraft], _ declared: [FabricDraft], _ log: FaultLog) {
    fabrics = declared.map(\.fabric)
    for draft in drafts {
      guard let nics = draft.nics else {
        groups.append(draft.group(nics: nil))
        continue
      }
      guard let fabric = fabric(for: nics, of: draft, isDeclared: !declared.isEmpty, log) else {
        continue
      }
      groups.append(
        draft.group(nics: NICs(fabric: fabric, perNode: nics.perNode, rate: nics.rate)))
    }
  }

  private mutating func fabric(
    for nics: NICsDraft, of draft: NodeGroupDraft, isDeclared: Bool, _ log: FaultLog
  ) -> String? {
    if let (name, node) = nics.fabric {
      if fabrics.contains(where: { $0.name == name }) { return name }
      guard !isDeclared, let preset = draft.preset else {
        if isDeclared {
          log.refuseName(node, name, among: fabrics.map(\.name), of: "fabric")
        } else {
          log.error(
            at: node,
            "\(node.subject) is \(name.quoted), which names no fabric; add one of that name to "
              + "'fabrics', with its kind")
        }
        return nil
      }
      add(name, preset)
      return name
    }
    if isDeclared {
      if fabrics.count == 1 { return fabrics.first?.name }
      log.error(
        at: nics.node,
        "\(nics.node.subject) needs \(nics.node.path == draft.node.path ? "'nics' with " : "")"
          + "the key 'fabric': \(fabrics.map(\.name.quoted).listed())")
      return nil
    }
    guard let preset = draft.preset else {
      log.error(
        at: nics.node,
        "\(nics.node.subject) needs the key 'fabric', and the document a fabric of that name "
          + "in 'fabrics'")
      return nil
    }
    let name = preset.fabric.rawValue
    add(name, preset)
    return name
  }

  /// The fabric that a preset's cards are made for; the slowest latency of several presets stands.
  private mutating func add(_ name: String, _ preset: NodePreset) {
    let latency = preset.latencyMicroseconds.map(Seconds.microseconds)
    let fabric = Fabric(name: name, kind: preset.fabric, latency: latency)
    if let index = fabrics.firstIndex(where: { $0.name == name }) {
      fabrics[index].latency = max(fabrics[index].latency, fabric.latency)
    } else {
      fabrics.append(fabric)
    }
  }
}
