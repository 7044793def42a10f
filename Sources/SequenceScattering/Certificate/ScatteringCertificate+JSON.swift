import InputFiles

extension Scattering {
  /// `[[{"degree": 8, "sequences": [3, 17]}, …], …]`: the groups of each micro-batch.
  public var json: JSONValue {
    .array(
      microBatches.map { groups in
        .array(
          groups.map { group in
            [
              "degree": .integer(group.degree),
              "sequences": .array(group.sequences.map(JSONValue.integer)),
            ]
          })
      })
  }
}

extension ScatteringCertificate {
  /// The bound, the trees, and their leaves' multipliers; prices that are 0 are left out.
  public var json: JSONValue {
    let rows: [JSONValue.Member] =
      knapsacks.isEmpty ? [] : [.init("knapsacks", .array(knapsacks.map(\.json)))]
    return .object(
      [
        .init("boundSeconds", .number(orNull: bound)),
        .init("firstMicroBatches", .integer(firstMicroBatches)),
        .init("roots", .array(roots.map(JSONValue.integer))),
      ] + rows + [.init("nodes", .array(nodes.map(\.json)))])
  }

  /// Reads what `json` writes.
  public static var shape: JSONShape<ScatteringCertificate> {
    .object { object in
      let bound = object.required("boundSeconds", .number(.atLeast(0)))
      let first = object.required("firstMicroBatches", .integer(.between(1, 1 << 40)))
      let roots = object.required("roots", .array(of: .index))
      let knapsacks = object.optional("knapsacks", .array(of: KnapsackRow.Runs.shape)) ?? []
      let nodes = object.required("nodes", .array(of: Node.shape))
      object.finish()
      guard let bound, let first, let roots, let nodes else { return nil }
      guard knapsacks.reduce(0, { $0 + $1.sequences }) <= KnapsackRow.mostWeights else {
        object.error(
          at: "knapsacks", "have more than \(KnapsackRow.mostWeights) weights in all")
        return nil
      }
      return ScatteringCertificate(
        bound: bound, firstMicroBatches: first, roots: roots, knapsacks: knapsacks.map(\.row),
        nodes: nodes)
    }
  }
}

extension ScatteringCertificate.Node {
  var json: JSONValue {
    switch self {
    case .leaf(let multipliers): ["leaf": .array(multipliers.map(\.json))]
    case .time(let kind, let threshold, let below, let atLeast):
      [
        "kind": .integer(kind), "seconds": .number(threshold), "below": .integer(below),
        "atLeast": .integer(atLeast),
      ]
    case .groups(let kind, let option, let most, let few, let many):
      [
        "kind": .integer(kind), "option": .integer(option), "groupsUpTo": .integer(most),
        "few": .integer(few), "many": .integer(many),
      ]
    case .place(let rank, let children):
      ["rank": .integer(rank), "children": .array(children.map(JSONValue.integer))]
    case .degree(let rank, let degree, let narrow, let wide):
      [
        "rank": .integer(rank), "upTo": .integer(degree), "narrow": .integer(narrow),
        "wide": .integer(wide),
      ]
    }
  }

  static var shape: JSONShape<Self> {
    .object { object in
      let index = JSONShape<Int>.index
      guard let key = object.exactlyOne(of: ["leaf", "seconds", "children", "groupsUpTo", "upTo"])
      else {
        return nil
      }
      defer { object.finish() }
      switch key {
      case "leaf":
        return object.required("leaf", .array(of: KindMultipliers.shape)).map { .leaf($0) }
      case "groupsUpTo":
        guard let kind = object.required("kind", index),
          let option = object.required("option", index),
          let most = object.required("groupsUpTo", index),
          let few = object.required("few", index), let many = object.required("many", index)
        else { return nil }
        return .groups(kind: kind, option: option, upTo: most, few: few, many: many)
      case "seconds":
        guard let kind = object.required("kind", index),
          let threshold = object.required("seconds", .number(.above(0))),
          let below = object.required("below", index),
          let atLeast = object.required("atLeast", index)
        else { return nil }
        return .time(kind: kind, threshold: threshold, below: below, atLeast: atLeast)
      case "children":
        guard let rank = object.required("rank", index),
          let children = object.required("children", .array(of: index))
        else { return nil }
        return .place(rank: rank, children: children)
      default:
        guard let rank = object.required("rank", index),
          let degree = object.required("upTo", index),
          let narrow = object.required("narrow", index), let wide = object.required("wide", index)
        else { return nil }
        return .degree(rank: rank, upTo: degree, narrow: narrow, wide: wide)
      }
    }
  }
}

extension KindMultipliers {
  var json: JSONValue {
    func list(_ prices: [Double]) -> JSONValue { .array(prices.map(JSONValue.number)) }
    let share: [JSONValue.Member] = fill > 0 ? [.init("fill", .number(fill))] : []
    let patterns: [JSONValue.Member] =
      knapsacks.isEmpty ? [] : [.init("knapsacks", .array(knapsacks.map(\.json)))]
    return .object(share + rows(list) + patterns)
  }

