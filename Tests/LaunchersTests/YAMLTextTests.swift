import InputFiles
import Testing

@testable import Launchers

@Suite("YAML")
struct YAMLTextTests {
  @Test("objects and arrays stand in blocks, below comments")
  func blocks() {
    let value: JSONValue = [
      "a": 1, "b": [[:], [], nil, true, "x", ["k": ["v", ["l": 2]], "m": "n"]],
      "c": ["d": [1, [2, 3]]], "e": 1e-5, "f": 0.5, "g": 2.0,
    ]
    #expect(
      YAMLText.documents([value, "y"], comments: ["one\u{85}two", "three"])
        == """
        # one\\u0085two
        # three
        a: 1
        b:
          - {}
          - []
          - null
          - true
          - x
          - k:
              - v
              - l: 2
            m: "n"
        c:
          d:
            - 1
            - - 2
              - 3
        e: 1.0e-05
        f: 0.5
        g: 2.0
        ---
        "y"

        """)
  }

  @Test(
    "a string is bare where no version reads anything else into it, and in double quotes otherwise",
    arguments: [
      ("plain", "plain"), ("spec.nodeName", "spec.nodeName"), ("a-b_c/d", "a-b_c/d"),
      ("", #""""#), ("yes", #""yes""#), ("No", #""No""#), ("ON", #""ON""#), ("y", #""y""#),
      ("null", #""null""#), ("NaN", #""NaN""#), ("~", #""~""#), ("1", #""1""#),
      ("0x1F", #""0x1F""#), ("1e3", #""1e3""#), ("- a", #""- a""#), ("a: b", #""a: b""#),
      ("a #b", #""a #b""#), ("{}", #""{}""#), ("*a", #""*a""#), ("!t", #""!t""#),
      ("it's", #""it's""#), (#"say "x""#, #""say \"x\"""#), (#"a\b"#, #""a\\b""#),
      (" a", #"" a""#), ("a\tb", #""a\tb""#), ("a\rb", #""a\u000db""#),
      ("\u{0}\u{7}\u{7F}", #""\u0000\u0007\u007f""#), ("\u{85}", #""\u0085""#),
      ("\u{2028}\u{2029}", #""\u2028\u2029""#), ("\u{FEFF}", #""\ufeff""#),
      ("\u{202E}", #""\u202e""#), ("\u{FFFE}", #""\ufffe""#), ("ü🙂", #""ü🙂""#),
    ])
  func scalars(string: String, text: String) {
    #expect(YAMLText.scalar(string) == text)
  }

  @Test(
    "several lines stand as a literal block that says how it is indented and how it ends",
    arguments: [
      ("a\nb", "k: |-\n  a\n  b\n"), ("a\n\nb\n", "k: |\n  a\n\n  b\n"),
      ("a\n\n", "k: |+\n  a\n\n"), (" a\nb\n", "k: |2\n   a\n  b\n"),
      ("\na\n", "k: |2\n\n  a\n"), ("a: 'b' # \"c\"\n- d\n", "k: |\n  a: 'b' # \"c\"\n  - d\n"),
      ("\n", #"k: "\n""# + "\n"), ("a\n\u{85}", #"k: "a\n\u0085""# + "\n"),
      ("a\r\nb", #"k: "a\u000d\nb""# + "\n"),
    ])
  func literals(string: String, text: String) {
    #expect(YAMLText.documents([["k": .string(string)]], comments: []) == text)
  }
}
