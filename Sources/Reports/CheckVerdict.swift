import InputFiles

/// What a check of a plan found, in the forms that people and machines read.
public struct CheckVerdict: Sendable, Hashable {
  /// Something that does not hold.
  public struct Finding: Sendable, Hashable {
    /// The name of the check: `memory`, `gap`.
    public var code: String
    /// A sentence with its numbers.
    public var message: String
    /// Whether only a claim about the plan fails, and not the plan.
    public var isCertificate: Bool

    public init(code: String, message: String, isCertificate: Bool) {
      self.code = code
      self.message = message
      self.isCertificate = isCertificate
    }
  }

  /// How a verdict is written.
  public enum Format: String, CaseIterable, Sendable {
    case text, json, github, junit
  }

  /// The plan's file.
  public var file: String
  /// What was examined, one phrase each: `9,870 frames counted`.
  public var examined: [String]
  public var findings: [Finding]

  public init(file: String, examined: [String], findings: [Finding]) {
    self.file = file
    self.examined = examined
    self.findings = findings
  }

  public var isFeasible: Bool { findings.allSatisfy(\.isCertificate) }
  public var certificateHolds: Bool { !findings.contains(where: \.isCertificate) }

  /// 0 where everything holds, 5 where the plan is not feasible, else 6.
  public var exitStatus: Int32 { findings.isEmpty ? 0 : isFeasible ? 6 : 5 }

  public func text(_ format: Format, style: Style = .plain) -> String {
    switch format {
    case .text: text(style)
    case .json: JSONText.pretty(json)
    case .github: github
    case .junit: junit
    }
  }

  /// The verdict in one sentence.
  var summary: String {
    switch (isFeasible, certificateHolds) {
    case (true, true): "the plan is feasible and its certificate holds"
    case (true, false): "the plan is feasible, but its certificate does not hold"
    case (false, true): "the plan is not feasible"
    case (false, false): "the plan is not feasible, and its certificate does not hold"
    }
  }

  private func text(_ style: Style) -> String {
    var lines = [
      file.onOneLine + ": " + (findings.isEmpty ? style.good(summary) : style.bad(summary))
    ]
    for finding in findings {
      lines += "\(finding.code): \(finding.message.onOneLine)"
        .wrapped(width: style.width, first: "  ", hanging: "    ")
    }
    if !examined.isEmpty {
      lines += ("checked: " + examined.joined(separator: ", "))
        .wrapped(width: style.width, first: "  ", hanging: "    ")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  public var json: JSONValue {
    [
      "file": .string(file), "feasible": .bool(isFeasible),
      "certificateHolds": .bool(certificateHolds),
      "violations": .array(
        findings.map { finding in
          [
            "code": .string(finding.code), "message": .string(finding.message),
            "certificate": .bool(finding.isCertificate),
          ]
        }),
      "examined": .array(examined.map(JSONValue.string)),
    ]
  }
}
