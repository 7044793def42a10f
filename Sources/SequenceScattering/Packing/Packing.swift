/// A scattering in the packer's terms: groups by number, and the group of each sequence.
struct Packing: Sendable {
  let microBatches: Int
  /// The stages of the pipeline that the micro-batches pass.
  let stages: Int
  /// The micro-batch and the option of each group.
  var groups: [(microBatch: Int, option: Int)]
  /// The group of each sequence, sequences longest first.
  var groupOfItem: [Int]
  /// Seconds of the slowest group of each micro-batch.
  var times: [Double]

  /// Seconds of the batch, fixed times left out.
  var total: Double { times.passed(stages: stages) }
}

extension [Double] {
  /// Seconds in which micro-batches of these times pass a pipeline: all of them through one stage, and
  /// the longest through the others.
  func passed(stages: Int) -> Double {
    let sum = reduce(0, +)
    return stages > 1 ? sum + Double(stages - 1) * (self.max() ?? 0) : sum
  }
}

extension ScatteringInstance {
  /// The scattering that a packing stands for, groups of high degree first.
  func scattering(_ packing: Packing) -> Scattering {
    var sequences = [[Int]](repeating: [], count: packing.groups.count)
    // Items are numbered by rank.
    for (sequence, group) in zip(members.joined(), packing.groupOfItem) {
      sequences[group].append(sequence)
    }
    var microBatches = [[Scattering.Group]](repeating: [], count: packing.microBatches)
    let order = packing.groups.indices.sorted {
      let (one, other) = (packing.groups[$0].option, packing.groups[$1].option)
      return one == other ? $0 < $1 : one > other
    }
    for group in order where !sequences[group].isEmpty {
      let (microBatch, option) = packing.groups[group]
      microBatches[microBatch].append(
        Scattering.Group(degree: degrees[option], sequences: sequences[group].sorted()))
    }
    return Scattering(microBatches: microBatches)
  }
}
