"""Calls the service behind the example gateway without a Thrift library: python3 examples/idl/sums.py [PORT]"""

import sys

sys.dont_write_bytecode = True
from calculator import I32, STRING, Client, field, i32, string


def main():
    client = Client(int(sys.argv[1]) if len(sys.argv) > 1 else 3001)
    token = field(1, STRING, string("bob-key"))
    for name, said in [
        ("4 + 5", client.call("add", token, field(2, I32, i32(4)), field(3, I32, i32(5)))),
        ("too much", client.call("add", token, field(2, I32, i32(2**31 - 1)), field(3, I32, i32(1)))),
        ("history", client.call("history", token)),
        ("no token", client.call("history")),
        ("wrong token", client.call("history", field(1, STRING, string("mallory-key")))),
    ]:
        print(f"{name}: {said}")


if __name__ == "__main__":
    main()
