import Testing

@testable import InputFiles

@Suite("XML is read in the subset that inventories are written in")
struct XMLElementTests {
  private func parse(_ text: String) throws(InputFaults) -> XMLElement {
    try XMLElement.parse(TextFile(file: "a.xml", bytes: Array(text.utf8)))
  }

  @Test("elements keep their order, attributes, places and single words of text")
  func document() throws {
    let root = try parse(
      """
      <?xml version="1.0"?>
      <!DOCTYPE a SYSTEM "a.dtd">
      <!-- <not read> -->
      <a x='1' y="&lt;&#65;&#x42;&amp;&quot;">
        <b n="1"/><c><b n="2"/></c>
        <d>  one
          word </d><e><![CDATA[<x>]]></e>
      </a>
      <!-- end -->
      """)
    #expect(root.name == "a")
    #expect(root["x"] == "1")
    #expect(root["y"] == "<AB&\"")
    #expect(root["z"] == nil)
    #expect(root.position == SourcePosition(line: 4, column: 1))
    #expect(root.all(named: "b").map { $0["n"] } == ["1", "2"])
    #expect(root.children(named: "b").count == 1)
    #expect(root.children(named: "d").first?.text == "one word")
    #expect(root.children(named: "e").first?.text == "<x>")
    #expect(root.children(named: "c").first?.position == SourcePosition(line: 5, column: 13))
  }

  @Test(
    "what is not well-formed is refused at its place",
    arguments: [
      ("", "1:1: error: found the end, but must be an element"),
      ("text", "1:1: error: found 't', but must be an element"),
      ("<a>", "1:4: error: the file ends inside \"a\": is it whole?"),
      ("<a><b></a>", "1:7: error: closes \"a\", but \"b\" is open since line 1"),
      ("<a/><b/>", "1:5: error: found '<' behind the outermost element, which must be the last"),
      ("<a x=1/>", "1:6: error: found '1', but must be a value in quotes"),
      ("<a x='1' x='2'/>", "1:10: error: the attribute \"x\" stands there twice"),
      ("<a x='1'y='2'/>", "1:9: error: found 'y', but must be an attribute, '>' or '/>'"),
      ("<a x='<'/>", "1:7: error: a value must not hold '<'"),
      ("<a x='", "1:7: error: the file ends inside a value: is it whole?"),
      ("<a>\n<!-- ", "2:1: error: the file ends inside a comment that starts here: is it whole?"),
      ("<a>&lol;</a>", "1:4: error: &lol; names no character; entities of one's own are not read"),
      ("<a>&</a>", "1:4: error: found '&' without its ';'; write &amp; for the sign itself"),
      (
        "<a>&#xD800;</a>",
        "1:4: error: &#xD800; names no character; entities of one's own are not read"
      ),
      ("</a>", "1:1: error: closes nothing"),
      ("<![CDATA[x]]>", "1:1: error: found a CDATA section, but must be an element"),
      ("<=/>", "1:2: error: found '=', but must be the name of an element"),
      (
        "<!DOCTYPE a [<!ENTITY b \"bbb\">]><a>&b;</a>",
        "1:1: error: a document type that declares entities of its own is not read"
      ),
    ])
  func refusal(text: String, message: String) {
    let faults = #expect(throws: InputFaults.self) { try parse(text) }
    #expect(faults?.description == "a.xml:" + message)
  }

  @Test("10,000 open elements are refused at the 257th, without recursion")
  func depth() {
    let faults = #expect(throws: InputFaults.self) {
      try parse(String(repeating: "<a>", count: 10_000))
    }
    #expect(faults?.description == "a.xml:1:769: error: lies more than 256 elements deep")
  }

  @Test("every cut and every changed byte of a document is read or refused, never a crash")
  func mutations() {
    let text = Array(#"<a x="1&amp;2"><!-- c --><b/><c>t&#65;</c><![CDATA[d]]></a>"#.utf8)
    for cut in text.indices {
      _ = try? XMLElement.parse(TextFile(file: "a", bytes: Array(text[..<cut])))
      for byte: UInt8 in [0, 0x22, 0x26, 0x3C, 0x3E, 0x2F, 0xFF] {
        var changed = text
        changed[cut] = byte
        _ = try? XMLElement.parse(TextFile(file: "a", bytes: changed))
      }
    }
  }
}

@Suite("Texts are read line by line")
struct TextFileTests {
  @Test("lines lose their ends, a mark at the start does not count, and words know their columns")
  func lines() {
    let text = TextFile(file: "a", bytes: [0xEF, 0xBB, 0xBF] + Array("one  two\r\n\r\nthree".utf8))
    #expect(text.lines.map { String($0.text) } == ["one  two", "", "three"])
    #expect(text.lines[0].words.map(\.position.column) == [1, 6])
    #expect(text.lines[2].number == 3)
    #expect(text.isText)
    #expect(!TextFile(file: "a", bytes: [65, 0, 66]).isText)
  }
}
