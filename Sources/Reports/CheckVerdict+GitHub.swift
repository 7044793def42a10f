extension CheckVerdict {
  /// Workflow commands that annotate the plan's file: one error a finding, or a notice.
  ///
  /// - Source: GitHub Actions, "Workflow commands", and the escapes of `@actions/core`.
  var github: String {
    let lines =
      findings.isEmpty
      ? [command("notice", title: "plan check", message: summary)]
      : findings.map { command("error", title: "plan check: \($0.code)", message: $0.message) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func command(_ name: String, title: String, message: String) -> String {
    "::\(name) file=\(file.escapedProperty),title=\(title.escapedProperty)::\(message.escapedData)"
  }
}

extension String {
  fileprivate var escapedData: String { escaping(["%", "\r", "\n"]) }
  fileprivate var escapedProperty: String { escaping(["%", "\r", "\n", ":", ","]) }

  /// The text with some scalars as a per cent sign and two hexadecimal digits.
  private func escaping(_ special: Set<Unicode.Scalar>) -> String {
    unicodeScalars.reduce(into: "") { text, scalar in
      if special.contains(scalar) {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        text += "%" + (digits.count < 2 ? "0" : "") + digits
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }
}
