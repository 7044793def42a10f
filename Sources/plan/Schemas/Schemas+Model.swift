extension Schemas {
  static let model = "{}\n"
}
