import ClusterTopology
import ModelDescription
import ParallelismVocabulary
import Quantities
import SeededRandom
import Testing

@testable import CostModel

@Suite("What must hold of predictions, whatever is predicted")
struct RandomMetamorphicTests {
  static let cases = 300

  /// Calls a body with random settings.
  private func forEachSetting(
    seed: UInt64, _ body: (RandomSetting, inout SplitMix) throws -> Void
  ) rethrows {
    var random = SplitMix(seed: seed)
    for _ in 0..<Self.cases {
      let setting = RandomSetting(using: &random)
      try body(setting, &random)
    }
  }

  /// One figure of the hardware, and how it gets better by a factor.
  struct Improvement: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var apply: @Sendable (inout Hardware, Double) -> Void
  }

  static let improvements = [
    Improvement(testDescription: "network bandwidth") { $0.network *= $1 },
    Improvement(testDescription: "scale-up bandwidth") { $0.scaleUp *= $1 },
    Improvement(testDescription: "memory bandwidth") { $0.memoryBandwidth *= $1 },
    Improvement(testDescription: "product rate") { $0.products *= $1 },
    Improvement(testDescription: "network latency") { $0.networkLatency /= $1 },
    Improvement(testDescription: "scale-up latency") { $0.scaleUpLatency /= $1 },
  ]

  @Test(
    "Better hardware of one kind, by a factor of 1 to 8, never makes a prediction slower in 300 random settings",
    arguments: improvements)
  func better(_ improvement: Improvement) throws {
    var gains = 0
    try forEachSetting(seed: 1) { setting, random in
      let factor = Double.random(in: 1...8, using: &random)
      var improved = setting
      improvement.apply(&improved.hardware, factor)
      let (before, after) = (try setting.predict().step, try improved.predict().step)
      #expect(after <= (1 + 1e-12) * before, "× \(factor): \(setting)")
      if after < (1 - 1e-6) * before { gains += 1 }
    }
    // Domains' latencies are part of the curves that were measured.
    if improvement.testDescription != "scale-up latency" { #expect(gains > Self.cases / 20) }
  }

  @Test(
    "More memory, by a factor of 1 to 4, never makes a frame infeasible, nor its best split slower, in 300 random settings"
  )
  func moreMemory() throws {
    var counts = (infeasible: 0, gained: 0)
    try forEachSetting(seed: 2) { setting, random in
      // Devices so small that memory binds.
      var small = setting
      small.hardware.memory = .random(in: 0.01...0.1, using: &random)
      var large = small
      large.hardware.memory *= .random(in: 1...4, using: &random)
      let prices = try [small, large].map { try $0.pricer().prices(of: $0.frame) }
      let splits = prices.map { $0.fastestSplit(boundaries: setting.split.boundaries) }
      if prices[0].fits(setting.split) { #expect(prices[1].fits(setting.split)) }
      guard let before = splits[0] else {
        counts.infeasible += 1
        if splits[1] != nil { counts.gained += 1 }
        return
      }
      let after = try #require(splits[1])
      var (one, other) = (small, large)
      (one.split, other.split) = (before, after)
      let (slow, fast) = (try one.predict().step, try other.predict().step)
      #expect(fast <= (1 + 1e-12) * slow)
    }
    #expect(counts.infeasible > Self.cases / 20 && counts.gained > 0)
  }

  @Test(
    "All rates times k, and all latencies and host times over k, give a step k times as short, in 300 random settings"
  )
  func homogeneity() throws {
    try forEachSetting(seed: 3) { setting, random in
      let factor = Double.random(in: 0.1...10, using: &random)
      var setting = setting
      // The share of a line rate that a network reaches must not depend on the rate.
      let timing = setting.calibration.timing(of: setting.stack)
      setting.calibration = Calibration.steady.with(timing, of: setting.stack)
      var fast = setting
      fast.hardware.products *= factor
      fast.hardware.memoryBandwidth *= factor
      fast.hardware.scaleUp *= factor
      fast.hardware.network *= factor
      fast.hardware.scaleUpLatency /= factor
      fast.hardware.networkLatency /= factor
      fast.calibration = setting.calibration.faster(factor, stack: setting.stack)
      let (slow, quick) = (try setting.predict(), try fast.predict())
      #expect(isClose(factor * quick.step, slow.step), "× \(factor): \(setting)")
      #expect(quick.memory == slow.memory)
    }
  }

  // MARK: Names and order

  @Test(
    "A run of layers counted once, or cut anywhere and counted twice, is the same as listed, in 300 random settings"
  )
  func runs() throws {
    var cuts = 0
    try forEachSetting(seed: 4) { setting, random in
      var listed = setting
      listed.layers.sort()
      var (whole, cut) = (listed, listed)
      (whole.layers, cut.layers) = ([], [])
      for layer in Set(listed.layers).sorted() {
        let count = listed.layers.count { $0 == layer }
        whole.layers.append(layer.counted(count))
        guard count > 1 else {
          cut.layers.append(layer)
          continue
        }
        let first = Int.random(in: 1..<count, using: &random)
        cut.layers += [layer.counted(first), layer.counted(count - first)]
        cuts += 1
      }
      let (one, other) = (try listed.predict(), try whole.predict())
      let third = try cut.predict()
      #expect(one.isSame(as: other) && one.isSame(as: third))
    }
    #expect(cuts > Self.cases / 2)
  }

  @Test(
    "Other names of layers, clusters, groups, fabrics and nodes change nothing, in 300 random settings"
  )
  func names() throws {
    try forEachSetting(seed: 5) { setting, _ in
      var model = try setting.model()
      model.name = "another"
      for index in model.kinds.indices { model.kinds[index].name = "layer \(index)" }
      var renamed = setting
      renamed.hardware.name = "another"
      renamed.hardware.nodeNames = .listed((0..<renamed.hardware.nodes).map { "z\($0 * 7)" })
      let (one, other) = (try setting.predict(), try renamed.predict(model: model))
      #expect(one.isSame(as: other))
    }
  }

  @Test(
    "A kind of its own for each layer, in any order of the kinds, changes nothing, in 300 random settings"
  )
  func kinds() throws {
    try forEachSetting(seed: 6) { setting, random in
      let model = try setting.model()
      var apart = model
      let order = model.layers.indices.shuffled(using: &random)
      apart.kinds = order.map { model.kinds[model.layers[$0]] }
      for (kind, layer) in order.enumerated() { apart.layers[layer] = kind }
      let (one, other) = (try setting.predict(), try setting.predict(model: apart))
      #expect(one.isSame(as: other))
    }
  }

  @Test(
    "Layers in another order inside their chunk change no time but by rounding, and no memory, in 300 random settings"
  )
  func order() throws {
    try forEachSetting(seed: 7) { setting, random in
      var setting = setting
      // The first layers of a chunk are the ones that are recomputed whole.
      for stage in setting.split.recompute.indices
      where setting.split.recompute[stage].fullLayers > 0 {
        setting.split.recompute[stage] = StageRecompute(fullLayers: setting.layers.count)
      }
      var shuffled = setting
      for chunk in 0..<setting.split.chunks {
        let run = setting.split.layers(ofChunk: chunk)
        shuffled.layers.replaceSubrange(run, with: setting.layers[run].shuffled(using: &random))
      }
      let (one, other) = (try setting.predict(), try shuffled.predict())
      #expect(isClose(one.step, other.step))
      for (memory, another) in zip(one.memory, other.memory) {
        #expect(isClose(memory.peak, another.peak))
      }
    }
  }

  // MARK: Work

  @Test(
    "Recomputation leaves forward passes as they are, and backward passes no shorter, in 300 random settings"
  )
  func recomputeTime() throws {
    try forEachSetting(seed: 8) { setting, _ in
      var plain = setting
      plain.split.recompute = plain.split.recompute.map { _ in .none }
      let prices = try setting.pricer().prices(of: setting.frame)
      let (times, without) = (prices.times(setting.split), prices.times(plain.split))
      #expect(times.forward == without.forward)
      #expect(zip(times.backward, without.backward).allSatisfy { $0 >= $1 })
    }
  }

  @Test(
    "Recomputation keeps at most what is kept without, and the inputs of its layers; while they work, later stages hold one layer more, in 300 random settings"
  )
  func recomputeMemory() throws {
    try forEachSetting(seed: 9) { setting, _ in
      let prices = try setting.pricer().prices(of: setting.frame)
      for rank in setting.split.recompute.indices {
        let inputs = setting.inputs(ofRank: rank, prices)
        var split = setting.split
        split.recompute[rank] = .none
        let kept = prices.activations(rank: rank, split: split)
        let held = prices.transient(rank: rank, recompute: .none)
        for policy in 0..<(prices.policies - 1) {
          for fullLayers in [0, 1, prices.layers] {
            let recompute = StageRecompute(policy: policy, fullLayers: fullLayers)
            split.recompute[rank] = recompute
            let changed = prices.activations(rank: rank, split: split)
            #expect(changed <= (1 + 1e-12) * (kept + inputs), "\(policy) \(fullLayers) \(setting)")
            // The first stage may be fullest when its token table has a gradient, by then.
            guard rank > 0 else { continue }
            let again = prices.shape.memory.recomputed.max() ?? 0
            let transient = prices.transient(rank: rank, recompute: recompute)
            #expect(transient <= (1 + 1e-12) * (held + again))
          }
        }
      }
    }
  }

  @Test("More micro-batches of the same size take longer, in 300 random settings")
  func moreMicroBatches() throws {
    try forEachSetting(seed: 10) { setting, random in
      var more = setting
      let factor = Int.random(in: 2...5, using: &random)
      more.frame.microBatches *= factor
      more.workload.globalBatch *= factor
      let (few, many) = (try setting.predict().step, try more.predict().step)
      #expect(many > few)
      // No more than so many steps one after the other.
      #expect(many <= (1 + 1e-12) * Double(factor) * few)
    }
  }

  @Test(
    "A calibration file that states every shipped coefficient changes nothing, in 300 random settings"
  )
  func statedCoefficients() throws {
    let values = Coefficient.all.map { ($0.name, $0.value(in: .shipped)) }
    let stated = CalibrationFile(coefficients: Dictionary(uniqueKeysWithValues: values))
    try forEachSetting(seed: 11) { setting, _ in
      var (setting, calibrated) = (setting, setting)
      setting.calibration = .shipped
      calibrated.calibration = stated.calibration
      let (one, other) = (try setting.predict(), try calibrated.predict())
      #expect(one.isSame(as: other))
    }
  }
}

extension StepPrediction {
  /// Whether times and memory are the same to the last bit.
  fileprivate func isSame(as other: StepPrediction) -> Bool {
    step == other.step && breakdown == other.breakdown && memory == other.memory
  }
}

extension String {
  /// The layer of a native file, repeated.
  fileprivate func counted(_ count: Int) -> String { dropLast() + ", \"count\": \(count) }" }
}

extension RandomSetting {
  /// The bytes of the inputs of all layers of a rank, for all micro-batches in flight.
  fileprivate func inputs(ofRank rank: Int, _ prices: FramePrices) -> Double {
    let full = prices.policies - 1
    let chunks = stride(from: rank, to: frame.chunks, by: frame.degrees.pipeline).map { chunk in
      split.layers(ofChunk: chunk).reduce(0.0) {
        $0 + prices.shape.kinds[prices.model.model.layers[$1]][full].saved.value
      }
    }
    return prices.inFlight[rank].reduce(0) { most, alive in
      max(most, zip(alive, chunks).reduce(0) { $0 + Double($1.0) * $1.1 })
    }
  }
}

extension Calibration {
  /// The coefficients of kernels and hosts that are `factor` times as fast.
  fileprivate func faster(_ factor: Double, stack: Stack) -> Calibration {
    var copy = self
    copy.generations = copy.generations.mapValues { $0.faster(factor) }
    var timing = timing(of: stack)
    timing.launch = timing.launch / factor
    timing.launchTensor = timing.launchTensor / factor
    timing.launchExperts = timing.launchExperts / factor
    timing.launchUnfusedSoftmax = timing.launchUnfusedSoftmax / factor
    timing.perMicroBatch = timing.perMicroBatch / factor
    timing.perStep = timing.perStep / factor
    return copy.with(timing, of: stack)
  }
}

extension KernelCalibration {
  fileprivate func faster(_ factor: Double) -> KernelCalibration {
    var copy = self
    copy.matrixProduct.launch = matrixProduct.launch / factor
    copy.matrixProduct.perWave = matrixProduct.perWave / factor
    copy.narrowAttention.launch = narrowAttention.launch / factor
    copy.wideAttention.launch = wideAttention.launch / factor
    copy.furtherBlock = furtherBlock / factor
    copy.allReduce = allReduce.faster(factor)
    copy.allGather = allGather.faster(factor)
    copy.allToAll = allToAll.faster(factor)
    return copy
  }
}

extension CollectiveCurve {
  fileprivate func faster(_ factor: Double) -> CollectiveCurve {
    var copy = self
    copy.latency = latency / factor
    copy.latencyPerDoubling = latencyPerDoubling / factor
    copy.ramp = ramp / factor
    return copy
  }
}
