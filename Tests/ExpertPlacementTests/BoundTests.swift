import LinearProgramming
import SeededRandom
import Testing

@testable import ExpertPlacement

@Suite("Bounds rest on transportation programs and on sums of squares")
struct BoundTests {
  @Test("items at places: shortest augmenting paths find what GLPK finds, 60 random programs")
  func transportation() throws {
    var random = SplitMix(seed: 1)
    for number in 0..<60 {
      let (places, room) = (2 + number % 4, 1 + number % 3)
      let items = places * room
      let values = (0..<(items * places)).map { _ in Float(random.index(below: 100)) }
      var program = LinearProgram("places")
      let rows = (0..<items).map { _ in program.constrain(LinearExpression() == 1) }
      let columns = (0..<places).map { _ in program.constrain(LinearExpression() == Double(room)) }
      for (index, value) in values.enumerated() {
        let variable = program.variable(cost: Double(value))
        program.add(1, variable, to: rows[index % items])
        program.add(1, variable, to: columns[index / items])
      }
      program.setSense(.maximise)
      let objective = try #require(try program.solve().objective)
      let found = Transportation(items: items, places: places).dearest(values)
      let value = found.enumerated().reduce(Float(0)) {
        $0 + values[Int($1.element) * items + $1.offset]
      }
      #expect(abs(Double(value) - objective) < 1e-6)
      for place in 0..<places { #expect(found.filter { $0 == place }.count == room) }
    }
  }

  @Test("pairs that share a GPU, two partners each, as algebra")
  func program() {
    let program = TransportationProgram(size: 2, partners: 1, weights: [3, 1, 2, 5])
    #expect(
      program.program().description == """
        pairs that share a GPU
        maximise 3 x0 + x1 + 2 x2 + 5 x3
        subject to
          row0: x0 + x1 = 1
          row1: x2 + x3 = 1
          column0: x0 + x2 = 1
          column1: x1 + x3 = 1
        where
          0 ≤ x0, …, x3 ≤ 1
        """)
    #expect(abs(program.proof().bound - 8) < 1e-9)
  }

  @Test("any multipliers bound the pairs from above; GLPK's are the least of 100 random ones")
  func multipliers() {
    var random = SplitMix(seed: 2)
    let weights = (0..<36).map { _ in random.unit() }
    let program = TransportationProgram(size: 6, partners: 2, weights: weights)
    let least = program.proof().bound
    for _ in 0..<100 {
      let rows = (0..<6).map { _ in random.unit() - 0.2 }
      let columns = (0..<6).map { _ in random.unit() - 0.2 }
      #expect(program.proof(rows: rows, columns: columns).bound >= least - 1e-9)
    }
    #expect(program.alternatingPrices().bound >= least - 1e-9)
  }

  @Test("a symmetric matrix and the squares of its negative part add up to a positive one")
  func eigenvalues() {
    var random = SplitMix(seed: 3)
    for n in [1, 2, 3, 7, 20] {
      var entries = [Double](repeating: 0, count: n * n)
      for i in 0..<n {
        for j in 0...i {
          entries[i * n + j] = random.unit() - 0.5
          entries[j * n + i] = entries[i * n + j]
        }
      }
      let matrix = SymmetricMatrix(size: n, entries: entries)
      let factors = matrix.negativeFactors()
      var positive = entries
      for first in stride(from: 0, to: factors.count, by: n) {
        for i in 0..<n {
          for j in 0..<n { positive[i * n + j] += factors[first + i] * factors[first + j] }
        }
      }
      // Nothing negative is left, and the two parts do not overlap.
      let rest = SymmetricMatrix(size: n, entries: positive).negativeFactors()
      #expect(rest.allSatisfy { abs($0) < 1e-5 })
      for first in stride(from: 0, to: factors.count, by: n) {
        for i in 0..<n {
          let product = (0..<n).reduce(0) { $0 + positive[i * n + $1] * factors[first + $1] }
          #expect(abs(product) < 1e-9)
        }
      }
    }
  }

  @Test("the semidefinite bound is above that of matchings on a chain of 4 layers")
  func stronger() {
    var cases = RandomCases(seed: 11)
    let transitions = cases.transitions(layers: 4, experts: 12)
    let hierarchy = GPUHierarchy.flat(gpus: 3)
    let matching = HopCertificate.matching(transitions, on: hierarchy)
    let certificate = HopCertificate.semidefinite(transitions, on: hierarchy)
    let found = HopSearch(transitions, on: hierarchy).best(SearchEffort(moves: 100_000))
    #expect(certificate.meanHop > matching.meanHop)
    #expect(certificate.meanHop <= transitions.meanHop(found, on: hierarchy))
  }
}
