import Foundation
import ParallelismVocabulary
import Testing

@Suite("A schedule is written as its name, with its chunks where there is a choice")
struct ScheduleNameTests {
  @Test(
    "Every schedule reads as it was written",
    arguments: [
      "gpipe", "1f1b", "interleaved:3", "zb-h1", "zb-h2", "zb-v", "dualpipe", "dualpipe-v",
    ])
  func roundTrip(text: String) throws {
    let json = Data("\"\(text)\"".utf8)
    let schedule = try JSONDecoder().decode(Schedule.self, from: json)
    #expect(try JSONEncoder().encode(schedule) == json)
    #expect(Schedule.names.contains(schedule.name))
    #expect(Schedule(name: schedule.name, virtualStages: schedule.virtualStages) == schedule)
  }

  @Test(
    "A count of chunks that does not suit is refused",
    arguments: ["interleaved", "interleaved:1", "1f1b:2", "zb-v:3", "dualpipe:2", "zb-h1:x", "zb"])
  func refusals(text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Schedule.self, from: Data("\"\(text)\"".utf8))
    }
  }
}
