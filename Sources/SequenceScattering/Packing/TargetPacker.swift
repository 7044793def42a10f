/// What a packing of one micro-batch may aim at.
struct PackingTarget: Sendable {
  /// Seconds in which it ends.
  var time: Double
  /// Groups of each option to start with; others open as sequences need them.
  var groups: [Int]
}

/// How a packer weighs what it may do with a sequence.
struct PackingStyle: Sendable {
  /// What a group's room that stays free counts against work that a high degree adds.
  var slackWeight = 0.05
  /// The option of the groups that a micro-batch's left GPUs form once all sequences to come fit.
  var baseOptions: [Int]
  /// What placing a sequence in each micro-batch costs beside its work.
  var prices: [Double]
  /// The groups to start with, by micro-batch and option; none where a micro-batch is missing.
  var groups: [[Int]] = []
}

/// Packs a batch so that every micro-batch ends by a target: a vector packing into groups that are
/// full by time or by memory, longest sequence first.
///
/// Each sequence goes where it adds the least work over its best degree, less a credit for the room
/// that its group keeps. Of the groups of one micro-batch and degree only the emptiest is a candidate,
/// which a heap finds. One packing takes O(sequences · (micro-batches · degrees + log groups)).
struct TargetPacker {
  private let instance: ScatteringInstance
  private let classOfItem: [Int]
  /// Work that each option adds over the least, as a share of the least, by class and option.
  private let extraWork: [Double]
  private let memoryShare: [Double]
  private let times: [Double]
  /// The sequences in the order of packing.
  var order: [Int]

  // What a packing builds.
  private var batchOfGroup: [Int] = []
  private var optionOfGroup: [Int] = []
  private var timeUsed: [Double] = []
  private var memoryUsed: [Double] = []
  private var slack: [Double] = []
  /// The groups of each micro-batch and option as a heap, the emptiest first: where each heap starts
  /// among `heap`, and how many it has.
  private var heap: [Int] = []
  private var heapStarts: [Int] = []
  private var heapCounts: [Int] = []
  private var freeGPUs: [Int] = []
  private var groupOfItem: [Int]
  private(set) var packings = 0

  init(_ instance: ScatteringInstance) {
    self.instance = instance
    classOfItem = instance.classOfRank
    order = Array(classOfItem.indices)
    groupOfItem = Array(repeating: -1, count: classOfItem.count)
    extraWork = instance.lengths.indices.flatMap { index in
      (0..<instance.options).map { option in
        instance.work(index, option) / max(instance.leastWork[index], .leastNormalMagnitude) - 1
      }
    }
    times = instance.lengths.indices.flatMap { index in
      (0..<instance.options).map { instance.time(index, $0) }
    }
    memoryShare = instance.lengths.indices.flatMap { index in
      (0..<instance.options).map { option in
        instance.setting.memoryRule == .packed
          ? Double(instance.tokens(index, option)) / Double(instance.capacity(option)) : 0
      }
    }
  }

  /// The class of a sequence, by its number in the packer.
  func index(ofItem item: Int) -> Int { classOfItem[item] }

  /// The packing that meets the targets, seconds by micro-batch; nil where a sequence finds no room.
  mutating func pack(_ targets: [Double], _ style: PackingStyle) -> Packing? {
    let options = instance.options
    packings += 1
    reset(microBatches: targets.count)
    openFirst(style.groups, targets)
    let rates = targets.map { 1 / $0 }
    var isOpened = [Bool](repeating: false, count: targets.count)
    var lastIndex = -1
    for item in order {
      let index = classOfItem[item]
      if index != lastIndex {
        lastIndex = index
        for batch in targets.indices where !isOpened[batch] {
          let base = style.baseOptions[batch]
          isOpened[batch] =
            instance.leastOption[index] <= base
            && instance.aloneTime(index, base) <= 0.55 * targets[batch]
          if isOpened[batch] { openGroups(batch, from: base, rate: rates[batch]) }
        }
      }
      var best = Double.infinity
      var place = -1
      var opensGroup = false
      for batch in targets.indices {
        let rate = rates[batch]
        for option in instance.leastOption[index]..<options {
          let cell = batch * options + option
          let entry = index * options + option
          let price = extraWork[entry] + style.prices[batch]
          if price - style.slackWeight >= best { continue }
          let time = times[entry]
          let memory = memoryShare[entry]
          if heapCounts[cell] > 0 {
            let group = heap[heapStarts[cell]]
            let room = 1 - max((timeUsed[group] + time) * rate, memoryUsed[group] + memory)
            let score = price - style.slackWeight * room
            if room >= -1e-12, score < best {
              best = score
              place = cell
              opensGroup = false
            }
          }
          if !isOpened[batch], freeGPUs[batch] >= instance.degrees[option] {
            let room = 1 - max((instance.groupTimes[option] + time) * rate, memory)
            let score = price - style.slackWeight * room
            if room >= -1e-12, score < best - 1e-12 {
              best = score
              place = cell
              opensGroup = true
            }
          }
        }
      }
      guard place >= 0 else { return nil }
      let option = place % options
      let batch = place / options
      if opensGroup { open(batch, option, rate: rates[batch]) }
      let group = opensGroup ? slack.count - 1 : heap[heapStarts[place]]
      timeUsed[group] += times[index * options + option]
      memoryUsed[group] += memoryShare[index * options + option]
      groupOfItem[item] = group
      slack[group] = 1 - max(timeUsed[group] * rates[batch], memoryUsed[group])
      if opensGroup { push(group, place) } else { siftDown(place) }
    }
    return result(microBatches: targets.count)
  }

