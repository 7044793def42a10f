import Foundation
import InputFiles
import Quantities
import Testing

@testable import SequenceScattering

@Suite("Batches stream in, and results go through files unharmed")
struct StreamTests {
  private func batches(_ text: String, size: Int? = nil) throws -> [[Int]] {
    let path = NSTemporaryDirectory() + "lengths-\(UUID().uuidString).jsonl"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    var reader = try BatchReader(path: path, batchSize: size)
    var batches: [[Int]] = []
    while let (batch, _) = try reader.next(isStopped: { false }) { batches.append(batch) }
    return batches
  }

  @Test("a line is a batch, or a length of a batch of a given size")
  func reading() throws {
    #expect(try batches("[3, 5]\n\n[7]\n") == [[3, 5], [7]])
    #expect(try batches("[3, 5]\n[7]") == [[3, 5], [7]])
    #expect(try batches("3\n5\n7\n", size: 2) == [[3, 5], [7]])
    let long = "[" + (1...200_000).map(String.init).joined(separator: ",") + "]\n"
    #expect(try batches(long + "[9]\n").map(\.count) == [200_000, 1])
  }

  @Test("what is no batch is refused with its line")
  func refusals() throws {
    func words(_ text: String) -> String {
      let fault = #expect(throws: InputFaults.self) { try self.batches(text) }
      let words = fault?.description ?? ""
      return String(words[(words.firstIndex(of: ":") ?? words.startIndex)...])
    }
    #expect(
      words("[3]\n8\n")
        == ":2:1: error: is a single length, and must be an array of a batch's lengths; or give the "
        + "sequences of a batch with --global-batch")
    #expect(words("[3]\n[4, 0]\n").hasPrefix(":2:5: error: "))
    #expect(words("[]\n").hasPrefix(":1:1: error: "))
  }

  @Test("a batch with a sequence too long leaves it out, and its line verifies after a file")
  func results() throws {
    let setting = try ScatteringSetting.flexSP(
      gpus: 8, degrees: [1, 2, 4, 8], groupTime: .milliseconds(1))
    let lengths = [900, 70_000, 20_000, 1200, 30, 6000]
    let batch = try ScatteredBatch(number: 2, lengths: lengths, setting, ScatteringEffort())
    #expect(batch.skipped == [1])
    let line = JSONText.compact(batch.json(setting))
    let read = try JSONDocument.parse(line, file: "r").read(ScatteredBatch.shape)
    let header = JSONText.compact(setting.json)
    let readSetting = try JSONDocument.parse(header, file: "r").read(ScatteringSetting.shape)
    #expect(readSetting == setting)
    #expect(read.scatteringFault(readSetting) == nil)
    #expect(read.certificateFault(readSetting) == nil)

    for (from, to, words) in [
      (#""firstRank":0"#, #""firstRank":1"#, "ends at rank 8, but there are 8"),
      (#""offsets":[0,"#, #""offsets":[1,"#, "are not the sums of its padded sequences"),
      (#""ranks":8"#, #""ranks":7"#, "a group of degree 8 has 7 ranks"),
    ] {
      let place = try #require(line.range(of: from))
      let moved = line.replacingCharacters(in: place, with: to)
      let batch = try JSONDocument.parse(moved, file: "r").read(ScatteredBatch.shape)
      let fault = batch.scatteringFault(setting)
      #expect(fault?.contains(words) == true, "\(fault ?? "none") in \(moved)")
    }

    let groups = [Scattering.Group(degree: 2, sequences: [0]), .init(degree: 2, sequences: [4])]
    var places = setting.places(groups, lengths: lengths, ranksEach: 4)
    #expect(setting.placeFault(places, of: groups, lengths: lengths, ranksEach: 4) == nil)
    places[1].firstRank = 7
    #expect(
      setting.placeFault(places, of: groups, lengths: lengths, ranksEach: 4)
        == "groups from ranks 0 and 7 on share ranks")

    let lie = ScatteredBatch(
      number: 2, lengths: lengths, skipped: [1], scattering: batch.scattering,
      time: batch.time / 2, bound: batch.bound, certificate: batch.certificate)
    #expect(lie.scatteringFault(setting)?.hasPrefix("it states ") == true)
    let lazy = ScatteredBatch(
      number: 2, lengths: lengths, skipped: [0, 1], scattering: batch.scattering, time: batch.time,
      bound: batch.bound, certificate: batch.certificate)
    #expect(lazy.scatteringFault(setting) == "it leaves out sequences that groups can hold")
    let proud = ScatteredBatch(
      number: 2, lengths: lengths, skipped: [1], scattering: batch.scattering, time: batch.time,
      bound: batch.time, certificate: batch.certificate)
    #expect(proud.scatteringFault(setting) == nil)
    #expect(proud.certificateFault(setting)?.hasPrefix("its bound is ") == true)
  }
}
