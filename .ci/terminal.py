"""Runs a program on a terminal of 80 columns, without colour."""

import os
import pty
import subprocess


def printed(command, folder):
    """What a command prints on a terminal, its standard error after its output, and its status."""
    leader, follower = pty.openpty()
    environment = dict(os.environ, NO_COLOR="1", COLUMNS="80", TERM="dumb")
    process = subprocess.Popen(
        command, cwd=folder, stdout=follower, stderr=subprocess.PIPE, env=environment
    )
    os.close(follower)
    output = b""
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:  # the program closed its end
            break
        if not piece:
            break
        output += piece
    errors = process.stderr.read().decode()
    status = process.wait()
    return output.decode().replace("\r\n", "\n") + errors, status
