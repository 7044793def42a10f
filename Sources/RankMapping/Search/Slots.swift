/// A fixed number of values that one owner changes in place.
///
/// An array asks at every write whether it is shared; the inner loop of the search writes a few
/// values millions of times, and this type cannot be shared.
struct Slots<Value: BitwiseCopyable>: ~Copyable {
  let count: Int
  private let values: UnsafeMutablePointer<Value>

  init(repeating value: Value, count: Int) {
    self.count = count
    values = .allocate(capacity: count)
    values.initialize(repeating: value, count: count)
  }

  init(_ array: [Value]) {
    count = array.count
    values = .allocate(capacity: array.count)
    for (index, value) in array.enumerated() { (values + index).initialize(to: value) }
  }

  deinit { values.deallocate() }

  subscript(index: Int) -> Value {
    @inline(__always) get {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      return values[index]
    }
    @inline(__always) nonmutating _modify {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      yield &values[index]
    }
  }

  var array: [Value] { (0..<count).map { values[$0] } }
}

/// A list in a fixed place, emptied often.
struct Log<Entry: BitwiseCopyable>: ~Copyable {
  private(set) var count = 0
  private let entries: Slots<Entry>

  init(capacity: Int, filler: Entry) { entries = Slots(repeating: filler, count: capacity) }

  subscript(index: Int) -> Entry {
    @inline(__always) get { entries[index] }
  }

  @inline(__always)
  mutating func append(_ entry: Entry) {
    entries[count] = entry
    count &+= 1
  }

  @inline(__always)
  mutating func removeAll() { count = 0 }
}
