import InputFiles

/// Why a file holds no plan.
public enum PlanReadingError: Error, Sendable, Hashable, CustomStringConvertible {
  /// It could not be opened, is no JSON, or lacks what a plan needs.
  case unreadable(InputFaults)
  /// It has the form of a plan but contradicts itself; the same faults with their places.
  case contradictory(PlanFaults, InputFaults)

  /// The faults with their places in the file.
  public var inputFaults: InputFaults {
    switch self {
    case .unreadable(let faults), .contradictory(_, let faults): faults
    }
  }

  public var description: String { inputFaults.description }
}

extension LaunchPlan {
  /// The plan in a file, or on standard input when `path` is `-`.
  public static func read(path: String) throws(PlanReadingError) -> LaunchPlan {
    try read(document(path: path))
  }

  /// The document in a file, or on standard input, for those who also pass it on: it may have keys
  /// of a newer minor version.
  public static func document(path: String) throws(PlanReadingError) -> JSONDocument {
    do {
      return try JSONDocument.read(path: path, limit: InputLimit(kind: "a plan", mebibytes: 256))
    } catch {
      throw error.asReadingError
    }
  }

  /// The plan in a text, which `file` names in messages.
  public static func parse(_ text: String, file: String) throws(PlanReadingError) -> LaunchPlan {
    let document: JSONDocument
    do {
      document = try JSONDocument.parse(text, file: file)
    } catch {
      throw error.asReadingError
    }
    return try read(document)
  }

  /// The plan in a document. Keys that a newer minor version added are passed over.
  public static func read(_ document: JSONDocument) throws(PlanReadingError) -> LaunchPlan {
    do {
      return try decode(document)
    } catch {
      throw error.asReadingError
    }
  }

  private static func decode(_ document: JSONDocument) throws -> LaunchPlan {
    do {
      return try document.decode(LaunchPlan.self)
    } catch let broken as PlanFaults {
      let faults = broken.faults.map { fault in
        InputFault(
          file: document.file, position: document.node(nearest: fault.path).position,
          message: fault.description)
      }
      throw PlanReadingError.contradictory(
        broken, InputFaults(reason: .malformed, faults: faults))
    }
  }
}

extension Error {
  fileprivate var asReadingError: PlanReadingError {
    switch self {
    case let error as PlanReadingError: error
    case let faults as InputFaults: .unreadable(faults)
    default:
      .unreadable(
        InputFaults(malformed: "\(self)", in: "plan"))
    }
  }
}

extension JSONDocument {
  /// The value at a path such as `stages[3].chunks`, or the innermost one around it that is there.
  fileprivate func node(nearest path: String) -> JSONNode {
    var node = root
    for step in path.split(separator: ".") {
      let parts = step.split(separator: "[")
      guard let key = parts.first, let member = node[String(key)] else { return node }
      node = member
      for index in parts.dropFirst() {
        guard let index = Int(index.dropLast()), let elements = node.elements,
          let element = elements.dropFirst(index).first(where: { _ in true })
        else { return node }
        node = element
      }
    }
    return node
  }
}
