import InputFiles
import ParallelismVocabulary
import Quantities

extension LayerProfile {
  /// The `profiles` of a model file: measured layers, which stand in for the analytic figures.
  /// ```json
  /// { "accelerator": "A100-SXM-80GB", "tensor": 1, "sequenceLength": 2048,
  ///   "microBatches": [ { "size": 1, "layers": [ { "forwardMilliseconds": 4.4,
  ///                                                "backwardMilliseconds": 8.8 } ] } ] }
  /// ```
  static var shape: JSONShape<LayerProfile> { .object(read) }

  /// The profiles of a model of some kinds of layer.
  ///
  /// Faults of profiles that do not suit the model go to the log.
  static func readAll(_ node: JSONNode, of model: ModelDescription, _ log: FaultLog)
    -> [LayerProfile]?
  {
    let all = JSONShape<[LayerProfile]>.array(of: shape, count: .between(1, 4096)).read(node, log)
    guard let all, let elements = node.elements.map(Array.init) else { return nil }
    var isSound = true
    var earlier: Set<Key> = []
    for (profile, element) in zip(all, elements) {
      if !earlier.insert(Key(profile)).inserted {
        log.error(
          at: element,
          "\(element.subject) measures \(profile.accelerator.onOneLine) with tensor "
            + "\(profile.tensor) again, but an earlier profile does already; put all sizes of "
            + "micro-batch into one")
        isSound = false
      }
      for (point, place) in zip(
        profile.points, element["microBatches"]?.elements.map(Array.init) ?? [])
      where point.layers.count != model.kinds.count {
        log.error(
          at: place["layers"] ?? place,
          "\((place["layers"] ?? place).subject) has \(point.layers.count) kinds of layer, but the "
            + "model has \(model.kinds.count): \(model.kinds.map(\.name).joined(separator: ", "))")
        isSound = false
      }
    }
    return isSound ? all : nil
  }

  /// What no two profiles may have in common.
  private struct Key: Hashable {
    let accelerator: String
    let tensor: Int
    let sequenceLength: Int
    let precision: Precision

    init(_ profile: LayerProfile) {
      accelerator = profile.accelerator
      tensor = profile.tensor
      sequenceLength = profile.sequenceLength
      precision = profile.precision
    }
  }

  private static func read(_ object: ObjectReader) -> LayerProfile? {
    let accelerator = object.required("accelerator", .name)
    let tensor = object.optional("tensor", .integer(.between(1, largestTensor)), default: 1)
    let length = object.required("sequenceLength", .integer(.sequence))
    let precision = object.optional("precision", .choice(Precision.self), default: .bf16)
    let includes = object.optional("includesTensorCommunication", .bool, default: false)
    let proportional = object.optional("proportional", .bool, default: false)
    let optimizer = object.optional("optimizerMilliseconds", .number(time))
    object.ignore("source")
    let points = object.required(
      "microBatches", .array(of: .object(point), count: .between(1, 256)))
    object.finish()
    guard let accelerator, let tensor, let length, let precision, let includes, let proportional,
      let points
    else { return nil }
    let sizes = points.map(\.microBatchSize)
    guard zip(sizes, sizes.dropFirst()).allSatisfy(<) else {
      object.error(at: "microBatches", "must have rising sizes")
      return nil
    }
    return LayerProfile(
      accelerator: accelerator, tensor: tensor, sequenceLength: length, precision: precision,
      includesTensorCommunication: includes, isProportional: proportional,
      optimizer: optimizer.map(Seconds.milliseconds), points: points)
  }

  /// A pass of a layer that takes more than a quarter of an hour is a wrong unit.
  private static let time = Limits<Double>.between(0, 1e6)
  private static let size = Limits<Double>.between(0, 1e8)

  private static func point(_ object: ObjectReader) -> Point? {
    let size = object.required("size", .integer(.between(1, largestMicroBatch)))
    let layers = object.required("layers", .array(of: .object(part), count: .between(1, 1 << 14)))
    let embedding = object.optional("embedding", .object(part))
    let head = object.optional("head", .object(part))
    object.finish()
    guard let size, let layers else { return nil }
    return Point(microBatchSize: size, layers: layers, embedding: embedding, head: head)
  }

  private static func part(_ object: ObjectReader) -> Part? {
    let forward = object.required("forwardMilliseconds", .number(time))
    let backward = object.required("backwardMilliseconds", .number(time))
    let saved = object.optional("savedMiB", .number(Self.size))
    let input = object.optional("savedInputMiB", .number(Self.size))
    object.finish()
    guard let forward, let backward else { return nil }
    return Part(
      forward: .milliseconds(forward), backward: .milliseconds(backward),
      saved: saved.map(Bytes.mebibytes), savedInput: input.map(Bytes.mebibytes))
  }
}
