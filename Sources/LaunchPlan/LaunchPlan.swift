import InputFiles
import ParallelismVocabulary

/// The plan document: how a model runs on a cluster, what that should cost, and the proof that
/// little better exists.
///
/// Its keys are a contract: a version adds to them and renames none. A value of this type satisfies
/// the invariants of `LaunchPlan+Invariants.swift`, however it was made.
public struct LaunchPlan: Sendable, Equatable {
  /// The job that a plan is for.
  public enum Kind: String, CaseIterable, Sendable, Hashable, Codable {
    case training
  }

  /// The software that the plan is for.
  public struct Stack: Sendable, Hashable, Codable {
    public var name: String
    public var version: String

    public init(name: String, version: String) {
      self.name = name
      self.version = version
    }

    public var identity: String { "\(name)@\(version)" }
  }

  public let formatVersion: FormatVersion
  public let kind: Kind
  /// What the user calls the plan.
  public let name: String?
  public let stack: Stack
  public let inputs: PlanInputs
  public let parallelism: Parallelism
  public let stageGroups: [StageGroup]
  public let stages: [Stage]
  public let mapping: Mapping
  /// `nil` where the model has no routed experts.
  public let expertPlacement: ExpertPlacement?
  /// `nil` where sequences are all alike.
  public let sequenceScattering: SequenceScattering?
  public let prediction: Prediction
  public let certificate: Certificate
  /// Runners-up, the fastest first.
  public let alternatives: [Alternative]
  /// What was assumed because nobody said it, one sentence each.
  public let assumptions: [String]
  /// What the plan repairs; `nil` for a plan that was made from nothing.
  public let repair: Repair?

  /// - Throws: `PlanFaults`, all invariants that the parts break.
  public init(
    formatVersion: FormatVersion = .current, kind: Kind = .training, name: String? = nil,
    stack: Stack, inputs: PlanInputs, parallelism: Parallelism, stageGroups: [StageGroup],
    stages: [Stage], mapping: Mapping, expertPlacement: ExpertPlacement? = nil,
    sequenceScattering: SequenceScattering? = nil, prediction: Prediction,
    certificate: Certificate, alternatives: [Alternative] = [],
    assumptions: [String] = [], repair: Repair? = nil
  ) throws(PlanFaults) {
    self.formatVersion = formatVersion
    self.kind = kind
    self.name = name
    self.stack = stack
    self.inputs = inputs
    self.parallelism = parallelism
    self.stageGroups = stageGroups
    self.stages = stages
    self.mapping = mapping
    self.expertPlacement = expertPlacement
    self.sequenceScattering = sequenceScattering
    self.prediction = prediction
    self.certificate = certificate
    self.alternatives = alternatives
    self.assumptions = assumptions
    self.repair = repair
    let faults = brokenInvariants
    guard faults.isEmpty else { throw PlanFaults(faults) }
  }

  /// The devices that the plan runs on.
  public var devices: Int { parallelism.degrees.devices }

  /// What a million tokens cost, in the currency of the cluster's prices; `nil` where a node has none.
  public var pricePerMillionTokens: Double? {
    let tokens = Double(inputs.workload.globalBatch) * Double(inputs.workload.sequenceLength)
    return prediction.pricePerHour.map { $0 / 3_600 * prediction.step.value / tokens * 1e6 }
  }
}

extension LaunchPlan: Codable {
  private enum CodingKeys: String, CodingKey {
    case formatVersion, kind, name, stack, inputs, parallelism, stageGroups, stages, mapping,
      expertPlacement, sequenceScattering, prediction, certificate, alternatives, assumptions,
      repair
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      formatVersion: container.decode(FormatVersion.self, forKey: .formatVersion),
      kind: container.decode(Kind.self, forKey: .kind),
      name: container.decodeIfPresent(String.self, forKey: .name),
      stack: container.decode(Stack.self, forKey: .stack),
      inputs: container.decode(PlanInputs.self, forKey: .inputs),
      parallelism: container.decode(Parallelism.self, forKey: .parallelism),
      stageGroups: container.decode([StageGroup].self, forKey: .stageGroups),
      stages: container.decode([Stage].self, forKey: .stages),
      mapping: container.decode(Mapping.self, forKey: .mapping),
      expertPlacement: container.decodeIfPresent(ExpertPlacement.self, forKey: .expertPlacement),
      sequenceScattering: container.decodeIfPresent(
        SequenceScattering.self, forKey: .sequenceScattering),
      prediction: container.decode(Prediction.self, forKey: .prediction),
      certificate: container.decode(Certificate.self, forKey: .certificate),
      alternatives: container.decodeIfPresent([Alternative].self, forKey: .alternatives) ?? [],
      assumptions: container.decodeIfPresent([String].self, forKey: .assumptions) ?? [],
      repair: container.decodeIfPresent(Repair.self, forKey: .repair))
  }
}
