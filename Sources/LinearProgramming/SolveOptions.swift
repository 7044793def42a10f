/// How much effort a solve may spend, from where it starts, and how it goes about it.
///
/// Without a time limit the result depends on the program and these options alone.
public struct SolveOptions: Sendable {
  /// The subproblems that the search for whole numbers may create, the root among them. At least 1.
  public var nodeLimit = 1_000_000
  /// The simplex iterations that the relaxation may take, and that the search may take in all its
  /// subproblems together. The search looks after each subproblem, so it may end a little later.
  public var iterationLimit = 10_000_000
  /// The time on the clock that may pass. A result under a time limit differs between runs.
  public var timeLimit: Duration?
  /// The search for whole numbers stops when no solution can be better by more than this share of
  /// the best one found; 0 asks for the best.
  public var relativeGap = 0.0

  /// A feasible point that is already known: the search prunes with it, and returns it if it finds
  /// nothing better.
  public var start: FeasiblePoint?
  /// The basis to start the relaxation from, as an earlier solution of this program, or of a smaller
  /// one from which it grew, told it.
  public var basis: Basis?

  public var simplex = SimplexMethod.automatic
  /// Whether to confirm the relaxation's optimum in rational arithmetic (`glp_exact`).
  public var exact = false
  public var branching = Branching()

  public init() {}
}

/// Which simplex method solves the relaxation.
public enum SimplexMethod: Sendable, Equatable {
  /// The dual method where a live session has new constraints or bounds, and where there is no
  /// objective; else the primal method.
  case automatic
  /// Best from scratch on interval programs (5 times faster than the dual at 96 layers on 16 stages),
  /// and after adding variables.
  case primal
  /// Best from scratch on assignment and transportation programs (3 times faster than the primal at
  /// 100 × 100), and after adding constraints or changing bounds.
  case dual
}

/// The settings of the search for whole numbers, in GLPK's terms and with its defaults.
///
/// On stage, assignment and placement programs the defaults win; on general mixed-integer programs
/// cuts with pseudocosts do.
public struct Branching: Sendable, Equatable {
  public enum Variable: Int32, Sendable, Equatable {
    case firstFractional = 1
    case lastFractional = 2
    case mostFractional = 3
    case driebeckTomlin = 4
    case pseudocost = 5
  }

  public enum Node: Int32, Sendable, Equatable {
    case depthFirst = 1
    case breadthFirst = 2
    case bestBound = 3
    case bestProjection = 4
  }

  public struct Cuts: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let mixedIntegerRounding = Cuts(rawValue: 1)
    public static let gomory = Cuts(rawValue: 2)
    public static let cover = Cuts(rawValue: 4)
    public static let clique = Cuts(rawValue: 8)
    public static let all: Cuts = [.mixedIntegerRounding, .gomory, .cover, .clique]
  }

  /// On which variable to branch.
  public var variable = Variable.driebeckTomlin
  /// Which subproblem to take up next.
  public var node = Node.bestBound
  public var cuts: Cuts = []

  public init() {}
}
