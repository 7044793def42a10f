import Testing

@testable import ExpertPlacement

@Suite("Replicas balance the loads of several workloads at once")
struct LoadTests {
  @Test("EPLB's published example: 2 layers, 12 experts, 16 replicas, 4 groups, 2 nodes, 8 GPUs")
  func publishedExample() {
    let placement = EPLB.placement(
      [
        [90, 132, 40, 61, 104, 165, 39, 4, 73, 56, 183, 86],
        [20, 107, 104, 64, 19, 197, 187, 157, 172, 86, 16, 27],
      ], slots: 16, groups: 4, nodes: 2, gpus: 8)
    #expect(
      placement.layers == [
        [5, 6, 5, 7, 8, 4, 3, 4, 10, 9, 10, 2, 0, 1, 11, 1],
        [7, 10, 6, 8, 6, 11, 8, 9, 2, 4, 5, 1, 5, 0, 3, 1],
      ])
  }

  @Test("loads 6 and 2 in 4 slots: with replicas, both GPUs have 4")
  func byHand() {
    let loads = ExpertLoads([.init(name: "w", layers: [[6, 2]])])
    let best = LoadSearch(loads, slots: 4, gpus: 2).best(SearchEffort(moves: 10_000))
    #expect(best.worstImbalance(loads) == 1)
  }

  @Test("60 random layers: within 4 % of brute force, and bounds below it")
  func bruteForce() {
    var cases = RandomCases(seed: 21)
    for number in 0..<60 {
      let loads = cases.loads(workloads: 1 + number % 2, experts: 4)
      let least = BruteForce.leastImbalance(loads, slots: 6, gpus: [2, 3][number % 2])
      let best = LoadSearch(loads, slots: 6, gpus: [2, 3][number % 2]).best(
        SearchEffort(moves: 20_000))
      let bound = LoadBound.worstImbalance(loads, slots: 6, gpus: [2, 3][number % 2])
      #expect(bound <= least + 1e-12)
      #expect(best.worstImbalance(loads) >= least - 1e-12)
      // The norm of several workloads does not always prefer the least peak.
      if loads.workloads.count == 1 { #expect(best.worstImbalance(loads) <= least * 1.04) }
    }
  }

  @Test("moves keep loads up to date, and taking a gift back changes nothing")
  func incremental() {
    var cases = RandomCases(seed: 22)
    let loads = cases.loads(workloads: 3, experts: 6)
    let start = EPLB.layer(loads: loads.meanWorkload.layers[0], slots: 9, gpus: 3)
    var balance = LayerBalance(loads: loads.layer(0), slots: start, gpus: 3)
    for _ in 0..<300 {
      let (one, other) = cases.random.indices(below: 9)
      if one / 3 != other / 3 { balance.swap(one, other) }
      let winner = cases.random.index(below: 6)
      if balance.isSpare(one), Int(balance.slots[one]) != winner {
        let loser = Int(balance.slots[one])
        let cost = balance.give(one, to: winner)
        if cases.random.index(below: 2) == 0 {
          #expect(abs(balance.give(one, to: loser) + cost) < 1e-6 * max(1, abs(cost)))
        }
      }
    }
    let afresh = LayerBalance(
      loads: loads.layer(0), slots: balance.slots.map(Int.init), gpus: 3)
    #expect(zip(balance.loads, afresh.loads).allSatisfy { abs($0 - $1) < 1e-9 })
  }
}
