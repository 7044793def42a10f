import LinearProgramming
import SeededRandom
import Testing

@testable import RankMapping

@Suite("The exact pieces agree with GLPK and with enumeration")
struct PieceTests {
  @Test("The own assignment costs what GLPK's linear program says, on 60 random matrices")
  func assignmentAgainstGLPK() throws {
    var random = SplitMix(seed: 5)
    for round in 0..<60 {
      let count = 1 + random.index(below: 14)
      // Every third matrix has many equal costs.
      let costs = (0..<count * count).map { _ in
        round % 3 == 0 ? Double(random.index(below: 4)) : random.unit()
      }
      let columns = Assignment.cheapest(count: count, costs: costs)
      #expect(Set(columns) == Set(0..<count))
      let own = columns.enumerated().reduce(0) { $0 + costs[$1.offset * count + $1.element] }
      var program = LinearProgram("assignment")
      let cells = costs.map { program.variable(cost: $0) }
      for index in 0..<count {
        program.constrain((0..<count).map { cells[index * count + $0] }.total == 1)
        program.constrain((0..<count).map { cells[$0 * count + index] }.total == 1)
      }
      let solution = try program.solve()
      let optimum = try #require(solution.objective)
      #expect(abs(own - optimum) <= 1e-9)
    }
  }

  @Test("An assignment by hand")
  func assignmentByHand() {
    #expect(Assignment.cheapest(count: 3, costs: [1, 2, 3, 2, 4, 6, 3, 6, 9]) == [2, 1, 0])
  }

