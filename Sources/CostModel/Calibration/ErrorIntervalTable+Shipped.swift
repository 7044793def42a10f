extension ErrorIntervalTable {
  /// The intervals of predictions under the shipped calibration.
  public static let shipped = ErrorIntervalTable(cells: [], stacks: [])
}
