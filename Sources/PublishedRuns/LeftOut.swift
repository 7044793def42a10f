/// The rule by which a record leaves the runs, as the end of "left out: …".
struct LeftOut: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}
