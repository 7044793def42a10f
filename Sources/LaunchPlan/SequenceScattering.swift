import Quantities

extension LaunchPlan {
  /// How every batch of unequal sequences is scattered over groups of context ranks, and what that is
  /// worth over one degree for all.
  public struct SequenceScattering: Sendable, Hashable, Codable {
    /// Who forms the groups of each batch.
    public enum Grouping: String, CaseIterable, Sendable, Hashable, Codable {
      /// The trainer's own scheduler: Megatron's dynamic context parallelism.
      case dynamicContextParallel
      /// `plan scatter`, batch by batch.
      case explicitGroups
    }

    /// The batches that times are means of, drawn from the workload's lengths.
    public struct Sample: Sendable, Hashable, Codable {
      public var batches: Int
      /// The seed of the first batch; the others follow.
      public var seed: Int

      public init(batches: Int, seed: Int) {
        self.batches = batches
        self.seed = seed
      }
    }

    /// A layout whose steps were compared.
    public struct Layout: Sendable, Hashable, Codable {
      public var parallelism: Parallelism
      /// The node groups in the order of its ranks, where that is not the listed one.
      public var nodeGroups: [String]?
      public var stages: [Stage]
      /// Mean seconds of a step whose sequences are scattered.
      public var stepSeconds: Seconds
      /// The one degree that is best for all batches; absent where none holds the longest sequence.
      public var uniformDegree: Int?
      /// Mean seconds of a step in which all groups have it.
      public var uniformStepSeconds: Seconds?

      public init(
        parallelism: Parallelism, nodeGroups: [String]? = nil, stages: [Stage],
        stepSeconds: Seconds, uniformDegree: Int?, uniformStepSeconds: Seconds?
      ) {
        self.parallelism = parallelism
        self.nodeGroups = nodeGroups
        self.stages = stages
        self.stepSeconds = stepSeconds
        self.uniformDegree = uniformDegree
        self.uniformStepSeconds = uniformStepSeconds
      }
    }

    public var grouping: Grouping
    /// The degrees that groups may have, in ranks of the context and data axes together.
    public var degrees: [Int]
    /// The ranks that the groups of a micro-batch share out: context times data.
    public var ranks: Int
    /// The tokens of a micro-batch that one rank's memory holds.
    public var tokensPerRank: Int
    public var sample: Sample
    /// Mean seconds of a scattered step, and what no scattering of the same batches is faster than.
    public var stepSeconds: Seconds
    public var boundSeconds: Seconds
    /// The share of the best uniform step that scattering saves, over all layouts; its 95 % interval
    /// over batches. Absent where one degree cannot hold the longest sequence.
    public var gain: Double?
    public var gainLow: Double?
    public var gainHigh: Double?
    /// The layouts that were compared, the plan's own first.
    public var layouts: [Layout]

    public init(
      grouping: Grouping, degrees: [Int], ranks: Int, tokensPerRank: Int, sample: Sample,
      stepSeconds: Seconds, boundSeconds: Seconds, gain: Double?, gainLow: Double?,
      gainHigh: Double?, layouts: [Layout]
    ) {
      self.grouping = grouping
      self.degrees = degrees
      self.ranks = ranks
      self.tokensPerRank = tokensPerRank
      self.sample = sample
      self.stepSeconds = stepSeconds
      self.boundSeconds = boundSeconds
      self.gain = gain
      self.gainLow = gainLow
      self.gainHigh = gainHigh
      self.layouts = layouts
    }
  }

  /// What the plan's scattering says otherwise than the rest of the document.
  var scatteringFaults: [PlanFault] {
    guard let scattering = sequenceScattering else { return [] }
    var faults: [PlanFault] = []
    if inputs.workload.lengths == nil {
      faults.append(
        PlanFault("sequenceScattering", "stands in a plan whose workload has no lengths"))
    }
    let ranks = parallelism.context * parallelism.data
    if scattering.ranks != ranks {
      faults.append(
        PlanFault(
          "sequenceScattering.ranks", "is \(scattering.ranks), but context and data make \(ranks)"))
    }
    if scattering.degrees.isEmpty
      || scattering.degrees.contains(where: { !(1...ranks).contains($0) })
      || zip(scattering.degrees, scattering.degrees.dropFirst()).contains(where: { $0 >= $1 })
    {
      faults.append(
        PlanFault(
          "sequenceScattering.degrees", "must ascend from at least 1 to at most \(ranks)"))
    }
    let own = scattering.layouts.first
    if own?.parallelism != parallelism || own?.stages != stages {
      faults.append(
        PlanFault("sequenceScattering.layouts", "must have the plan's own layout as the first"))
    }
    for (index, layout) in scattering.layouts.enumerated() {
      faults += self.faults(
        layout.parallelism, layout.stages, at: "sequenceScattering.layouts[\(index)]")
    }
    return faults
  }
}

extension PlanInputs {
  /// How long the sequences of a step are.
  public struct Lengths: Sendable, Hashable, Codable {
    /// A length in tokens, and how often it occurs.
    public struct Entry: Sendable, Hashable, Codable {
      public var tokens: Int
      public var count: Int

      public init(tokens: Int, count: Int) {
        self.tokens = tokens
        self.count = count
      }
    }

    /// Sequences in one optimiser step.
    public var sequences: Int
    /// By ascending length.
    public var histogram: [Entry]

    public init(sequences: Int, histogram: [Entry]) {
      self.sequences = sequences
      self.histogram = histogram
    }
  }
}

extension PlanInputs.Workload {
  /// What is wrong with the lengths.
  var lengthFaults: [PlanFault] {
    guard let lengths else { return [] }
    let path = "inputs.workload.lengths"
    var faults: [PlanFault] = []
    if !(1...1 << 24).contains(lengths.sequences) {
      faults.append(
        PlanFault(
          path + ".sequences", "is \(lengths.sequences), but must be from 1 to \(1 << 24)"))
    }
    let entries = lengths.histogram
    let isSound = entries.allSatisfy {
      (1...sequenceLength).contains($0.tokens) && (1...1 << 30).contains($0.count)
    }
    let ascends = zip(entries, entries.dropFirst()).allSatisfy { $0.tokens < $1.tokens }
    if entries.isEmpty || !isSound || !ascends {
      faults.append(
        PlanFault(
          path + ".histogram",
          "must have ascending lengths from 1 to the sequence length, \(sequenceLength), and counts "
            + "of at least 1"))
    }
    return faults
  }
}
