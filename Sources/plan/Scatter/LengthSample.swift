import InputFiles
import ModelDescription
import SequenceScattering

/// A file of sequence lengths, as a histogram.
enum LengthSample {
  /// What `--lengths FILE` says of the workload; nothing without a path.
  ///
  /// - Throws: the faults of the file; one where it has no length.
  static func settings(path: String?) throws(InputFaults) -> WorkloadSettings {
    guard let path else { return WorkloadSettings() }
    var reader = try BatchReader(path: path, batchSize: 4096)
    var lengths: [Int] = []
    while let (batch, _) = try reader.next(isStopped: { false }) { lengths += batch }
    guard let histogram = LengthHistogram(sample: lengths) else {
      throw InputFaults(
        malformed: "must have lengths of 1 to \((1 << 30).grouped) tokens, at least one",
        in: reader.file)
    }
    return WorkloadSettings(lengthHistogram: histogram)
  }
}
