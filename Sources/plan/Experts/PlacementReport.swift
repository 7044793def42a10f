import ExpertPlacement
import Quantities

/// A placement of experts in words.
struct PlacementReport {
  let placed: PlacedExperts

  init(_ placed: PlacedExperts) { self.placed = placed }

  /// The value, the bound and what they mean.
  var sentence: String {
    let inOrder = placed.valueInOrder.map { " (in order \(spelled($0)))" } ?? ""
    return "\(spelled(placed.value)) \(unit)\(inOrder); no placement has less than "
      + "\(spelled(placed.bound)): gap \(placed.gap.percent)"
  }

  private var unit: String {
    switch placed.objective {
    case .hop: "of a token's steps between layers cross GPUs, weighted by their links"
    case .dispatch:
      (placed.hierarchy.isFlat
        ? "GPUs hold the experts of a token in a layer"
        : "destinations of a token in a layer, weighted by their links")
        + (placed.countsPairs ? ", at least, by pairs of experts" : "")
    case .load: "times the mean load on the fullest GPU"
    case .time: "for the experts of all layers, a sequence a GPU"
    }
  }

  private func spelled(_ value: Double) -> String {
    placed.objective == .time ? "\(Seconds(value))" : value.spelled(decimals: 4)
  }

  /// A line for each layer (for hops, each boundary): what it has in order, and what as placed.
  var table: String {
    let names =
      placed.objective == .hop
      ? zip(placed.layers, placed.layers.dropFirst()).map { "\($0)-\($1)" }
      : placed.layers.map(String.init)
    var rows = [["layer", "in order", "placed"]]
    for (index, name) in names.enumerated() {
      let inOrder =
        index < placed.byLayerInOrder.count ? spelled(placed.byLayerInOrder[index]) : "-"
      rows.append([name, inOrder, spelled(placed.byLayer[index])])
    }
    let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).map { text, width in
        String(repeating: " ", count: width - text.count) + text
      }.joined(separator: "  ") + "\n"
    }.joined()
  }
}
