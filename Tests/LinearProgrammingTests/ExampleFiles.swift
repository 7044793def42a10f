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

  /// Left out: hashi, life_goe, numbrix, tiling and trick, which take GLPK more than 5 s; jssp, which
  /// finds no schedule in the nodes that the test allows; huge, which is a test of size; models without
  /// constraints; and models that read a database.
  static let all: [ExampleFile] = [
    .init("alloy.mps", .fixedMPS, optimum: 2149.247891),
    .init("assign.mod", optimum: 76),
    .init("bpp.mod", optimum: 3),
    .init("cf12a.mod"),
    .init("cf12b.mod"),
    .init("cflsq.mod"),
    .init("color.mod", optimum: 4),
    .init("cpp.mod", optimum: 46),
    .init("crypto.mod"),
    .init("dea.mod"),
    .init("diet.mod"),
    .init("dist.mod"),
    .init("egypt.mod"),
    .init("fctp.mod", optimum: 471.55),
    .init("food.mod", optimum: 107842.5926),
    .init("food2.mod", optimum: 100278.7037),
    .init("furnace.mps", .fixedMPS, optimum: 2141.923551),
    .init("gap.mod", optimum: 261),
    .init("graceful.mod", optimum: 0),
    .init("icecream.mps", .fixedMPS, optimum: 962.8214691),
    .init("maxcut.mod", optimum: 20),
    .init("maxflow.mod", optimum: 29),
    .init("mfasp.mod", optimum: 3),
    .init("mfvsp.mod", optimum: 3),
    .init("min01ks.mod"),
    .init("misp.mod", optimum: 7),
    .init("money.mod", optimum: 0),
    .init("murtagh.mps", .fixedMPS),
    .init("mvcp.mod", optimum: 6),
    .init("plan.lp", .cplexLP, optimum: 296.2166065),
    .init("plan.mod", optimum: 296.2166065),
    .init("plan.mps", .fixedMPS, optimum: 296.2166065),
    .init("powpl25h.mod"),
    .init("powplant.mod"),
    .init("prod.mod"),
    .init("qfit.mod"),
    .init("queens.mod", optimum: 8),
    .init("samp1.mps", .fixedMPS),
    .init("samp2.mps", .freeMPS),
    .init("shiftcov.mod"),
    .init("shikaku.mod"),
    .init("spp.mod", optimum: 20),
    .init("stigler.mod"),
    .init("todd.mod"),
    .init("toto.mod"),
    .init("train.mod"),
    .init("transp.mod", optimum: 153.675),
    .init("tsp.mod", optimum: 6859),
    .init("wolfra6d.lp", .cplexLP, optimum: 44),
    .init("wolfra6d.mod", optimum: 44),
    .init("xyacfs.mod"),
    .init("yacfs.mod"),
    .init("zebra.mod", optimum: 0),
  ]
}
