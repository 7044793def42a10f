import ClusterTopology
import ModelDescription
import ParallelismVocabulary
import Quantities

/// The measured layers that stand in for a cost model's analytic figures: those of every kind of
/// accelerator of the cluster, at the workload's sequence length and number format.
///
/// They tell of frames without context and expert parallelism, of the tensor degrees that were
/// measured on every kind, and of micro-batches between the smallest and the largest measured. The
/// declared space holds no other frames, so that no plan is better only because a figure of another
/// origin flatters it.
public struct MeasuredLayers: Sendable {
  /// By tensor degree, the profile on each kind of accelerator.
  private let profiles: [Int: [LayerProfile]]
  private let kinds: [Layer]

  /// - Returns: `nil` where some kind of accelerator has no profile that suits the workload; the
  ///   figures stay analytic then.
  init?(model: ModelDescription, accelerators: [String], workload: Workload) {
    let suitable = model.profiles.filter {
      $0.sequenceLength == workload.sequenceLength && $0.precision == workload.precision
    }
    guard workload.adapterRank == nil, !suitable.isEmpty, !accelerators.isEmpty else { return nil }
    var profiles: [Int: [LayerProfile]] = [:]
    for tensor in Set(suitable.map(\.tensor)) {
      let one = accelerators.compactMap { name in
        suitable.first { $0.tensor == tensor && $0.accelerator == name }
      }
      if one.count == accelerators.count { profiles[tensor] = one }
    }
    guard !profiles.isEmpty else { return nil }
    self.profiles = profiles
    kinds = model.kinds
  }

  /// The tensor degrees that were measured, in rising order.
  public var tensorDegrees: [Int] { profiles.keys.sorted() }

  /// The sizes of micro-batch that the measurements tell of under a tensor degree; `nil` where they
  /// tell nothing.
  public func microBatchSizes(tensor: Int) -> ClosedRange<Int>? {
    guard let profiles = profiles[tensor] else { return nil }
    let ranges = profiles.map(\.microBatchSizes)
    let least = ranges.map(\.lowerBound).max() ?? 1
    let most = ranges.map(\.upperBound).min() ?? 0
    return least <= most ? least...most : nil
  }

  /// Whether the measurements tell of a frame.
  public func covers(_ frame: Frame) -> Bool {
    let degrees = frame.degrees
    return degrees.context * degrees.expert * degrees.expertTensor == 1
      && microBatchSizes(tensor: degrees.tensor)?.contains(frame.microBatchSize) == true
  }

  /// What was measured under a layer's shape; `nil` where the measurements do not tell of it.
  ///
  /// Of a device that stands for several kinds of accelerator, the slowest in every respect; times
  /// grow as nodes fall short of their rate.
  func shape(_ shape: LayerShape, on device: ReferenceDevice) -> MeasuredShape? {
    guard shape.context * shape.expert * shape.expertTensor == 1,
      let profiles = profiles(tensor: shape.tensor, on: device)
    else { return nil }
    let points = profiles.compactMap { $0.point(at: shape.microBatchSize) }
    guard points.count == profiles.count, let first = points.first else { return nil }
    return MeasuredShape(
      point: points.dropFirst().reduce(first) { $0.slower($1) }.slowed(by: 1 / device.health),
      kinds: kinds,
      includesTensor: profiles.allSatisfy(\.includesTensorCommunication))
  }

  /// The optimiser's pass over all weights that a tensor rank holds, on the slowest kind.
  func optimizer(tensor: Int, on device: ReferenceDevice) -> Seconds? {
    guard let profiles = profiles(tensor: tensor, on: device) else { return nil }
    let times = profiles.compactMap(\.optimizer)
    return times.count == profiles.count ? times.max() : nil
  }

  /// The profiles on the kinds of accelerator that a device stands for.
  private func profiles(tensor: Int, on device: ReferenceDevice) -> [LayerProfile]? {
    guard let all = profiles[tensor] else { return nil }
    let own = all.filter { device.kinds.contains($0.accelerator) }
    return own.count == device.kinds.count ? own : nil
  }

  /// What the measurements tell of, in words: "tensor 1 (micro-batches of 1 to 4), 2 (of 2 to 8)".
  public var coverage: String {
    tensorDegrees.map { tensor in
      let sizes = microBatchSizes(tensor: tensor)
      guard let sizes, sizes.upperBound < LayerProfile.largestMicroBatch else {
        return "tensor \(tensor)"
      }
      return sizes.count == 1
        ? "tensor \(tensor) with micro-batches of \(sizes.lowerBound)"
        : "tensor \(tensor) with micro-batches of \(sizes.lowerBound) to \(sizes.upperBound)"
    }.joined(separator: ", ")
  }
}

/// What was measured of the layers and ends of a model, for one tensor degree and micro-batch.
struct MeasuredShape: Sendable {
  let point: LayerProfile.Point
  let kinds: [Layer]
  /// Whether the times hold what tensor ranks exchange.
  let includesTensor: Bool

  /// What was measured of a layer; `nil` of one that is no kind of the model's.
  func part(of layer: Layer) -> LayerProfile.Part? {
    kinds.firstIndex(of: layer).map { point.layers[$0] }
  }
}

extension LayerProfile.Point {
  /// The slower and larger of two measurements, in every respect.
  fileprivate func slower(_ other: Self) -> Self {
    func ends(_ one: LayerProfile.Part?, _ two: LayerProfile.Part?) -> LayerProfile.Part? {
      one.flatMap { one in two.map(one.slower) }
    }
    return Self(
      microBatchSize: microBatchSize, layers: zip(layers, other.layers).map { $0.slower($1) },
      embedding: ends(embedding, other.embedding), head: ends(head, other.head))
  }
}

extension LayerProfile.Point {
  /// The same with all passes longer by a factor.
  fileprivate func slowed(by factor: Double) -> Self {
    guard factor != 1 else { return self }
    func slowed(_ part: LayerProfile.Part) -> LayerProfile.Part {
      var part = part
      part.forward = factor * part.forward
      part.backward = factor * part.backward
      return part
    }
    return Self(
      microBatchSize: microBatchSize, layers: layers.map(slowed), embedding: embedding.map(slowed),
      head: head.map(slowed))
  }
}

extension LayerProfile.Part {
  fileprivate func slower(_ other: Self) -> Self {
    func larger(_ one: Bytes?, _ two: Bytes?) -> Bytes? {
      one.flatMap { one in two.map { max(one, $0) } }
    }
    return Self(
      forward: max(forward, other.forward), backward: max(backward, other.backward),
      saved: larger(saved, other.saved), savedInput: larger(savedInput, other.savedInput))
  }
}
