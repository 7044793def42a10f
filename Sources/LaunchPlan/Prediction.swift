import Quantities

extension LaunchPlan {
  /// What a step of the plan should cost, in time and memory.
  public struct Prediction: Sendable, Equatable, Codable {
    public var step: Seconds
    /// The interval that holds at least nine in ten measured runs of like plans.
    public var stepLow: Seconds?
    public var stepHigh: Seconds?
    public var tokensPerSecondPerDevice: Double
    /// The model's arithmetic, without recomputation, over what the devices could do in a step.
    public var modelFlopsUtilization: Double
    /// The parts of `step`, on the path that decides it.
    public var breakdown: Parts<StepPart, Seconds>
    /// One entry a stage.
    public var memory: [StageMemory]
    /// The step under each measurement of the links, where there are several; `step` is under the slower
    /// rate of each link.
    public var snapshots: [SnapshotStep]?
    /// What failures of nodes leave of the time; `nil` where the cluster states no rate of them.
    public var goodput: Goodput?
    /// What the plan's nodes cost an hour, in the currency of the cluster's prices; `nil` where a node has
    /// none.
    public var pricePerHour: Double?

    public init(
      step: Seconds, stepLow: Seconds? = nil, stepHigh: Seconds? = nil,
      tokensPerSecondPerDevice: Double, modelFlopsUtilization: Double,
      breakdown: Parts<StepPart, Seconds>, memory: [StageMemory], snapshots: [SnapshotStep]? = nil,
      goodput: Goodput? = nil, pricePerHour: Double? = nil
    ) {
      self.pricePerHour = pricePerHour
      self.step = step
      self.stepLow = stepLow
      self.stepHigh = stepHigh
      self.tokensPerSecondPerDevice = tokensPerSecondPerDevice
      self.modelFlopsUtilization = modelFlopsUtilization
      self.breakdown = breakdown
      self.memory = memory
      self.snapshots = snapshots
      self.goodput = goodput
    }

    private enum CodingKeys: String, CodingKey {
      case step = "stepSeconds"
      case stepLow = "stepSecondsLow"
      case stepHigh = "stepSecondsHigh"
      case tokensPerSecondPerDevice, modelFlopsUtilization
      case breakdown = "breakdownSeconds"
      case memory, snapshots, goodput, pricePerHour
    }
  }

  /// How much of the time a job makes progress that it does not lose again, and what it should do.
  public struct Goodput: Sendable, Hashable, Codable {
    public var share: Double
    /// A checkpoint is written after so many steps.
    public var checkpointSteps: Int
    public var timeBetweenFailures: Seconds
    /// The spare nodes with which, 99 times in 100, no failed node is missed while it is away.
    public var spareNodes: Int

    public init(
      share: Double, checkpointSteps: Int, timeBetweenFailures: Seconds, spareNodes: Int
    ) {
      self.share = share
      self.checkpointSteps = checkpointSteps
      self.timeBetweenFailures = timeBetweenFailures
      self.spareNodes = spareNodes
    }

    private enum CodingKeys: String, CodingKey {
      case share, checkpointSteps
      case timeBetweenFailures = "secondsBetweenFailures"
      case spareNodes
    }
  }

  /// What a step should take on the links as one measurement saw them.
  public struct SnapshotStep: Sendable, Hashable, Codable {
    /// The measurement's file, as the cluster names it.
    public var file: String
    public var step: Seconds

    public init(file: String, step: Seconds) {
      self.file = file
      self.step = step
    }

    private enum CodingKeys: String, CodingKey {
      case file
      case step = "stepSeconds"
    }
  }

  /// What a step's time goes into.
  public enum StepPart: String, CaseIterable, Sendable, Hashable {
    case compute, recompute, tensorCommunication, contextCommunication, expertCommunication,
      shardingCommunication, hostCopies, hostLaunch, pipelineBubble, stageHops, gradientReduction,
      optimizer,
      stragglers, perStep
  }

  /// The most that one device of a stage holds at any time of a step.
  public struct StageMemory: Sendable, Equatable, Codable {
    public var stage: Int
    public var peak: Bytes
    /// What a framework can use of the device.
    public var capacity: Bytes
    /// The parts of `peak`.
    public var parts: Parts<MemoryPart, Bytes>
    /// What it has in its host's memory besides; absent where that is nothing.
    public var host: Bytes?

    public init(
      stage: Int, peak: Bytes, capacity: Bytes, parts: Parts<MemoryPart, Bytes>, host: Bytes? = nil
    ) {
      self.host = host
      self.stage = stage
      self.peak = peak
      self.capacity = capacity
      self.parts = parts
    }

    private enum CodingKeys: String, CodingKey {
      case stage
      case peak = "peakBytes"
      case capacity = "capacityBytes"
      case host = "hostBytes"
      case parts
    }
  }

  /// What a device's memory is taken by.
  public enum MemoryPart: String, CaseIterable, Sendable, Hashable {
    case weights, gradients, optimizer, activations
    /// Held only while something runs: gathered inputs and weights, a recomputed layer, logits.
    case transient
    /// The framework's own, and what the allocator cannot use.
    case reserve
  }

  /// A plan of another frame that came close, and why it lost.
  public struct Alternative: Sendable, Hashable, Codable {
    public var parallelism: Parallelism
    /// The cluster's node groups in the order in which stages lie on them; `nil` for the listed one.
    public var nodeGroups: [String]?
    /// What each stage holds and recomputes; none where the document is of before they were stated.
    public var stages: [Stage]
    public var step: Seconds
    /// Whether it is slower by less than the error of the predictions, so that a trial is worth its
    /// while.
    public var isNearTie: Bool
    /// A sentence.
    public var reason: String

    public init(
      parallelism: Parallelism, nodeGroups: [String]? = nil, stages: [Stage], step: Seconds,
      isNearTie: Bool = false, reason: String
    ) {
      self.parallelism = parallelism
      self.nodeGroups = nodeGroups
      self.stages = stages
      self.step = step
      self.isNearTie = isNearTie
      self.reason = reason
    }

    private enum CodingKeys: String, CodingKey {
      case parallelism, nodeGroups, stages
      case step = "stepSeconds"
      case isNearTie, reason
    }

    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        parallelism: try container.decode(Parallelism.self, forKey: .parallelism),
        nodeGroups: try container.decodeIfPresent([String].self, forKey: .nodeGroups),
        stages: try container.decodeIfPresent([Stage].self, forKey: .stages) ?? [],
        step: try container.decode(Seconds.self, forKey: .step),
        isNearTie: try container.decodeIfPresent(Bool.self, forKey: .isNearTie) ?? false,
        reason: try container.decode(String.self, forKey: .reason))
    }
  }
}
