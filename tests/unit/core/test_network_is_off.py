import socket

import psycopg
import pytest


@pytest.mark.parametrize(
    "reach_out",
    [
        lambda: socket.create_connection(("127.0.0.1", 9), timeout=1),
        lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM).connect(("127.0.0.1", 9)),
        lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"", ("127.0.0.1", 9)),
        lambda: psycopg.connect("postgresql://127.0.0.1:9/none"),
        lambda: psycopg.Connection.connect("postgresql://127.0.0.1:9/none"),
    ],
)
def test_a_unit_test_cannot_reach_out(reach_out):
    with pytest.raises(AssertionError, match="wanted the network"):
        reach_out()