  private mutating func reset(microBatches: Int) {
    batchOfGroup.removeAll(keepingCapacity: true)
    optionOfGroup.removeAll(keepingCapacity: true)
    timeUsed.removeAll(keepingCapacity: true)
    memoryUsed.removeAll(keepingCapacity: true)
    slack.removeAll(keepingCapacity: true)
    if heapStarts.count != microBatches * instance.options {
      heapStarts = []
      var start = 0
      for _ in 0..<microBatches {
        for degree in instance.degrees {
          heapStarts.append(start)
          start += instance.gpus / degree
        }
      }
      heap = Array(repeating: 0, count: start)
      heapCounts = Array(repeating: 0, count: heapStarts.count)
    }
    for cell in heapCounts.indices { heapCounts[cell] = 0 }
    freeGPUs.removeAll(keepingCapacity: true)
    for _ in 0..<microBatches { freeGPUs.append(instance.gpus) }
  }

  /// The packing that was built, with the times that its groups really take.
  private func result(microBatches: Int) -> Packing {
    var times = [Double](repeating: 0, count: microBatches)
    var groups: [(microBatch: Int, option: Int)] = []
    groups.reserveCapacity(slack.count)
    for group in slack.indices {
      groups.append((batchOfGroup[group], optionOfGroup[group]))
      let isUsed = timeUsed[group] > instance.groupTimes[optionOfGroup[group]]
      if isUsed { times[batchOfGroup[group]] = max(times[batchOfGroup[group]], timeUsed[group]) }
    }
    return Packing(
      microBatches: microBatches, stages: instance.stages, groups: groups, groupOfItem: groupOfItem,
      times: times)
  }

  // MARK: Groups

  /// A new group, in no heap yet.
  private mutating func open(_ batch: Int, _ option: Int, rate: Double) {
    batchOfGroup.append(batch)
    optionOfGroup.append(option)
    timeUsed.append(instance.groupTimes[option])
    memoryUsed.append(0)
    slack.append(1 - instance.groupTimes[option] * rate)
    freeGPUs[batch] -= instance.degrees[option]
  }

  /// Makes the groups to start with, the largest first, as far as there are GPUs.
  private mutating func openFirst(_ groups: [[Int]], _ targets: [Double]) {
    for (batch, counts) in zip(targets.indices, groups) {
      for option in counts.indices.reversed() {
        for _ in 0..<min(counts[option], freeGPUs[batch] / instance.degrees[option]) {
          open(batch, option, rate: 1 / targets[batch])
          push(slack.count - 1, batch * instance.options + option)
        }
      }
    }
  }

  /// Makes groups of all GPUs that a micro-batch has left, of the base option as far as it goes.
  private mutating func openGroups(_ batch: Int, from base: Int, rate: Double) {
    for option in stride(from: base, through: 0, by: -1) {
      while freeGPUs[batch] >= instance.degrees[option] {
        open(batch, option, rate: rate)
        push(slack.count - 1, batch * instance.options + option)
      }
    }
  }

  // MARK: Heaps: the group with the most room first

  private mutating func push(_ group: Int, _ cell: Int) {
    let start = heapStarts[cell]
    var child = heapCounts[cell]
    heapCounts[cell] += 1
    while child > 0 {
      let parent = (child - 1) / 2
      if slack[heap[start + parent]] >= slack[group] { break }
      heap[start + child] = heap[start + parent]
      child = parent
    }
    heap[start + child] = group
  }

  /// Moves the first group of a heap to its place after it lost room.
  private mutating func siftDown(_ cell: Int) {
    let start = heapStarts[cell]
    let count = heapCounts[cell]
    let moved = heap[start]
    let room = slack[moved]
    var hole = 0
    while true {
      var child = 2 * hole + 1
      if child >= count { break }
      if child + 1 < count, slack[heap[start + child + 1]] > slack[heap[start + child]] {
        child += 1
      }
      if slack[heap[start + child]] <= room { break }
      heap[start + hole] = heap[start + child]
      hole = child
    }
    heap[start + hole] = moved
  }
}
