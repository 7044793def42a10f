import Testing

@testable import ExpertPlacement

@Suite("A placement has the fewest hops that its layers allow, and its bound is below them")
struct HopTests {
  static let nodes = GPUHierarchy(
    nodes: 2, gpusPerNode: 2, hopWithinNode: 0.25, hopBetweenNodes: 1)

  /// Two racks of two nodes.
  static func inRacks(gpusPerNode: Int) -> GPUHierarchy {
    GPUHierarchy(
      racks: 2, nodes: 4, gpusPerNode: gpusPerNode, hopWithinNode: 0.1, hopBetweenNodes: 0.4,
      hopBetweenRacks: 1)
  }

  @Test("2 experts, 2 GPUs: 9 of 10 tokens that change experts are best served by a crossed layer")
  func byHand() throws {
    let transitions = ExpertTransitions(experts: 2, counts: [[0, 5, 4, 1]])
    let linear = ExpertAssignment.linear(layers: 2, experts: 2, gpus: 2)
    #expect(transitions.meanHop(linear, on: .flat(gpus: 2)) == 0.9)
    let search = HopSearch(transitions, on: .flat(gpus: 2))
    let best = try #require(search.optimum())
    #expect(transitions.meanHop(best, on: .flat(gpus: 2)) == 0.1)
    #expect(search.greedy() == best)
    #expect(
      abs(HopCertificate.matching(transitions, on: .flat(gpus: 2)).meanHop - 0.1) < 1e-8)
  }

  @Test("a hop within a node costs a quarter of one between nodes here")
  func hierarchy() {
    #expect(Self.nodes.hop(from: 0, to: 0) == 0)
    #expect(Self.nodes.hop(from: 0, to: 1) == 0.25)
    #expect(Self.nodes.hop(from: 1, to: 2) == 1)
    #expect(!Self.nodes.isFlat && GPUHierarchy.flat(gpus: 4).isFlat)
  }

  @Test("a hop costs more between racks than between nodes, as a sum of what each part costs")
  func racks() {
    let racks = Self.inRacks(gpusPerNode: 2)
    #expect([0, 1, 2, 4].map { racks.hop(from: 0, to: $0) } == [0, 0.1, 0.4, 1])
    for one in 0..<8 {
      for other in 0..<8 {
        let sum = racks.partLevels.reduce(0.0) { sum, level in
          let size = 8 / level.parts
          return one / size == other / size ? sum : sum + level.cost
        }
        #expect(abs(sum - racks.hop(from: one, to: other)) < 1e-15)
      }
    }
    #expect(GPUHierarchy.flat(gpus: 4).racks == 1)
  }

  @Test("200 random cases: the chain is as good as brute force, search and bounds on either side")
  func bruteForce() throws {
    var cases = RandomCases(seed: 7)
    for number in 0..<200 {
      let hierarchy = [
        .flat(gpus: 2), Self.nodes, .flat(gpus: 3), Self.inRacks(gpusPerNode: 1),
      ][number % 4]
      let experts = [4, 4, 5, 4][number % 4]
      let transitions = cases.transitions(
        layers: hierarchy.gpus == 2 ? 4 : 2, experts: experts)
      let least = BruteForce.leastMeanHop(transitions, on: hierarchy)
      let search = HopSearch(transitions, on: hierarchy)
      let optimum = try #require(search.optimum())
      #expect(abs(transitions.meanHop(optimum, on: hierarchy) - least) < 1e-6)
      let found = transitions.meanHop(search.best(SearchEffort(moves: 20_000)), on: hierarchy)
      #expect(found >= least - 1e-9)
      #expect(HopCertificate.matching(transitions, on: hierarchy).meanHop <= least + 1e-12)
      if number < 40 {
        let certificate = HopCertificate.semidefinite(
          transitions, on: hierarchy, iterations: 60)
        #expect(certificate.meanHop <= least + 1e-12)
      }
    }
  }

  @Test("8 experts on 2, 4 and 8 GPUs, flat or on nodes: the search finds what the chain proves")
  func eight() throws {
    var cases = RandomCases(seed: 3)
    for hierarchy in [
      .flat(gpus: 2), .flat(gpus: 4), .flat(gpus: 8), Self.nodes,
      GPUHierarchy(nodes: 2, gpusPerNode: 4, hopWithinNode: 0.25, hopBetweenNodes: 1),
      Self.inRacks(gpusPerNode: 1), Self.inRacks(gpusPerNode: 2),
    ] {
      let transitions = cases.transitions(layers: 6, experts: 8)
      let search = HopSearch(transitions, on: hierarchy)
      let optimum = try #require(search.optimum())
      let least = transitions.meanHop(optimum, on: hierarchy)
      let found = transitions.meanHop(search.best(SearchEffort(moves: 600_000)), on: hierarchy)
      #expect(abs(found - least) < 1e-6)
    }
  }

  @Test("16 experts on 2 GPUs have 12,870 divisions, which the chain still goes through")
  func sixteen() throws {
    var cases = RandomCases(seed: 4)
    let transitions = cases.transitions(layers: 4, experts: 16)
    let search = HopSearch(transitions, on: .flat(gpus: 2))
    let optimum = try #require(search.optimum())
    let least = transitions.meanHop(optimum, on: .flat(gpus: 2))
    let found = search.best(SearchEffort(moves: 600_000))
    #expect(abs(transitions.meanHop(found, on: .flat(gpus: 2)) - least) < 1e-6)
    #expect(HopCertificate.matching(transitions, on: .flat(gpus: 2)).meanHop <= least)
  }

  @Test("with one expert a GPU the bound of matchings is the optimum")
  func oneEach() throws {
    var cases = RandomCases(seed: 5)
    let transitions = cases.transitions(layers: 5, experts: 12)
    let optimum = try #require(HopSearch(transitions, on: .flat(gpus: 12)).optimum())
    let bound = HopCertificate.matching(transitions, on: .flat(gpus: 12)).meanHop
    #expect(abs(transitions.meanHop(optimum, on: .flat(gpus: 12)) - bound) < 1e-6)
  }

  @Test("GPUs that outnumber the experts keep slots empty")
  func emptySlots() {
    var cases = RandomCases(seed: 6)
    let transitions = cases.transitions(layers: 3, experts: 5)
    let hierarchy = GPUHierarchy.flat(gpus: 8)
    let best = HopSearch(transitions, on: hierarchy).best(SearchEffort(moves: 20_000))
    for layer in 0..<3 {
      #expect(best.expertsByGPU(layer: layer, gpus: 8).allSatisfy { $0.count <= 1 })
    }
  }

  @Test("the same effort gives the same placement")
  func repeats() {
    var cases = RandomCases(seed: 8)
    let transitions = cases.transitions(layers: 5, experts: 24)
    let search = HopSearch(transitions, on: .flat(gpus: 4))
    let effort = SearchEffort(moves: 200_000)
    #expect(search.best(effort) == search.best(effort))
  }

  @Test(
    "moves keep the savings of all experts up to date",
    arguments: [Self.nodes, Self.inRacks(gpusPerNode: 2)])
  func incremental(hierarchy: GPUHierarchy) {
    var cases = RandomCases(seed: 9)
    let problem = HopProblem(cases.transitions(layers: 4, experts: 8), on: hierarchy)
    var state = problem.greedy()
    for _ in 0..<200 {
      let layer = cases.random.index(below: 4)
      let (one, other) = cases.random.indices(below: 8)
      let before = state.value
      let gain =
        state[layer, one] == state[layer, other]
        ? 0 : state.gain(layer, swapping: one, other)
      state.swap(layer, one, other)
      #expect(abs(state.value - before - Double(gain)) < 1e-2)
    }
    let afresh = HopState(problem, gpus: state.gpus)
    for layer in 0..<4 {
      #expect(
        zip(state.savings(layer), afresh.savings(layer)).allSatisfy { abs($0 - $1) < 1e-2 })
    }
  }
}
