import LaunchPlan
import ParallelismVocabulary
import Testing

@testable import Launchers

@Suite("The environment of NCCL")
struct NCCLEnvironmentTests {
  @Test("InfiniBand needs nothing, and the file says so")
  func infiniBand() throws {
    #expect(
      try LaunchTarget.nccl.files(.flat)["nccl.env"]
        == #"""
        # plan 0123456789abcdef: Llama-3-8B on 16 devices of two nodes, torchtitan@0.2
        # made by: plan emit plan.json --target x

        # ib (infiniband): NCCL finds the cards by itself. Name them by
        # NCCL_IB_HCA where a node has others, for storage say.

        # The interface by which nodes find each other is yours to name, where
        # NCCL chooses wrongly.
        # NCCL_SOCKET_IFNAME=

        """#)
  }

  @Test("cards on Ethernet talk by several sockets")
  func ethernet() throws {
    #expect(
      try Self.text(kind: "ethernet")
        == #"""
        # plan 0123456789abcdef: Llama-3-8B on 16 devices of two nodes, torchtitan@0.2
        # made by: plan emit plan.json --target x

        # ib (ethernet) has no cards for remote memory access.
        NCCL_NET=Socket

        # One stream does not fill 100 Gb/s and more; NCCL's guide has four threads of four sockets.
        NCCL_SOCKET_NTHREADS=4
        NCCL_NSOCKS_PERTHREAD=4

        # The interface by which nodes find each other is yours to name, where
        # NCCL chooses wrongly.
        # NCCL_SOCKET_IFNAME=

        """#)
  }

  @Test(
    "a network of a provider names it",
    arguments: [
      ("efa", "FI_PROVIDER=efa\n"), ("efa", "FI_EFA_USE_DEVICE_RDMA=1\n"),
      ("slingshot", "FI_PROVIDER=cxi\n"), ("slingshot", "NCCL_CROSS_NIC=1\n"),
      ("tcpx", "# (nccl-env-profile.sh) in place of this file.\n"),
      ("omnipath", "# ib (omnipath): NCCL reaches the cards by verbs"),
      ("roce", "NCCL_IB_GID_INDEX before.\n"),
    ])
  func providers(kind: String, line: String) throws {
    #expect(try Self.text(kind: kind).contains(line))
  }

  @Test("switches that add up messages are used")
  func reduction() throws {
    var sample = SampleLaunch.flat
    sample.fabrics = #"[ { "name": "ib", "kind": "infiniband", "inNetworkReduction": true } ]"#
    #expect(
      try LaunchTarget.nccl.files(sample)["nccl.env"]?.contains("NCCL_COLLNET_ENABLE=1") == true)
  }

  @Test("two pods that meet on Ethernet talk by sockets everywhere, with a warning that says so")
  func mixed() throws {
    let emission = try LaunchTarget.nccl.emit(SampleLaunch.twoPods.launch())
    #expect(
      emission.files.first?.text
        == #"""
        # plan 0123456789abcdef: Llama-3-8B on 32 devices of two nodes, torchtitan@0.2
        # made by: plan emit plan.json --target x

        # "a" and "b" meet on lan (ethernet), where no card of theirs
        # reaches the other. A communicator of NCCL has a single network, and this variable holds for
        # all of a process.
        NCCL_NET=Socket

        # One stream does not fill 100 Gb/s and more; NCCL's guide has four threads of four sockets.
        NCCL_SOCKET_NTHREADS=4
        NCCL_NSOCKS_PERTHREAD=4

        # The interface by which nodes find each other is yours to name, where
        # NCCL chooses wrongly.
        # NCCL_SOCKET_IFNAME=

        """#)
    #expect(
      emission.warnings == [
        "NCCL_NET=Socket holds for every group of a process, those inside a pod too; to keep their "
          + "network, leave it out and give the groups between pods netName 'Socket' in ncclConfig_t"
      ])
  }

  @Test("a rank's program reads the file that PLAN_ENVIRONMENT names")
  func source() throws {
    let script = try RankProgram.torchtitan(SampleLaunch.flat.launch()).script
    #expect(script.contains(#"source "$PLAN_ENVIRONMENT""#))
  }

  private static func text(kind: String) throws -> String {
    var sample = SampleLaunch.flat
    sample.fabrics = #"[ { "name": "ib", "kind": "\#(kind)" } ]"#
    return try #require(try LaunchTarget.nccl.files(sample)["nccl.env"])
  }
}
