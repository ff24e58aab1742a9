"""A connector in Python's standard library alone: `python3 pigeon.py`, with NATS_URL as `passerelle connector token pigeon` shows it.

Its platform is the post office of `../pigeon` (plain JavaScript), whose manifest it shares. Requests are answered one by one in threads.
"""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import secrets
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

MANIFEST = json.loads((pathlib.Path(__file__).parent.parent / "pigeon" / "manifest.json").read_text())
NAME = MANIFEST["name"]
INSTANCE = secrets.token_hex(8)


def subject(operation):
    return f"psr.v1.connector.{NAME}.{operation}"


class Nats:
    """As much of NATS as a connector needs (https://docs.nats.io/reference/reference-protocols/nats-protocol)."""

    def __init__(self, address, inbox_prefix):
        url = urllib.parse.urlsplit(address)
        self.socket = socket.create_connection((url.hostname, url.port or 4222))
        self.lines = self.socket.makefile("rb")
        self.lock = threading.Lock()
        self.handlers, self.replies, self.pongs = {}, {}, []
        self.working, self.next = set(), 0
        self.inbox = f"{inbox_prefix}.{secrets.token_hex(8)}"
        greeting = {"verbose": False, "pedantic": False, "headers": True, "no_responders": True, "protocol": 1}
        user = {"user": urllib.parse.unquote(url.username), "pass": urllib.parse.unquote(url.password)}
        self.write(f"CONNECT {json.dumps({**greeting, **user, 'lang': 'python', 'version': '1'})}\r\n".encode())
        self.closed = threading.Event()
        threading.Thread(target=self.read, daemon=True).start()
        self.subscribe(f"{self.inbox}.*", self.replied)

    def write(self, data):
        with self.lock:
            self.socket.sendall(data)

    def number(self):
        with self.lock:
            self.next += 1
            return str(self.next)

    def publish(self, to, payload, reply=""):
        data = json.dumps(payload).encode()
        self.write(f"PUB {to} {reply} {len(data)}\r\n".encode() + data + b"\r\n")

    def subscribe(self, to, handler, queue=""):
        number = self.number()
        self.handlers[number] = handler
        self.write(f"SUB {to} {queue} {number}\r\n".encode())
        return number

    def request(self, to, payload, timeout=10):
        """The answer, or None: nobody is there, or nobody answered in time."""
        reply, answered = f"{self.inbox}.{self.number()}", threading.Event()
        self.replies[reply] = [answered, None]
        self.publish(to, payload, reply)
        answered.wait(timeout)
        return self.replies.pop(reply)[1]

    def replied(self, to, _reply, status, payload):
        waiting = self.replies.get(to)
        if waiting:
            waiting[1] = None if status else json.loads(payload)
            waiting[0].set()

    def respond(self, to, queue, answer):
        def work(reply, payload):
            try:
                self.publish(reply, answer(json.loads(payload)))
            finally:
                self.working.discard(threading.current_thread())

        def handle(_to, reply, _status, payload):
            thread = threading.Thread(target=work, args=(reply, payload))
            self.working.add(thread)
            thread.start()

        return self.subscribe(to, handle, queue)

    def flush(self):
        """Whatever the server sent before it read this comes before its PONG."""
        pong = threading.Event()
        self.pongs.append(pong)
        self.write(b"PING\r\n")
        pong.wait(5)

    def drain(self, numbers):
        for number in numbers:
            self.write(f"UNSUB {number}\r\n".encode())
        self.flush()
        for thread in list(self.working):
            thread.join()
        self.flush()

    def read(self):
        try:
            while line := self.lines.readline():
                self.take(line.decode().split())
        except OSError:
            pass
        self.closed.set()

    def take(self, words):
        verb = words[0] if words else ""
        if verb == "PING":
            self.write(b"PONG\r\n")
        elif verb == "PONG" and self.pongs:
            self.pongs.pop(0).set()
        elif verb == "-ERR":
            print("the server says", *words[1:], file=sys.stderr)
        elif verb in ("MSG", "HMSG"):
            size = int(words[-1])
            header_size = int(words[-2]) if verb == "HMSG" else 0
            body = self.lines.read(size + 2)[:size]
            # "NATS/1.0 503": nobody listens there
            status = body[:header_size].startswith(b"NATS/1.0 503")
            reply = words[3] if len(words) > (5 if verb == "HMSG" else 4) else ""
            handler = self.handlers.get(words[2])
            if handler:
                handler(words[1], reply, status, body[header_size:])


