import InputFiles

/// A record of the collection of published runs: one JSON object, whose nulls mean "not published".
struct CollectedRecord {
  let id: String
  let source: String
  let citation: String
  let note: String
  /// `ok`, `oom`, `failed`, `fits`, `formula`.
  let status: String
  /// `train`, or what else was measured.
  let kind: String
  /// `pretrain`, `sft`, `lora`, `ci-test`.
  let workload: String
  let model: RecordSection
  let hardware: RecordSection
  let parallel: RecordSection
  let measured: RecordSection
  let derived: RecordSection
  /// The launch flags that the note quotes.
  let flags: RecordSection

  /// Whether an object is such a record, by its keys.
  static func isRecognised(_ node: JSONNode) -> Bool {
    node["hardware"] != nil && node["parallel"] != nil
  }

  init(_ node: JSONNode, line: Int) {
    let top = RecordSection(node)
    id = top.text("id") ?? "line \(line)"
    source = top.text("source") ?? "unknown"
    citation = top.text("citation") ?? ""
    note = top.text("note") ?? ""
    status = top.text("status") ?? "ok"
    kind = top.text("kind") ?? "train"
    workload = top.text("workload") ?? "pretrain"
    model = top.section("model")
    hardware = top.section("hardware")
    parallel = top.section("parallel")
    measured = top.section("measured")
    derived = top.section("derived")
    flags = Self.flags(in: note)
  }

  var framework: String { parallel.text("framework") ?? "" }
  var modelName: String { model.text("name") ?? "" }
  var attention: String { model.text("attention") ?? "" }
  var experts: RecordSection { model.section("moe") }

  /// Continuous integration of Megatron-LM: small models whose memory is logged.
  var isContinuousIntegration: Bool {
    workload == "ci-test" || framework.mentions("megatron-lm ci")
  }

  /// The object behind `flags: ` in a note; notes hold no other braces behind it.
  private static func flags(in note: String) -> RecordSection {
    guard let rest = note.text(behind: "flags: {"), let end = rest.firstIndex(of: "}") else {
      return RecordSection(nil)
    }
    let document = try? JSONDocument.parse("{" + rest[...end], file: "note")
    return RecordSection(document?.root)
  }
}
