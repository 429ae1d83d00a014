"""Calls the example thrift_calculator without a Thrift library: python3 examples/idl/calculator.py [PORT]

Speaks the framed transport and the strict binary protocol by hand, as far as the calculator needs it.
"""

import socket
import struct
import sys

CALL, REPLY, EXCEPTION, ONE_WAY = 1, 2, 3, 4
I32, STRING, STRUCT, LIST = 8, 11, 12, 15


def field(number, kind, value):
    return struct.pack(">bh", kind, number) + value


def i32(value):
    return struct.pack(">i", value)


def string(text):
    return i32(len(text.encode())) + text.encode()


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, form):
        values = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return values[0]

    def value(self, kind):
        if kind == I32:
            return self.take(">i")
        if kind == STRING:
            size = self.take(">i")
            self.at += size
            return self.data[self.at - size : self.at].decode()
        if kind == LIST:
            of, count = self.take(">b"), self.take(">i")
            return [self.value(of) for _ in range(count)]
        assert kind == STRUCT, kind
        fields = {}
        while kind := self.take(">b"):
            number = self.take(">h")
            fields[number] = self.value(kind)
        return fields


class Client:
    def __init__(self, port):
        self.stream, self.sequence = socket.create_connection(("127.0.0.1", port), timeout=10), 0

    def read(self, size):
        data = b""
        while len(data) < size:
            part = self.stream.recv(size - len(data))
            assert part, "the server has closed the connection"
            data += part
        return data

    def call(self, method, *fields, kind=CALL):
        """The fields of the result: 0 is what the method returns, others are exceptions."""
        self.sequence += 1
        head = struct.pack(">HH", 0x8001, kind) + string(method) + i32(self.sequence)
        message = head + b"".join(fields) + b"\0"
        self.stream.sendall(i32(len(message)) + message)
        if kind == ONE_WAY:
            return None
        reply = Reader(self.read(struct.unpack(">i", self.read(4))[0]))
        assert reply.take(">H") == 0x8001
        kind, name, sequence = reply.take(">H"), reply.value(STRING), reply.take(">i")
        assert (name, sequence) == (method.split(":")[-1], self.sequence), (name, sequence)
        return ("fault" if kind == EXCEPTION else "reply", reply.value(STRUCT))


def work(left, right, operation):
    return field(1, STRUCT, field(1, I32, i32(left)) + field(2, I32, i32(right)) + field(3, I32, i32(operation)) + b"\0")


def main():
    client = Client(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)
    for name, said in [
        ("ping", client.call("ping")),
        ("2 + 3", client.call("Calculator:add", field(1, I32, i32(2)), field(2, I32, i32(3)))),
        ("6 / 2", client.call("calculate", work(6, 2, 4))),
        ("6 / 0", client.call("calculate", work(6, 0, 4))),
        ("operation 9", client.call("calculate", work(6, 2, 9))),
        ("history", client.call("last")),
        ("forget", client.call("forget", kind=ONE_WAY)),
        ("history", client.call("last")),
        ("last -1", client.call("last", field(1, I32, i32(-1)))),
        ("no method", client.call("multiply")),
    ]:
        print(f"{name}: {said}")


if __name__ == "__main__":
    main()
