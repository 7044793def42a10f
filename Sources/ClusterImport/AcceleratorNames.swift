import ClusterTopology

/// Which accelerator of the catalogue is meant by what drivers, labels and schedulers call it.
enum AcceleratorNames {
  /// `NVIDIA H100 80GB HBM3`, `NVIDIA-A100-SXM4-80GB`, `h100`, `AMD_Instinct_MI300X_OAM`: the name in
  /// the catalogue; nil where none or more than one is meant.
  static func recognise(_ text: some StringProtocol) -> String? {
    if let exact = Catalogue.accelerator(String(text)) { return exact.name }
    let words = words(of: text)
    // A slice of an accelerator is not one.
    guard !words.contains(where: { $0 == "MIG" || $0.contains("G.") }) else { return nil }
    let candidates = Catalogue.accelerators.filter { matches($0.name, words) }
    if candidates.count <= 1 { return candidates.first?.name }
    // Makers name the card's form where it is not the usual module.
    let modules = candidates.filter { self.words(of: $0.name).isDisjoint(with: ["PCIE", "NVL"]) }
    return modules.count == 1 ? modules[0].name : nil
  }

  /// What was meant where more than one accelerator has the model's name: `a100` has two.
  static func candidates(_ text: some StringProtocol) -> [String] {
    let words = words(of: text)
    return Catalogue.accelerators.map(\.name).filter { matches($0, words) }
  }

  /// Whether an accelerator has the model, and everything else that the words tell of it.
  private static func matches(_ name: String, _ words: Set<String>) -> Bool {
    let own = self.words(of: name)
    guard let model = model(name), words.contains(model) else { return false }
    // Workstation cards of other generations have the same number.
    if own.contains("PRO") { return own.isSubset(of: words) }
    // A superchip's figure is that of the host's memory.
    let isSuperchip = model.hasPrefix("GH")
    if isSuperchip { return words.contains("144GB") == own.contains("144GB") }
    return words.allSatisfy { word in
      own.contains(word)
        || !(isSize(word) || ["PCIE", "NVL"].contains(word) || isModule(word, own))
    }
  }

  /// The word that names the model: `H100` of `H100-SXM-80GB`; of `RTX-4090`, its number.
  private static func model(_ name: String) -> String? {
    let parts = name.uppercased().split(separator: "-").map(String.init)
    guard let first = parts.first else { return nil }
    if first == "RTX" { return parts.first { Int($0) != nil } }
    return first == "TPU" ? nil : first
  }

  /// `SXM` with or without its generation; V100s of two generations are told apart.
  private static func isModule(_ word: String, _ own: Set<String>) -> Bool {
    guard word.hasPrefix("SXM") else { return false }
    if own.contains("SXM2") || own.contains("SXM3") { return word.count > 3 }
    return !own.contains("SXM") && !own.isDisjoint(with: ["PCIE", "NVL"])
  }

  private static func isSize(_ word: String) -> Bool {
    word.hasSuffix("GB") && Int(word.dropLast(2)) != nil
  }

  private static func words(of text: some StringProtocol) -> Set<String> {
    let parts = text.uppercased().split { !($0.isLetter || $0.isNumber || $0 == ".") }
    return Set(parts.map { $0 == "144G" ? "144GB" : String($0) })
  }
}
