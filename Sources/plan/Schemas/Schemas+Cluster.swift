extension Schemas {
  static let cluster = "{}\n"
}
