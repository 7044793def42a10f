/// The JSON Schemas of the documents that the program reads and writes.
enum Schemas {}
