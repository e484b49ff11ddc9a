"""A mouse for Wayland compositors of wlroots' family, by wlr-virtual-pointer-unstable-v1 on the
wire: no package of Debian has one. The seat has a mouse while it lives."""

import socket
import struct
import time

MANAGER = b"zwlr_virtual_pointer_manager_v1\0"
BUTTONS = {1: 0x110, 3: 0x111}  # X's numbers; Linux's codes
# Numbers of objects: the first is given, the others are chosen here.
DISPLAY, REGISTRY, GLOBALS_SENT, POINTERS, POINTER = 1, 2, 3, 4, 5
NULL_SEAT = 0


class WaylandPointer:
    def __init__(self, display, size):
        self.size = size
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(display)
        self._send(DISPLAY, 1, REGISTRY)  # get_registry
        self._send(DISPLAY, 0, GLOBALS_SENT)  # sync
        number = self._number_of_manager()
        padding = b"\0" * (-len(MANAGER) % 4)
        self._send(REGISTRY, 0, number, len(MANAGER), MANAGER + padding, 1, POINTERS)  # bind
        self._send(POINTERS, 0, NULL_SEAT, POINTER)  # create_virtual_pointer

    def close(self):
        self.socket.close()

    def move(self, x, y):
        self._send(POINTER, 1, self._now(), x, y, *self.size)  # motion_absolute
        self._send(POINTER, 4)  # frame

    def click(self, x, y, button):
        self.move(x, y)
        for pressed in (1, 0):
            self._send(POINTER, 2, self._now(), BUTTONS[button], pressed)  # button
            self._send(POINTER, 4)

    def _number_of_manager(self):
        for sender, event, body in self._events():
            if (sender, event) == (GLOBALS_SENT, 0):
                break
            number, length = struct.unpack_from("<II", body)
            if (sender, event) == (REGISTRY, 0) and body[8:8 + length] == MANAGER:
                return number
        raise AssertionError("the compositor has no virtual pointers")

    def _events(self):
        data = b""
        while True:
            while len(data) >= 8:
                sender, word = struct.unpack_from("<II", data)
                if len(data) < word >> 16:
                    break
                yield sender, word & 0xffff, data[8:word >> 16]
                data = data[word >> 16:]
            data += self.socket.recv(65536)

    def _send(self, target, request, *arguments):
        body = b"".join(argument if isinstance(argument, bytes) else struct.pack("<I", argument)
                        for argument in arguments)
        self.socket.sendall(struct.pack("<II", target, (8 + len(body)) << 16 | request) + body)

    @staticmethod
    def _now():
        return int(time.monotonic() * 1000) & 0xffffffff