def send(request):
    """One letter. No answer at all leaves the send uncertain, and it is not repeated."""
    letter = {"to": request["address"].partition(":")[2], "text": request["part"]["content"]["text"]}
    headers = {
        "content-type": "application/json",
        "idempotency-key": request["idempotency_key"],
        "x-process": str(os.getpid()),
    }
    office = request["account"]["config"]["post_office"]
    call = urllib.request.Request(f"{office}/letters", json.dumps(letter).encode(), headers)
    try:
        with urllib.request.urlopen(call, timeout=10) as answer:
            return {"type": "sent", "provider_ids": [json.load(answer)["id"]]}
    except urllib.error.HTTPError as error:
        if error.code == 429:
            return {"type": "throttled", "retry_after_ms": 1000}
        code = "platform_unavailable" if error.code >= 500 else "platform_refused"
        return {"type": "rejected", "failure": {"code": code, "platform_code": str(error.code)}}
    except urllib.error.URLError as error:
        if isinstance(error.reason, ConnectionRefusedError):
            return {"type": "rejected", "failure": {"code": "platform_unavailable"}}
        return {"type": "uncertain", "reason": "no answer"}
    except (OSError, ValueError, KeyError):
        return {"type": "uncertain", "reason": "no answer"}


def hook(request):
    body = base64.b64decode(request["body"])
    secret = request["account"]["credentials"]["secret"].encode()
    expected = hmac.new(secret, body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, request["headers"].get("x-signature", "")):
        return {"type": "refused", "reason": "wrong signature"}
    try:
        event = json.loads(body)
    except ValueError:
        return {"type": "unreadable", "status": 400, "detail": "This is no JSON."}
    return {"type": "items", "items": [item(event)]}


def item(event):
    if event.get("event") == "arrived":
        return {"type": "receipt", "provider_ids": [event["id"]], "state": "delivered"}
    if event.get("event") != "letter":
        return {"type": "ignored", "reason": "unknown event"}
    return {
        "type": "message",
        "provider_id": event["id"],
        "sender": {"address": f"pigeon:{event['from']}"},
        "content": {"kind": "text", "text": event["text"]},
    }


def probe(request):
    try:
        urllib.request.urlopen(request["account"]["config"]["post_office"], timeout=10).close()
        return {"ok": True}
    except OSError:
        return {"ok": False, "detail": "The post office does not answer."}


def look(request):
    """What the post office says of somebody: a name or "", None where it doesn't know them. An OSError where it cannot be asked now."""
    office, name = request["account"]["config"]["post_office"], request["address"].partition(":")[2]
    try:
        with urllib.request.urlopen(f"{office}/people/{urllib.parse.quote(name, '')}", timeout=8) as answer:
            return json.load(answer).get("name", "")
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise


def reach(request):
    try:
        known = look(request) is not None
    except (OSError, ValueError):
        return {"type": "unknown"}
    return {"type": "yes"} if known else {"type": "no", "failure": {"code": "unreachable"}}


def profile(request):
    try:
        name = look(request)
    except (OSError, ValueError):
        return {"type": "unknown"}
    return {"type": "found", "name": name} if name else {"type": "none"}


def serve(address, ending):
    nats = Nats(address, f"_INBOX_{NAME}")
    # answers first, and then says that it does
    taken = [nats.respond(subject(name), NAME, answer) for name, answer in
             (("send", send), ("hook", hook), ("probe", probe), ("reach", reach), ("profile", profile))]
    again = threading.Event()
    nats.subscribe(subject("notice"), lambda *message: again.set())
    while not (ending.is_set() or nats.closed.is_set()):
        again.clear()
        reply = nats.request(subject("register"), {"protocol": 1, "instance": INSTANCE, "manifest": MANIFEST})
        if reply and not reply["accepted"] and reply["code"] != "unavailable":
            sys.exit(f"refused: {reply['detail']}")
        if reply and reply["accepted"]:
            print("serving", flush=True)
        beat = time.monotonic() + (reply or {}).get("heartbeat_ms", 1000) / 1000
        while time.monotonic() < beat and not (ending.is_set() or nats.closed.is_set() or again.is_set()):
            time.sleep(0.05)
    if ending.is_set():
        nats.publish(subject("leave"), {"instance": INSTANCE})
        nats.drain(taken)


def main():
    ending = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    while not ending.is_set():
        try:
            serve(os.environ["NATS_URL"], ending)
        except OSError as error:
            print(type(error).__name__, file=sys.stderr)
            time.sleep(0.25)


main()
