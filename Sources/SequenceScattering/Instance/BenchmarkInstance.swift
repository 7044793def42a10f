import InputFiles
import Quantities

/// A batch with costs, as the benchmark's files of the format `plan-seq-bench-1` state it.
public struct BenchmarkInstance: Sendable {
  public let name: String
  public let setting: ScatteringSetting
  /// The lengths of the sequences, in tokens.
  public let batch: [Int]

  /// The largest file that is read.
  public static let limit = InputLimit(kind: "a file of sequences", mebibytes: 64)

  /// - Throws: all faults of the file, with their places.
  public static func read(path: String) throws(InputFaults) -> BenchmarkInstance {
    try BenchmarkInstance(JSONDocument.read(path: path, limit: limit))
  }

  public init(_ document: JSONDocument) throws(InputFaults) {
    let log = FaultLog(file: document.file)
    let instance = ObjectReader(document.root, log).flatMap(BenchmarkInstance.init(reader:))
    try log.throwIfFaulty()
    guard let instance else {
      log.error(at: document.root, "the document is no instance of sequences")
      throw InputFaults(reason: .malformed, faults: log.errors)
    }
    self = instance
  }

  private init?(reader: ObjectReader) {
    let format = reader.required("format", .name(among: ["plan-seq-bench-1"], of: "format"))
    let name = reader.required("name", .name)
    let gpus = reader.required("gpus", .integer(.between(1, 1_000_000)))
    let degrees = reader.required(
      "degrees", .array(of: .integer(.atLeast(1)), count: .between(1, 64)))
    let cost = reader.required("cost", .object(FlexSPCost.init))
    let capacity = reader.required("memory", .object(MemoryCapacity.init))
    let lengths = reader.required(
      "lengths", .array(of: .integer(.between(1, 1 << 40)), count: .atLeast(1)))
    reader.ignore("description", "microbatch_gpu_rule", "model", "microbatch_count")
    reader.finish()
    guard format != nil, let name, let gpus, let degrees, let cost, let capacity, let lengths else {
      return nil
    }
    var costs: [DegreeCost] = []
    for degree in degrees {
      guard let communication = cost.communication[degree] else {
        reader.error(at: "degrees", "has \(degree), for which 'cost' has no gamma")
        return nil
      }
      costs.append(
        DegreeCost(
          degree: degree,
          exposed: LengthPolynomial(
            quadratic: cost.quadratic * 1e-3 / Double(degree),
            linear: (cost.linear + communication) * 1e-3 / Double(degree))))
    }
    do {
      setting = try ScatteringSetting(
        gpus: gpus, degrees: costs, microBatchTime: .milliseconds(cost.fixed),
        tokensPerGPU: capacity.tokens, memoryRule: capacity.rule)
    } catch {
      reader.error("is no setting: \(error)")
      return nil
    }
    self.name = name
    batch = lengths
  }
}

/// FlexSP's cost model: (α₁ s² + (α₂ + γ_d) s) / d milliseconds a sequence, β a micro-batch.
/// - Source: Wang et al. 2025, arXiv 2412.01523, as their code has it.
private struct FlexSPCost {
  var quadratic: Double
  var linear: Double
  var fixed: Double
  /// γ by degree.
  var communication: [Int: Double] = [:]

  init?(_ object: ObjectReader) {
    let positive = JSONShape<Double>.number(.atLeast(0))
    _ = object.required("unit", .name(among: ["ms"], of: "unit"))
    let quadratic = object.required("alpha1_ms_per_token2", positive)
    let linear = object.required("alpha2_ms_per_token", positive)
    let fixed = object.required("beta_ms_per_microbatch", positive)
    let rates = object.required("gamma_ms_per_token_by_degree", .members(of: positive))
    object.ignore("group_time", "microbatch_time", "objective")
    object.finish()
    guard let quadratic, let linear, let fixed, let rates else { return nil }
    self.quadratic = quadratic
    self.linear = linear
    self.fixed = fixed
    for (key, rate) in rates {
      guard let degree = Int(key), degree >= 1 else {
        object.error(at: "gamma_ms_per_token_by_degree", "has the key '\(key)', which is no degree")
        return nil
      }
      communication[degree] = rate
    }
  }
}

/// How many tokens a GPU holds, and whether a group's sequences are in memory together.
private struct MemoryCapacity {
  var tokens: Int
  var rule: MemoryRule

  private static let rules: [(text: String, rule: MemoryRule)] = [
    ("sum of tokens in group <= degree*token_capacity_per_gpu", .packed),
    ("tokens of each sequence <= degree*token_capacity_per_gpu", .perSequence),
  ]

  init?(_ object: ObjectReader) {
    let tokens = object.required("token_capacity_per_gpu", .integer(.atLeast(1)))
    let text = object.required("rule", .name(among: Self.rules.map(\.text), of: "memory rule"))
    object.finish()
    guard let tokens, let rule = Self.rules.first(where: { $0.text == text })?.rule else {
      return nil
    }
    self.tokens = tokens
    self.rule = rule
  }
}
