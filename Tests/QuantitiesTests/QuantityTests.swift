import Testing

@testable import Quantities

@Suite("Quantities carry their unit")
struct QuantityTests {
  @Test("Bytes over bytes per second are seconds")
  func quotients() {
    #expect(Bytes(50e9) / BytesPerSecond.gigabits(400) == Seconds(1))
    #expect(FLOPs(989e12) / FLOPsPerSecond.teraFLOPS(989) == Seconds(1))
    #expect(BytesPerSecond.gigabytes(2) * Seconds(3) == Bytes(6e9))
  }

  @Test("Memory is binary and networks are decimal")
  func multiples() {
    #expect(Bytes.gibibytes(1).value == 1_073_741_824)
    #expect(BytesPerSecond.gigabits(8).value == 1e9)
    #expect(Bytes.mebibytes(81_559).gibibytes.spelled(decimals: 2) == "79.65")
  }

  @Test("Numbers are spelt with about three digits and a unit that fits")
  func spelling() {
    #expect(Seconds(0.0123).description == "12.3 ms")
    #expect(Seconds(12.345).description == "12.3 s")
    #expect(Seconds.microseconds(7).description == "7.00 µs")
    #expect(Bytes.gibibytes(45.62).description == "45.6 GiB")
    #expect(BytesPerSecond.gigabytes(450).description == "450 GB/s")
    #expect(0.0125.percent == "1.3 %")
    #expect((-0.0001).spelled(decimals: 1) == "0.0")
    #expect(Double.nan.spelled(decimals: 2) == "nan")
    #expect(16384.grouped == "16,384")
    #expect((-1_234_567).grouped == "-1,234,567")
  }
}
