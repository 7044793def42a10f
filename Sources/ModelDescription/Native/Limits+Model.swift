import InputFiles
import Quantities

/// The largest sizes that a model file may state: far above any model, and small enough that the
/// weights of one operator never overflow.
extension Limits where Value == Int {
  /// A width of the hidden state, of a feed-forward network or of a head.
  static var width: Limits { .between(1, 1 << 20) }
  /// A number of heads, groups or layers of one kind.
  static var count: Limits { .between(1, 1 << 14) }
  /// A number that may be nothing.
  static var countOrNone: Limits { .between(0, 1 << 14) }
  static var widthOrNone: Limits { .between(0, 1 << 20) }
  /// Rows of the token table.
  static var vocabulary: Limits { .between(1, 1 << 24) }
  /// Tokens of a sequence.
  static var sequence: Limits { .between(1, 1 << 30) }
}

extension ModelDescription {
  /// The most parameters that a description may have, so that no sum of them overflows.
  static let mostParameters = 1 << 60

  /// Why the description is too large to count, or nil.
  var sizeFault: String? {
    guard approximateParameters > Double(Self.mostParameters) else { return nil }
    return "describes more than \(Self.mostParameters.grouped) parameters;"
      + " look for a size with too many digits"
  }
}
