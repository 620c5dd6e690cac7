"""A service that answers with the bytes it was given, over real TCP, and closes."""

import socket
import threading

#: So many requests for one call: it would go on for ever.
ENDLESS = 400


class Answering:
    """Answers in turn from `script`, the last one for ever; one connection after the other.

    Attributes:
        asked: requests since `play`.
    """

    def __init__(self):
        self.script, self.asked = [], 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def play(self, script):
        self.script, self.asked = script, 0

    @property
    def is_endless(self):
        return self.asked > ENDLESS

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                try:
                    self._answer(connection)
                except OSError:
                    continue

    def _answer(self, connection):
        if not _read_request(connection):
            return
        self.asked += 1
        if self.is_endless:
            connection.sendall(b"HTTP/1.1 418 Enough\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        connection.sendall(self.script[min(self.asked, len(self.script)) - 1])


def _read_request(connection):
    """To its end, so that closing is no reset."""
    read = b""
    while b"\r\n\r\n" not in read:
        if not (more := connection.recv(65_536)):
            return False
        read += more
    head, _, body = read.partition(b"\r\n\r\n")
    told = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    left = int(told[0].split(b":")[1]) - len(body) if told else 0
    while left > 0:
        if not (more := connection.recv(65_536)):
            return False
        left -= len(more)
    return True
