import Testing

@testable import Reports

@Suite("The verdict on a plan")
struct CheckVerdictTests {
  static let fine = CheckVerdict(
    file: "plan.json", examined: ["64 ranks", "9,870 frames"], findings: [])
  static let bad = CheckVerdict(
    file: "my,plan.json", examined: [],
    findings: [
      .init(
        code: "memory", message: "stage 0 needs 91.3 GiB, but a device has 79.6 GiB <H100> & \"b\"",
        isCertificate: false),
      .init(code: "gap", message: "100 % is\nnot 1 %", isCertificate: true),
    ])

  @Test("exit status 0 when all holds, 5 when the plan fails, 6 when only the certificate does")
  func exitStatus() {
    #expect(Self.fine.exitStatus == 0)
    #expect(Self.bad.exitStatus == 5)
    var doubtful = Self.bad
    doubtful.findings.removeFirst()
    #expect(doubtful.exitStatus == 6)
  }

  @Test("as text")
  func text() {
    #expect(
      Self.fine.text(.text) == """
        plan.json: the plan is feasible and its certificate holds
          checked: 64 ranks, 9,870 frames

        """)
    #expect(
      Self.bad.text(.text) == #"""
        my,plan.json: the plan is not feasible, and its certificate does not hold
          memory: stage 0 needs 91.3 GiB, but a device has 79.6 GiB <H100> & "b"
          gap: 100 % is\nnot 1 %

        """#)
  }

  @Test("as JSON")
  func json() {
    #expect(
      Self.fine.text(.json) == """
        {
          "file": "plan.json",
          "feasible": true,
          "certificateHolds": true,
          "violations": [],
          "examined": ["64 ranks", "9,870 frames"]
        }

        """)
  }

  @Test("as annotations of GitHub, with its escapes")
  func github() {
    #expect(
      Self.fine.text(.github)
        == "::notice file=plan.json,title=plan check::the plan is feasible and its certificate "
        + "holds\n")
    #expect(
      Self.bad.text(.github) == """
        ::error file=my%2Cplan.json,title=plan check%3A memory::stage 0 needs 91.3 GiB, but a \
        device has 79.6 GiB <H100> & "b"
        ::error file=my%2Cplan.json,title=plan check%3A gap::100 %25 is%0Anot 1 %25

        """)
  }

  @Test("as JUnit's XML, with its escapes")
  func junit() {
    #expect(
      Self.fine.text(.junit) == """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites>
          <testsuite name="plan check" tests="2" failures="0" errors="0" skipped="0">
            <testcase classname="plan.json" name="feasibility"/>
            <testcase classname="plan.json" name="certificate"/>
          </testsuite>
        </testsuites>

        """)
    #expect(
      Self.bad.text(.junit) == """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites>
          <testsuite name="plan check" tests="2" failures="2" errors="0" skipped="0">
            <testcase classname="my,plan.json" name="feasibility">
              <failure message="stage 0 needs 91.3 GiB, but a device has 79.6 GiB &lt;H100&gt; \
        &amp; &quot;b&quot;" type="memory">memory: stage 0 needs 91.3 GiB, but a device has \
        79.6 GiB &lt;H100&gt; &amp; &quot;b&quot;</failure>
            </testcase>
            <testcase classname="my,plan.json" name="certificate">
              <failure message="100 % is&#10;not 1 %" type="gap">gap: 100 % is&#10;not 1 \
        %</failure>
            </testcase>
          </testsuite>
        </testsuites>

        """)
  }
}