  @Test("Whether rings cover a graph is what GLPK's program for stages and ring links says")
  func ringCoverAgainstGLPK() throws {
    var random = SplitMix(seed: 9)
    var answers: [RingCover.Answer: Int] = [:]
    for round in 0..<60 {
      // Rings of up to 5 nodes: two shorter ones cannot hide in a group, unless of 2 + 3 links.
      let length = [2, 3, 4, 5][round % 4]
      let count = length * (2 + random.index(below: 2))
      let density = 0.25 + 0.4 * random.unit()
      let pairs = PriceMatrix(count: count) { _, _ in 0 }
      var isJoined = [Bool](repeating: false, count: count * count)
      for one in 0..<count {
        for other in 0..<one where random.unit() < density {
          isJoined[one * count + other] = true
          isJoined[other * count + one] = true
        }
      }
      let graph = LinkGraph(
        PriceMatrix(count: pairs.count) { isJoined[$0 * count + $1] ? 0 : 1 }, upTo: 0.5)
      let answer = RingCover.decide(
        graph.masks(of: Array(0..<count)), length: length, steps: 1 << 20)
      answers[answer, default: 0] += 1
      let exists = try ringsExist(count: count, length: length) { isJoined[$0 * count + $1] }
      #expect(answer == (exists ? .exists : .impossible), "round \(round)")
      if exists { #expect(PairCover.exists(in: graph, demand: length == 2 ? 1 : 2)) }
    }
    #expect(answers[.exists, default: 0] >= 10)
    #expect(answers[.impossible, default: 0] >= 10)
  }

  /// Node i in group p, ring links y with two at each node, none between groups.
  private func ringsExist(
    count: Int, length: Int, _ isJoined: (Int, Int) -> Bool
  ) throws -> Bool {
    var program = LinearProgram("rings")
    let groups = count / length
    let member = (0..<count).map { node in
      (0..<groups).map { program.variable("x[\(node),\($0)]", .binary) }
    }
    for node in 0..<count { program.constrain(member[node].total == 1) }
    for group in 0..<groups {
      program.constrain((0..<count).map { member[$0][group] }.total == Double(length))
    }
    var links = [LinearExpression](repeating: LinearExpression(), count: count)
    for one in 0..<count {
      for other in 0..<one where isJoined(one, other) {
        let link = program.variable("y[\(one),\(other)]", .binary)
        links[one].add(1, link)
        links[other].add(1, link)
        for group in 0..<groups {
          program.constrain(1 * link + 1 * member[one][group] - 1 * member[other][group] <= 1)
          program.constrain(1 * link + 1 * member[other][group] - 1 * member[one][group] <= 1)
        }
      }
    }
    for node in 0..<count { program.constrain(links[node] == (length == 2 ? 1 : 2)) }
    return try program.solve().feasibility == .feasible
  }

  @Test("Halves of links cover a graph exactly where GLPK's relaxation does")
  func pairCoverAgainstGLPK() throws {
    var random = SplitMix(seed: 21)
    var found = 0
    for round in 0..<80 {
      let count = 4 + random.index(below: 7)
      let demand = 1 + round % 2
      let density = 0.2 + 0.4 * random.unit()
      var program = LinearProgram("cover")
      var links = [LinearExpression](repeating: LinearExpression(), count: count)
      var isJoined = [Bool](repeating: false, count: count * count)
      for one in 0..<count {
        for other in 0..<one where random.unit() < density {
          isJoined[one * count + other] = true
          isJoined[other * count + one] = true
          let link = program.variable(in: .unit)
          links[one].add(1, link)
          links[other].add(1, link)
        }
      }
      for node in 0..<count { program.constrain(links[node] == Double(demand)) }
      let graph = LinkGraph(
        PriceMatrix(count: count) { isJoined[$0 * count + $1] ? 0 : 1 }, upTo: 0.5)
      let exists = try program.solve().feasibility == .feasible
      #expect(PairCover.exists(in: graph, demand: demand) == exists, "round \(round)")
      if exists { found += 1 }
    }
    #expect(found >= 10 && found <= 70)
  }

  @Test("The forest's bound is at least the assignment relaxation's, which GLPK solves")
  func forestAgainstAssignment() throws {
    for seed in 0..<20 {
      let problem = RandomProblem(.uniform, stages: 4, replicas: 3, seed: UInt64(seed)).problem
      guard case .pairs(let hop, _) = problem.links else { return }
      let own = PipelineBound(hop, grid: problem.grid, rounds: 400).seconds
      var program = LinearProgram("arcs")
      var (leaving, entering, all) = (
        [LinearExpression](repeating: LinearExpression(), count: 12),
        [LinearExpression](repeating: LinearExpression(), count: 12), LinearExpression()
      )
      for from in 0..<12 {
        for to in 0..<12 where from != to {
          let arc = program.variable(cost: hop.price(from, to))
          leaving[from].add(1, arc)
          entering[to].add(1, arc)
          all.add(1, arc)
        }
      }
      for node in 0..<12 {
        program.constrain(leaving[node] <= 1)
        program.constrain(entering[node] <= 1)
      }
      program.constrain(all == 9)
      let relaxed = try #require(try program.solve().objective) / 3
      #expect(own >= relaxed * (1 - 1e-3), "seed \(seed)")
    }
  }

  @Test(
    "A pipeline through a node that nobody reaches fast costs its slow hop and the others' best")
  func walkByHand() {
    // Nodes 0 to 2 are 1 apart, node 3 is 10 from all: a path of four nodes pays 10 + 1 + 1.
    let hop = PriceMatrix(count: 4) { $0 == 3 || $1 == 3 ? 10 : 1 }
    let bound = WalkBound(hop, grid: MappingGrid(stages: 4, replicas: 1))
    #expect(abs(bound.seconds - 12) <= 1e-9)
    // Two clusters of two, 5 apart, that both must be visited: 1 + 5 + 1.
    let parts = [0, 1, 0, 1]
    let clusters = PriceMatrix(count: 4) { parts[$0] == parts[$1] ? 1 : 5 }
    let crossing = WalkBound(clusters, grid: MappingGrid(stages: 4, replicas: 1), parts: parts)
    #expect(abs(crossing.seconds - 7) <= 1e-9)
  }
}

extension [Variable] {
  /// The sum of the variables.
  fileprivate var total: LinearExpression {
    LinearExpression(map { LinearExpression.Term(1, $0) })
  }
}
