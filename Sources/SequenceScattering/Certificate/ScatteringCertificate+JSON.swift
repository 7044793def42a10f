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
    [
      "boundSeconds": .number(orNull: bound), "firstMicroBatches": .integer(firstMicroBatches),
      "roots": .array(roots.map(JSONValue.integer)), "nodes": .array(nodes.map(\.json)),
    ]
  }

  /// Reads what `json` writes.
  public static var shape: JSONShape<ScatteringCertificate> {
    .object { object in
      let bound = object.required("boundSeconds", .number(.atLeast(0)))
      let first = object.required("firstMicroBatches", .integer(.between(1, 1 << 40)))
      let roots = object.required("roots", .array(of: .index))
      let nodes = object.required("nodes", .array(of: Node.shape))
      object.finish()
      guard let bound, let first, let roots, let nodes else { return nil }
      return ScatteringCertificate(
        bound: bound, firstMicroBatches: first, roots: roots, nodes: nodes)
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
      guard let key = object.exactlyOne(of: ["leaf", "kind", "children", "upTo"]) else {
        return nil
      }
      defer { object.finish() }
      switch key {
      case "leaf":
        return object.required("leaf", .array(of: KindMultipliers.shape)).map { .leaf($0) }
      case "kind":
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
    return .object(share + rows(list))
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
      object.finish()
      guard let work, let tokens, let time, let paced, let exclusive, let headed else { return nil }
      return KindMultipliers(
        work: work, tokens: tokens, time: time, paced: paced, exclusive: exclusive, headed: headed,
        fill: fill ?? 0)
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
