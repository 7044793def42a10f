/// The accelerators and nodes that a cluster file can name.
///
/// A figure is in the tables only if someone other than us has published it; what sources leave
/// open is absent, and falls back by the rules of the type that holds it. Where sources disagree,
/// the lowest stands, unless the other is evidently the same figure rounded, a misprint, or a
/// different product; the entry's note says so.
public enum Catalogue {
  /// In the order in which they are listed.
  public static let accelerators: [CatalogueAccelerator] =
    nvidiaModules + nvidiaCards + amd + others

  /// In the order in which they are listed.
  public static let nodes: [NodePreset] = ownedNodes + rentedNodes + superComputerNodes

  /// The accelerator of a name or an alias.
  public static func accelerator(_ name: String) -> CatalogueAccelerator? {
    accelerators.first { $0.name == name || $0.aliases.contains(name) }
  }

  /// The node of a name or an alias.
  public static func node(_ name: String) -> NodePreset? {
    nodes.first { $0.name == name || $0.aliases.contains(name) }
  }

  /// Every name under which an accelerator can be asked for.
  public static var acceleratorNames: [String] { accelerators.flatMap { [$0.name] + $0.aliases } }

  /// Every name under which a node can be asked for.
  public static var nodeNames: [String] { nodes.flatMap { [$0.name] + $0.aliases } }

  /// The parts of an entry's origins, each with its sources spelt out.
  static func sentences(_ origins: [String]) -> [(figure: String, sources: [String])] {
    origins.map { part in
      let words = part.split(separator: " ")
      let keys = (words.last ?? "").split(separator: ",")
      return (
        words.dropLast().joined(separator: " "),
        keys.map { key in self.origins[String(key)] ?? String(key) }
      )
    }
  }
}
