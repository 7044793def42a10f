import ArgumentParser

/// `plan import`: what users already have, as what the planner reads.
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read what you already have: a launch.", subcommands: [ImportLaunch.self])
}
