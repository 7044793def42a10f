import Foundation
import LinearProgramming

/// A small program that comes with GLPK, in Debian's package glpk-utils.
struct ExampleFile: CustomStringConvertible, Sendable {
  let name: String
  let format: ProgramFormat
  /// The optimum where it is published: in the file's comments, in the GLPK manual, or as a puzzle's
  /// known answer.
  let optimum: Double?

  private static let folder = "/usr/share/doc/glpk-utils/examples"

  var path: String { "\(Self.folder)/\(name)" }
  var description: String { name }

  static var areInstalled: Bool { FileManager.default.fileExists(atPath: folder + "/plan.mps") }

  init(_ name: String, _ format: ProgramFormat = .mathProg, optimum: Double? = nil) {
    self.name = name
    self.format = format
    self.optimum = optimum
  }

  static let all: [ExampleFile] = [
    .init("plan.mps", .fixedMPS, optimum: 296.2166065)
  ]
}
