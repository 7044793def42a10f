import InputFiles
import Quantities

extension LaunchPlan {
  /// Where each routed expert lives.
  public struct ExpertPlacement: Sendable, Equatable, Codable {
    public enum Order: String, CaseIterable, Sendable, Hashable, Codable {
      /// Expert rank r holds the r-th run of equally many experts.
      case contiguous
      /// Each expert lies where `placement` says.
      case placed
    }
    public var order: Order
    /// What the placement changes of a step; `nil` where nothing is known of routing.
    public var added: AddedTime?
    /// `nil` where experts are in their order.
    public var placement: PlacedExperts?

    public init(
      order: Order = .contiguous, added: AddedTime? = nil, placement: PlacedExperts? = nil
    ) {
      self.order = order
      self.added = added
      self.placement = placement
    }
  }

  /// What the placement of experts changes of a step, whose prediction takes them as
  /// `inputs.workload.expertUse` does.
  public struct AddedTime: Sendable, Hashable, Codable {
    /// The fullest expert rank's load over the mean, on average over the layers.
    public var imbalance: Double
    /// The same with experts in their order.
    public var imbalanceInOrder: Double
    /// What the stage to which the placement adds most waits longer in a step, over all its
    /// micro-batches; less than 0 where it saves time on every stage.
    public var time: Seconds
    /// The same with experts in their order.
    public var timeInOrder: Seconds

    public init(
      imbalance: Double, imbalanceInOrder: Double, time: Seconds, timeInOrder: Seconds
    ) {
      self.imbalance = imbalance
      self.imbalanceInOrder = imbalanceInOrder
      self.time = time
      self.timeInOrder = timeInOrder
    }

    private enum CodingKeys: String, CodingKey {
      case imbalance, imbalanceInOrder
      case time = "seconds"
      case timeInOrder = "secondsInOrder"
    }
  }

  /// The expert of each slot of the expert ranks, with how good that is; as `plan experts` writes it.
  public struct PlacedExperts: Sendable, Equatable, Codable {
    /// What was made small: `hop`, `dispatch`, `load` or `time`.
    public var objective: String
    public var value: Double
    /// No placement has less than this.
    public var bound: Double
    /// (value − bound) / value.
    public var gap: Double
    /// What experts in their order would have.
    public var valueInOrder: Double?
    /// The scale-up domains of an expert group, and its ranks in each.
    public var nodes: Int
    public var gpusPerNode: Int
    public var hopWithinNode: Double
    public var hopBetweenNodes: Double
    /// What the seconds of `time` are counted by.
    public var seconds: ExpertSeconds?
    public var experts: Int
    /// The layers placed, by their numbers in the model.
    public var layers: [Int]
    /// For each of them the expert of each slot, expert rank by expert rank.
    public var slots: [[Int]]
    /// The multipliers that prove the bound, where it needs some.
    public var certificate: JSONValue?

    public init(
      objective: String, value: Double, bound: Double, gap: Double, valueInOrder: Double?,
      nodes: Int, gpusPerNode: Int, hopWithinNode: Double, hopBetweenNodes: Double,
      seconds: ExpertSeconds?, experts: Int, layers: [Int], slots: [[Int]],
      certificate: JSONValue?
    ) {
      self.objective = objective
      self.value = value
      self.bound = bound
      self.gap = gap
      self.valueInOrder = valueInOrder
      self.nodes = nodes
      self.gpusPerNode = gpusPerNode
      self.hopWithinNode = hopWithinNode
      self.hopBetweenNodes = hopBetweenNodes
      self.seconds = seconds
      self.experts = experts
      self.layers = layers
      self.slots = slots
      self.certificate = certificate
    }
  }

  /// What the experts of a layer take of a micro-batch: for the fullest rank's load over the mean, and
  /// for each GPU and node that a token is sent to.
  public struct ExpertSeconds: Sendable, Hashable, Codable {
    public var perLoad: Seconds
    public var perGPU: Seconds
    public var perNode: Seconds

    public init(perLoad: Seconds, perGPU: Seconds, perNode: Seconds) {
      self.perLoad = perLoad
      self.perGPU = perGPU
      self.perNode = perNode
    }
  }
}
