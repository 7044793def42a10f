import InputFiles
import LaunchPlan
import Quantities

/// Why nothing fits, for people to read.
public struct InfeasibilityReport: Sendable {
  private let infeasibility: Infeasibility
  private let style: Style

  public init(_ infeasibility: Infeasibility, style: Style = .plain) {
    self.infeasibility = infeasibility
    self.style = style
  }

  /// The summary, then what the need is made of, and the nearest changes that help.
  public var text: String {
    var lines = "no plan fits: \(infeasibility.summary.onOneLine)"
      .wrapped(width: style.width, hanging: "  ").map(style.strong)
    for (index, part) in infeasibility.parts.enumerated() {
      lines += indented(
        "\(index == 0 ? "because" : "and") \(part.bytes) hold \(part.reason.onOneLine)")
    }
    if infeasibility.bindingLimits.count > 1 {
      let limits = infeasibility.bindingLimits.map(\.onOneLine)
      lines += indented("limits that clash: \(limits.joined(separator: "; "))")
    }
    if !infeasibility.remedies.isEmpty {
      let remedies = infeasibility.remedies.map(words)
      lines += indented("nearest that fit: \(remedies.joined(separator: "; "))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A change, and the need after it where that is what makes it fit.
  private func words(_ remedy: Infeasibility.Remedy) -> String {
    guard let need = remedy.need, need <= infeasibility.capacity ?? .infinity else {
      return remedy.sentence.onOneLine
    }
    return "\(remedy.sentence.onOneLine) (\(need))"
  }

  private func indented(_ sentence: String) -> [String] {
    sentence.wrapped(width: style.width, first: "  ", hanging: "    ")
  }
}
