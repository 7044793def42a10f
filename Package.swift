// swift-tools-version: 6.2
import PackageDescription

// People type `swift run plan`, which builds for debugging: everything between the files and the
// plan is optimised there too (15 to 35 times faster on the search's inner loops).
let optimised: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

// Continuous integration sets this; a user's newer compiler may warn about more than ours does.
let strictness: [SwiftSetting] =
  Context.environment["PLAN_WARNINGS_AS_ERRORS"] == nil ? [] : [.treatAllWarnings(as: .error)]

/// A library target of the pipeline, optimised in every configuration.
func library(_ name: String, _ dependencies: Target.Dependency...) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: optimised + strictness)
}

/// The test suite of one target, with the further targets whose values it builds; cases are drawn
/// from seeds.
func tests(_ subject: String, _ others: Target.Dependency...) -> Target {
  .testTarget(
    name: subject + "Tests",
    dependencies: [.init(stringLiteral: subject), "SeededRandom"] + others,
    swiftSettings: strictness)
}

let package = Package(
  name: "plan",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "plan", targets: ["plan"]),
    .executable(name: "plan-benchmark", targets: ["plan-benchmark"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .target(name: "CGLPK", linkerSettings: [.linkedLibrary("glpk")]),
    library("LinearProgramming", "CGLPK"),
    library("Quantities"),
    library("SeededRandom"),
    library("ParallelismVocabulary", "Quantities"),
    library("InputFiles"),
    library("ModelDescription", "InputFiles", "ParallelismVocabulary", "Quantities"),
    library("ClusterTopology", "InputFiles", "ParallelismVocabulary", "Quantities"),
    library(
      "ClusterImport", "ClusterTopology", "InputFiles", "ParallelismVocabulary", "Quantities"),
    library(
      "CostModel", "ModelDescription", "ClusterTopology", "InputFiles", "ParallelismVocabulary",
      "Quantities"),
    library("PublishedRuns", "CostModel", "InputFiles", "SeededRandom"),
    library("ParallelismSearch", "CostModel", "LinearProgramming"),
    library("RankMapping", "Quantities", "SeededRandom"),
    library(
      "ExpertPlacement", "CostModel", "InputFiles", "LinearProgramming", "ParallelismVocabulary",
      "Quantities", "SeededRandom"),
    library("ExpertChecks", "InputFiles", "ParallelismVocabulary"),
    library(
      "SequenceScattering", "ClusterTopology", "CostModel", "InputFiles", "LinearProgramming",
      "ModelDescription", "ParallelismVocabulary", "Quantities", "SeededRandom"),
    library("LaunchPlan", "ParallelismVocabulary", "Quantities", "InputFiles"),
    library(
      "Planner", "ExpertPlacement", "ParallelismSearch", "RankMapping", "LaunchPlan", "PlanChecks",
      "SequenceScattering"),
    library(
      "PlanChecks", "LaunchPlan", "ModelDescription", "ClusterTopology", "CostModel",
      "SeededRandom", "SequenceScattering"),
    library(
      "Launchers", "LaunchPlan", "ModelDescription", "ClusterTopology", "CostModel",
      "ExpertPlacement", "InputFiles"),
    library(
      "Reports", "LaunchPlan", "Launchers", "ModelDescription", "ClusterTopology", "CostModel",
      "PublishedRuns"),
    .executableTarget(
      name: "plan",
      dependencies: [
        "InputFiles", "ModelDescription", "ClusterTopology", "ClusterImport", "CostModel",
        "ExpertChecks", "ExpertPlacement", "ParallelismSearch", "Planner", "LaunchPlan",
        "Launchers", "PlanChecks", "PublishedRuns", "Reports", "SequenceScattering",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strictness),
    .executableTarget(
      name: "plan-benchmark",
      dependencies: [
        "InputFiles", "ModelDescription", "ClusterTopology", "ClusterImport", "CostModel",
        "ParallelismSearch", "ParallelismVocabulary", "LaunchPlan", "Planner", "Quantities",
        "RankMapping", "ExpertPlacement", "SeededRandom", "SequenceScattering",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strictness),

    // Runs and their predictions for the tests of two targets.
    .target(
      name: "ScoredRuns", dependencies: ["PublishedRuns"], path: "Tests/ScoredRuns",
      swiftSettings: strictness),
    tests("LinearProgramming"),
    tests("Quantities"),
    tests("InputFiles"),
    tests("ModelDescription"),
    tests("ClusterTopology"),
    tests("ClusterImport"),
    tests("CostModel"),
    tests("PublishedRuns", "ClusterImport", "ScoredRuns"),
    tests("ParallelismSearch"),
    tests("RankMapping", "InputFiles", "LinearProgramming"),
    tests("ExpertPlacement"),
    tests("ExpertChecks", "ExpertPlacement"),
    tests("SequenceScattering"),
    tests("LaunchPlan"),
    tests("Launchers", "Planner"),
    tests("Planner", "PublishedRuns"),
    tests("PlanChecks", "Planner"),
    tests("Reports", "ScoredRuns"),
    tests("plan"),
  ]
)
