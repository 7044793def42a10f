import SeededRandom

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension ExpertLoads {
  /// Loads in proportion to n^−exponent for n from 1 to `experts`, given to the experts of each layer in
  /// an order that is drawn.
  ///
  /// Of DeepSeek-V3's layers the slope over all ranks is from 0.59 to 0.80.
  public static func powerLaw(exponent: Double, layers: [Int], experts: Int) -> ExpertLoads {
    let sizes = (1...experts).map { pow(Double($0), -exponent) }
    return ExpertLoads([
      Workload(
        name: "power law",
        layers: layers.map { layer in
          var random = SplitMix(seed: 1, stream: layer)
          var loads = sizes
          for last in stride(from: experts - 1, to: 0, by: -1) {
            loads.swapAt(last, random.index(below: last + 1))
          }
          return loads
        })
    ])
  }
}
