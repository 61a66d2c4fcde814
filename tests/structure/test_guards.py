"""The guards of tests/conftest.py themselves."""

import socket
import warnings

import pytest


def test_a_test_reaches_no_other_machine():
    with pytest.raises(RuntimeError, match="never reach"):
        socket.create_connection(("192.0.2.1", 80))


def test_a_test_without_the_mark_reaches_no_loopback():
    with pytest.raises(RuntimeError, match="not marked"):
        socket.create_connection(("127.0.0.1", 9))


@pytest.mark.loopback
def test_a_marked_test_reaches_loopback():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


@pytest.mark.loopback
def test_a_marked_test_reaches_no_other_machine():
    with pytest.raises(RuntimeError, match="never reach"):
        socket.getaddrinfo("example.org", 80)


def test_a_warning_is_an_error():
    with pytest.raises(UserWarning, match="fault"):
        warnings.warn("fault", stacklevel=1)
