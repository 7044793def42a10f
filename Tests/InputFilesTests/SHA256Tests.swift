import Testing

@testable import InputFiles

@Suite("SHA-256 agrees with the vectors of FIPS 180-4 and NIST's CAVP")
struct SHA256Tests {
  @Test(
    "a known message has its known digest",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopq"
          + "klmnopqrlmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
      ),
    ])
  func knownMessage(message: String, digest: String) {
    #expect(SHA256.hexadecimal(Array(message.utf8)) == digest)
  }

  @Test("a million times 'a' has its known digest, in whatever pieces it comes")
  func million() {
    let expected = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    for piece in [1_000_000, 1_000, 64, 63, 7] {
      var digest = SHA256()
      var left = 1_000_000
      while left > 0 {
        digest.append([UInt8](repeating: 0x61, count: min(piece, left)))
        left -= piece
      }
      #expect(digest.finish() == expected)
    }
  }

  @Test("every length around a block's end pads rightly: a digest depends on each byte")
  func lengths() {
    let digests = (50...130).map { SHA256.hexadecimal([UInt8](repeating: 1, count: $0)) }
    #expect(Set(digests).count == digests.count)
  }
}
