import InputFiles

/// Where it is known from how busy experts are.
public enum RoutingSource: Hashable, Sendable {
  /// Routing statistics, a file a workload.
  case files([String])
  /// All experts are equally busy.
  case uniform
  /// The expert that is n-th in how busy it is gets tokens in proportion to n to minus this exponent,
  /// and which expert that is differs from layer to layer.
  case powerLaw(exponent: Double)

  /// The exponents that a power law may have.
  public static let exponents = 0.0...4.0
}

extension RoutingSource {
  /// A file, a list of files, `"uniform"`, or `{ "powerLaw": 0.7 }`; files are found from the folder of
  /// the one that names them.
  public static var shape: JSONShape<RoutingSource> {
    JSONShape("a file, a list of files, \"uniform\" or { \"powerLaw\": exponent }") { node, log in
      let folder = log.file.lastIndex(of: "/").map { String(log.file[...$0]) } ?? ""
      func place(_ path: String) -> String { path.hasPrefix("/") ? path : folder + path }
      if let text = node.string, !text.isEmpty {
        return text == "uniform" ? .uniform : .files([place(text)])
      }
      if node.elements != nil {
        let files = JSONShape<[String]>.array(of: .name, count: .atLeast(1)).read(node, log)
        return files.map { .files($0.map(place)) }
      }
      guard let object = ObjectReader(node, log) else { return nil }
      let exponent = object.required(
        "powerLaw", .number(.between(exponents.lowerBound, exponents.upperBound)))
      object.finish()
      return exponent.map { .powerLaw(exponent: $0) }
    }
  }
}
