"""Changes of a plan's mapping on four nodes of one group: ranks on other nodes and devices."""


def _devices(document):
    """The devices of a node, where the plan fills its four nodes."""
    ways = document["parallelism"]
    ranks = ways["tensor"] * ways["context"] * ways["data"] * ways["pipeline"]
    return ranks // 4


def permuted(document):
    """Other nodes first, and the devices of a node from the last."""
    mapping = document["mapping"]
    group = mapping["hosts"][0]["nodeGroup"]
    mapping["hosts"] = [
        {"nodeGroup": group, "firstNode": node, "nodes": 1} for node in (2, 0, 3, 1)
    ]
    mapping["deviceOrder"] = list(range(_devices(document)))[::-1]


def moved(document):
    """The second rank of the first node and the second last of the last exchanged."""
    devices = _devices(document)
    document["mapping"]["exceptions"] = [
        {"rank": 1, "host": 3, "device": devices - 2},
        {"rank": 4 * devices - 2, "host": 0, "device": 1},
    ]
