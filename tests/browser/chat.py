"""Three people in the example `chat`, in Chromium: `chat.py URL PID VERSION [FOLDER]`. PID is the server's, which is ended at last;
VERSION what the page is to come by, `http/1.1` or `h2`; pictures go into FOLDER."""

import http.server
import json
import os
import signal
import sys
import threading

from webdriver import Browser

url, server, version = sys.argv[1], int(sys.argv[2]), sys.argv[3]
folder = sys.argv[4] if len(sys.argv) > 4 else None

LINES = "return [...document.querySelectorAll('[role=log] li')].map(line => line.innerText)"


def says(page, line):
    page.wait(f"no line says {line!r}", f"return ({LINES.replace('return ', '')}).includes(arguments[0])", line)


def enter(browser, name):
    page = browser.page(url)
    page.type("input", name)
    says(page, f"{name} has come")
    return page


def picture(page, name):
    if folder:
        os.makedirs(folder, exist_ok=True)
        page.shot(os.path.join(folder, f"{name}.png"))


def stranger(target):
    """A page of another origin that tries to get in."""
    text = f"<title>waits</title><script>const socket = new WebSocket({json.dumps(target)});" \
        "socket.onopen = () => document.title = 'open'; socket.onclose = event => document.title = `closed ${event.code}`;</script>"

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_):
            pass

    http_server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http_server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{http_server.server_port}/"


with Browser() as browser:
    picture(browser.page(url), "before")
    ada = enter(browser, "Ada")
    came_by = ada.run("return performance.getEntriesByType('navigation')[0].nextHopProtocol")
    assert came_by == version, f"the page came by {came_by}"
    bob = enter(browser, "Bob")
    says(ada, "Bob has come")
    ada.wait("two are here", "return document.body.innerText.includes('2 are here')")

    ada.type("input", "hello, is anybody there?")
    says(bob, "Ada\nhello, is anybody there?")
    says(ada, "hello, is anybody there?")  # without a name: it is her own
    bob.type("input", "I am. Good morning!")
    says(ada, "Bob\nI am. Good morning!")
    says(bob, "I am. Good morning!")
    print("-- two people hear each other")

    # markup is text, in what is said and in a name
    said, name = "<img src=x onerror=\"document.title='broken in'\"><b>bold</b> & &amp;", "<u>Eve</u>"
    bob.type("input", said)
    says(ada, f"Bob\n{said}")
    eve = enter(browser, name)
    says(ada, f"{name} has come")
    assert ada.run("return document.querySelectorAll('li img, li u, li b b').length") == 0
    assert ada.run("return document.title") == "Chat"
    print("-- what they say is text, and no markup")

    bob.type("input", "x" * 500)
    says(ada, f"Bob\n{'x' * 500}")
    # the field takes no more, so the page is asked to send it
    bob.run("socket.send('y'.repeat(501))")
    says(bob, "that is too long")
    picture(ada, "talk")
    eve.close()
    says(ada, f"{name} has left")
    bob.click("header button")
    says(bob, "you have left (1000)")
    says(ada, "Bob has left")
    ada.wait("she is alone", "return document.body.innerText.includes('only you are here')")
    bob.type("input", "by")  # behind the name that is there still
    says(bob, "Bobby has come")
    says(ada, "Bobby has come")
    print("-- they leave, and come again")

    browser.log("browser")
    target = url.replace("http", "ws") + "chat?name=Mallory"
    mallory = browser.page(stranger(target))
    mallory.wait("it was not refused", "return document.title === 'closed 1006'")
    why = [entry["message"] for entry in browser.log("browser") if "WebSocket" in entry["message"]]
    assert any("403" in message for message in why), f"it was refused, but because: {why}"
    assert not any("Mallory" in line for line in ada.run(LINES))
    print("-- a page of another origin is refused")

    # as the browser saw it: which status opened them (RFC 6455 §4.2.2, RFC 8441 §5.1)
    events = [json.loads(entry["message"])["message"] for entry in browser.log("performance")]
    opened = {
        event["params"]["response"]["status"]
        for event in events
        if event["method"] == "Network.webSocketHandshakeResponseReceived"
    }
    assert opened == {101 if version == "http/1.1" else 200}, f"over {version}, a WebSocket was opened with {opened}"
    print(f"-- all of it over {version}")

    os.kill(server, signal.SIGTERM)
    for page in (ada, bob):
        says(page, "the server has ended (1001)")
    picture(ada, "ended")
    print("-- when the server ends, each page says so")
