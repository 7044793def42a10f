import InputFiles
import LaunchPlan
import ParallelismVocabulary
import Testing

@testable import Launchers

@Suite("All targets")
struct LaunchTargetTests {
  @Test("targets have different names, a version and a sentence")
  func names() {
    #expect(Set(LaunchTarget.all.map(\.name)).count == LaunchTarget.all.count)
    for target in LaunchTarget.all {
      #expect(!target.abstract.isEmpty)
      // Maps of experts are files that several programs share.
      let isMap = LaunchTarget.expertMaps.contains { $0.name == target.name }
      #expect(isMap == target.versions.isEmpty)
      #expect(LaunchTarget.named(target.identity)?.name == target.name)
    }
  }

  /// The targets that need nothing but a plan; maps of experts want routing.
  private static let programs = LaunchTarget.all.filter { target in
    !LaunchTarget.expertMaps.contains { $0.name == target.name }
  }

  @Test("no name in an input breaks out of a file", arguments: programs.map(\.name))
  func hostileNames(name: String) throws {
    let target = try #require(LaunchTarget.named(name))
    var hostile = SampleLaunch.hostile
    var plain = hostile
    (plain.modelName, plain.clusterName, plain.image) = ("model", "cluster", "image")
    if try !target.faults(plain).isEmpty {
      // Accelerate and SGLang do not run the plan of the others.
      let degrees = ParallelismDegrees(data: 8)
      (hostile.degrees, hostile.hosts) = (degrees, ["a01"])
      (plain.degrees, plain.hosts) = (degrees, ["a01"])
    }
    let (files, others) = (try target.files(hostile), try target.files(plain))
    #expect(files.keys.sorted() == others.keys.sorted())
    for (name, text) in files {
      // As many lines as with harmless names, and nothing that a reader takes for the end of one.
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
      let harmless = others[name]?.split(separator: "\n", omittingEmptySubsequences: false).count
      #expect(lines == harmless)
      let separators: Set<Unicode.Scalar> = ["\r", "\u{85}", "\u{2028}", "\u{2029}", "\u{7}"]
      #expect(!text.unicodeScalars.contains { separators.contains($0) })
    }
  }

  @Test("every file begins with the plan and the command, but for one whose reader takes no key")
  func headings() throws {
    for target in Self.programs {
      var sample = SampleLaunch.flat
      sample.image = "image"
      if try !target.faults(sample).isEmpty { sample.degrees = ParallelismDegrees(data: 16) }
      if try !target.faults(sample).isEmpty { sample = .experts }
      for (name, text) in try target.files(sample) where name != "expert-location.json" {
        let head = text.prefix(300)
        #expect(
          head.contains("plan 0123456789abcdef: ") && head.contains("made by: plan emit plan.json"))
      }
    }
  }
}
