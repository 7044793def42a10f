extension CheckVerdict {
  /// A JUnit test suite with one case for feasibility and one for the certificate.
  ///
  /// - Source: the schema of Jenkins' xUnit plug-in, which CI services share.
  var junit: String {
    let cases = [("feasibility", false), ("certificate", true)].map { name, isCertificate in
      let failures = findings.filter { $0.isCertificate == isCertificate }
      return testCase(name, failures)
    }
    let failed = (isFeasible ? 0 : 1) + (certificateHolds ? 0 : 1)
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites>
        <testsuite name="plan check" tests="2" failures="\(failed)" errors="0" skipped="0">
      \(cases.joined(separator: "\n"))
        </testsuite>
      </testsuites>

      """
  }

  private func testCase(_ name: String, _ failures: [Finding]) -> String {
    let opening = "    <testcase classname=\"\(file.escapedXML)\" name=\"\(name)\""
    guard let first = failures.first else { return opening + "/>" }
    let message = failures.count == 1 ? first.message : "\(failures.count) violations"
    let text = failures.map { "\($0.code): \($0.message)".escapedXML }.joined(separator: "\n")
    return """
      \(opening)>
            <failure message="\(message.escapedXML)" type="\(first.code.escapedXML)">\(text)</failure>
          </testcase>
      """
  }
}
