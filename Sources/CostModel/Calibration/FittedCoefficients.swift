/// Coefficients that published training runs determine, by name, with the number of runs that each
/// concerns.
enum FittedCoefficients {
  struct Fitted {
    var value: Double
    var runs: Int
  }

  static let all: [String: Fitted] = [:]
}
