import ArgumentParser
import CostModel
import Foundation
import InputFiles
import PublishedRuns
import Reports

/// `plan validate RUNS`: published, measured runs beside what is predicted of them.
struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Replay measured runs and show how far predictions are off.",
    discussion: """
      RUNS are files of measured runs, or folders of them; every run is predicted with everything pinned, by the cost \
      model that plans are made with. Errors are reported source by source, with rankings of \
      layouts and what was predicted to fit in memory.

        plan validate examples/published-runs
        plan validate runs.jsonl --html errors.html
        plan validate runs.jsonl --json | jq '.sources[].stepTimeMAPE'
        plan validate runs.jsonl --cross

      --cross also fits the coefficients to half of the layouts, predicts the others, and does so \
      in turn and in three splits: the errors of runs that a fit has not seen.
      """)

  @Argument(
    help: "Files of measured runs, or folders of them; '-' reads standard input.",
    completion: .file())
  var runs: [String]

  @Flag(help: "Predict half of the layouts by fits to the other half too, in three splits.")
  var cross = false

  @Flag(help: "List every run in the JSON, with --cross by each fit that had not seen it too.")
  var rows = false

  @Option(
    help: ArgumentHelp(
      "Write the intervals that hold nine in ten unseen runs, as the shipped ones are made.",
      valueName: "file", visibility: .hidden))
  var intervals: String?

  @Option(
    help: ArgumentHelp(
      "Write a page with a scatter plot of all runs, replacing it as a whole or leaving it.",
      valueName: "file"), completion: .file())
  var html: String?

  @OptionGroup(title: "Cost model") var costs: CalibrationOptions
  @OptionGroup(title: "Output") var format: JSONOptions

  @Flag(help: "No progress on standard error.")
  var quiet = false

  func run() throws {
    try reportingFaults {
      let calibration = try costs.calibration().calibration
      let measured = try MeasuredRuns.read(paths: runs)
      let progress = ProgressLine(quiet: quiet)
      defer { progress.clear() }
      let replay = Replay(measured, under: calibration) {
        progress.show("\($0) of \(measured.runs.count) runs")
      }
      let validation = cross ? crossValidation(measured, progress) : nil
      progress.clear()
      if let validation, let intervals {
        try OutputFile.replace(path: intervals, with: JSONText.pretty(validation.intervals.json))
      }
      let report = ValidationReport(
        replay.predictions, leftOut: replay.leftOut, unseen: validation?.replays)
      if let html {
        try OutputFile.replace(path: html, with: report.html(title: "Predicted and measured runs"))
      }
      let isForPeople = !format.isAsked && StandardOutput.isTerminal
      try StandardOutput.write(
        isForPeople
          ? report.text(style: StandardOutput.style) : format.text(report.json(listsRuns: rows)))
    }
  }

  private func crossValidation(
    _ measured: MeasuredRuns, _ progress: ProgressLine
  ) -> CrossValidation {
    CrossValidation(measured) { progress.show("\($0) of 6 fits") }
  }
}

extension ErrorIntervalTable {
  /// One entry a regime, and one a stack.
  fileprivate var json: JSONValue {
    func factors(_ interval: ErrorInterval) -> [JSONValue.Member] {
      [
        .init("below", .number(interval.below)), .init("above", .number(interval.above)),
        .init("basis", .string(interval.basis.rawValue)), .init("runs", .integer(interval.runs)),
      ]
    }
    return [
      "cells": .array(
        cells.map { cell in
          .object(
            [
              .init("stack", .string(cell.regime.stack)),
              .init("architecture", .string(cell.regime.architecture.rawValue)),
              .init("size", .string(cell.regime.size.rawValue)),
              .init("experts", .bool(cell.regime.hasExperts)),
            ] + factors(cell.interval))
        }),
      "stacks": .array(
        stacks.map { .object([.init("stack", .string($0.stack))] + factors($0.interval)) }),
    ]
  }
}

extension MeasuredRuns {
  /// The runs of several files, in order; a folder stands for its `.json` and `.jsonl` files by name.
  ///
  /// - Throws: all faults of the first file that has any.
  static func read(paths: [String]) throws(InputFaults) -> MeasuredRuns {
    var all = MeasuredRuns()
    for path in paths.flatMap(files) {
      let file = try read(path: path)
      all.runs += file.runs
      all.leftOut += file.leftOut
    }
    return all
  }

  /// The files of a folder, or the path itself where it is none or has no such file.
  private static func files(at path: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let files = names.filter { $0.hasSuffix(".json") || $0.hasSuffix(".jsonl") }.sorted()
      .map { path + "/" + $0 }
    return files.isEmpty ? [path] : files
  }
}
