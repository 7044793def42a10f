extension Schemas {
  static let plan = "{}\n"
}
