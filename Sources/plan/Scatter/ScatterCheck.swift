import InputFiles
import Reports
import SequenceScattering

extension CheckVerdict {
  /// The verdict on a result of `plan scatter`, batch by batch; nil for another file.
  static func scattering(path: String) throws(InputFaults) -> CheckVerdict? {
    let limit = InputLimit(kind: "a plan or a result of 'plan scatter'", mebibytes: 2048)
    let text = try TextFile.read(path: path, limit: limit)
    guard text.bytes.starts(with: Array(#"{"kind":"scattering""#.utf8)) else { return nil }
    let lines = try JSONLines.parse(text.bytes, file: text.file)
    guard let first = lines.first else { return nil }
    let setting = try first.read(ScatteringSetting.shape)
    var verdict = CheckVerdict(
      file: text.file, examined: ["\(lines.count - 1) batches scattered"], findings: [])
    for line in lines.dropFirst() {
      let batch = try line.read(ScatteredBatch.shape)
      if let fault = batch.scatteringFault(setting) {
        verdict.findings.append(
          Finding(
            code: "scattering", message: "batch \(batch.number): \(fault)", isCertificate: false))
      }
      if let fault = batch.certificateFault(setting) {
        verdict.findings.append(
          Finding(
            code: "scatteringBound", message: "batch \(batch.number): \(fault)", isCertificate: true
          ))
      }
    }
    return verdict
  }
}