  private func rows(_ list: ([Double]) -> JSONValue) -> [JSONValue.Member] {
    [
      .init("work", .number(work)), .init("tokens", list(tokens)), .init("time", list(time)),
      .init("paced", list(paced)),
      .init(
        "exclusive",
        .array(
          exclusive.map { row in
            [
              "option": .integer(row.option), "from": .integer(row.ranks.lowerBound),
              "to": .integer(row.ranks.upperBound), "price": .number(row.price),
            ]
          })),
      .init(
        "headed",
        .array(
          headed.map { row in
            [
              "option": .integer(row.option), "heads": .array(row.heads.map(JSONValue.integer)),
              "price": .number(row.price),
            ]
          })),
    ]
  }

  static var shape: JSONShape<KindMultipliers> {
    .object { object in
      let price = JSONShape<Double>.number(.atLeast(0))
      let work = object.required("work", price)
      let tokens = object.required("tokens", .numbers(.atLeast(0)))
      let time = object.required("time", .numbers(.atLeast(0)))
      let paced = object.required("paced", .numbers(.atLeast(0)))
      let exclusive = object.required("exclusive", .array(of: ExclusiveMultiplier.shape))
      let headed = object.required("headed", .array(of: HeadedMultiplier.shape))
      let fill = object.optional("fill", .number(.between(0, 1)))
      let knapsacks = object.optional("knapsacks", .array(of: KnapsackMultiplier.shape))
      object.finish()
      guard let work, let tokens, let time, let paced, let exclusive, let headed else { return nil }
      return KindMultipliers(
        work: work, tokens: tokens, time: time, paced: paced, exclusive: exclusive, headed: headed,
        knapsacks: knapsacks ?? [], fill: fill ?? 0)
    }
  }
}

extension ExclusiveMultiplier {
  fileprivate static var shape: JSONShape<ExclusiveMultiplier> {
    .object { object in
      let index = JSONShape<Int>.index
      let option = object.required("option", index)
      let first = object.required("from", index)
      let end = object.required("to", index)
      let price = object.required("price", .number(.atLeast(0)))
      object.finish()
      guard let option, let first, let end, let price else { return nil }
      guard first < end else {
        object.error(at: "to", "is \(end), but must be above 'from', \(first)")
        return nil
      }
      return ExclusiveMultiplier(option: option, ranks: first..<end, price: price)
    }
  }
}

extension HeadedMultiplier {
  fileprivate static var shape: JSONShape<HeadedMultiplier> {
    .object { object in
      let index = JSONShape<Int>.index
      let option = object.required("option", index)
      let heads = object.required("heads", .array(of: index, count: .atLeast(1)))
      let price = object.required("price", .number(.atLeast(0)))
      object.finish()
      guard let option, let heads, let price else { return nil }
      return HeadedMultiplier(option: option, heads: heads, price: price)
    }
  }
}

extension KnapsackRow {
  /// Equal weights that follow one another stand once.
  var json: JSONValue {
    var runs: [(sequences: Int, weight: Int)] = []
    for weight in weights {
      if runs.last?.weight == weight {
        runs[runs.count - 1].sequences += 1
      } else {
        runs.append((1, weight))
      }
    }
    return [
      "option": .integer(option),
      "weights": .array(
        runs.map { ["sequences": .integer($0.sequences), "weight": .integer($0.weight)] }),
    ]
  }

  /// The weights that a document may hold, of all rows.
  fileprivate static let mostWeights = 1 << 24

  /// A row as it is written, which is short however many sequences it is of.
  fileprivate struct Runs {
    var option: Int
    var runs: [(sequences: Int, weight: Int)]

    var sequences: Int { runs.reduce(0) { $0 + $1.sequences } }
    var row: KnapsackRow {
      KnapsackRow(
        option: option, weights: runs.flatMap { repeatElement($0.weight, count: $0.sequences) })
    }

    static var shape: JSONShape<Runs> {
      .object { object in
        let option = object.required("option", .index)
        let runs = object.required("weights", .array(of: run))
        object.finish()
        guard let option, let runs else { return nil }
        return Runs(option: option, runs: runs)
      }
    }

    private static var run: JSONShape<(sequences: Int, weight: Int)> {
      .object { object in
        let sequences = object.required("sequences", .integer(.between(1, mostWeights)))
        let weight = object.required("weight", .integer(.between(0, whole)))
        object.finish()
        guard let sequences, let weight else { return nil }
        return (sequences, weight)
      }
    }
  }
}

extension KnapsackMultiplier {
  var json: JSONValue { ["row": .integer(row), "price": .number(price)] }

  fileprivate static var shape: JSONShape<KnapsackMultiplier> {
    .object { object in
      let row = object.required("row", .index)
      let price = object.required("price", .number(.atLeast(0)))
      object.finish()
      guard let row, let price else { return nil }
      return KnapsackMultiplier(row: row, price: price)
    }
  }
}
