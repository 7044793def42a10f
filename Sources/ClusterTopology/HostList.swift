/// Host names in Slurm's notation, such as `a[001-016,020],b7` or `rack[1-2]n[01-18]`.
///
/// Terms are separated by commas; a term joins literal text and bracketed lists of numbers, of
/// which the last varies fastest. The width of a range's first number is that of its names.
public struct HostList: Sendable, Hashable {
  /// The notation as it was read.
  public let text: String
  public let count: Int
  fileprivate let terms: [Term]
  /// The index of each term's first name.
  private let starts: [Int]

  fileprivate struct Term: Sendable, Hashable {
    var pieces: [Piece] = []
    var count = 1
  }

  fileprivate enum Piece: Sendable, Hashable {
    case text(String)
    case numbers([Numbers], count: Int)
  }

  fileprivate struct Numbers: Sendable, Hashable {
    let first: Int
    let last: Int
    let width: Int
  }

  /// What is wrong with a notation, as a predicate: "has an empty name".
  public struct Malformed: Error, Hashable, Sendable {
    public let reason: String
  }

  /// - Throws: `Malformed` for brackets that do not match, numbers that are none or run backwards,
  ///   an empty term, or more than `limit` names.
  public init(_ text: String, limit: Int = ClusterTopology.nodeLimit) throws(Malformed) {
    var parser = Parser(text, limit: limit)
    self.text = text
    self.terms = try parser.terms()
    var count = 0
    var starts: [Int] = []
    for term in terms {
      starts.append(count)
      count += term.count
    }
    self.starts = starts
    self.count = count
    guard count <= limit else {
      throw Malformed(reason: "stands for more than the \(limit) names allowed")
    }
  }

  /// The name at an index. O(log terms).
  public subscript(index: Int) -> String {
    guard 0..<count ~= index else { return "" }
    var low = 0
    var high = terms.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= index { low = middle } else { high = middle }
    }
    return terms[low].name(index - starts[low])
  }
}

extension HostList.Term {
  fileprivate func name(_ index: Int) -> String {
    var name = ""
    var remaining = index
    var block = count
    for piece in pieces {
      switch piece {
      case .text(let text): name += text
      case .numbers(let ranges, let count):
        block /= count
        var place = remaining / block
        remaining %= block
        for range in ranges {
          let size = range.last - range.first + 1
          if place < size {
            name += (range.first + place).padded(to: range.width)
            break
          }
          place -= size
        }
      }
    }
    return name
  }
}

extension HostList {
  /// Reads the notation from left to right.
  private struct Parser {
    private let characters: [Character]
    private let limit: Int
    private var next = 0

    init(_ text: String, limit: Int) {
      characters = Array(text)
      self.limit = limit
    }

    mutating func terms() throws(Malformed) -> [Term] {
      var terms: [Term] = []
      repeat { terms.append(try term()) } while take(",")
      return terms
    }

    private mutating func term() throws(Malformed) -> Term {
      var term = Term()
      var literal = ""
      while next < characters.count, characters[next] != "," {
        let character = characters[next]
        next += 1
        if character == "]" { throw Malformed(reason: "has a ']' without its '['") }
        guard character == "[" else {
          literal.append(character)
          continue
        }
        if !literal.isEmpty { term.pieces.append(.text(literal)) }
        literal = ""
        let numbers = try bracket()
        let count = numbers.reduce(0) { $0 + $1.last - $1.first + 1 }
        term.pieces.append(.numbers(numbers, count: count))
        let (product, overflows) = term.count.multipliedReportingOverflow(by: count)
        guard !overflows, product <= limit else {
          throw Malformed(reason: "stands for more than the \(limit) names allowed")
        }
        term.count = product
      }
      if !literal.isEmpty { term.pieces.append(.text(literal)) }
      if term.pieces.isEmpty { throw Malformed(reason: "has an empty name") }
      return term
    }

    /// The list after a '[', with its ']'.
    private mutating func bracket() throws(Malformed) -> [Numbers] {
      var numbers: [Numbers] = []
      repeat {
        let (first, width) = try number()
        let last = take("-") ? try number().value : first
        guard last >= first else {
          throw Malformed(reason: "has the range \(first)-\(last), which runs backwards")
        }
        guard last - first < limit else {
          throw Malformed(reason: "stands for more than the \(limit) names allowed")
        }
        numbers.append(Numbers(first: first, last: last, width: width))
      } while take(",")
      guard take("]") else { throw Malformed(reason: "has a '[' without its ']'") }
      return numbers
    }

    private mutating func number() throws(Malformed) -> (value: Int, width: Int) {
      let start = next
      while next < characters.count, characters[next].isASCII, characters[next].isNumber {
        next += 1
      }
      guard let value = Int(String(characters[start..<next])), next - start <= 15 else {
        throw Malformed(reason: "has brackets with something else than ranges of numbers")
      }
      return (value, next - start)
    }

    private mutating func take(_ character: Character) -> Bool {
      guard next < characters.count, characters[next] == character else { return false }
      next += 1
      return true
    }
  }
}
