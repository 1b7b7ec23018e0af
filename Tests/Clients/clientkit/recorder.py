"""A proxy that writes down every call that passes."""
import http.client
import http.server
import json
import threading
import urllib.parse


class Recorder:
    """Listens on a port of its own for as long as the process lives. What passes is never changed: not even `Host`."""

    def __init__(self, target, path):
        target = urllib.parse.urlsplit(target)
        file = open(path, "a", encoding="utf-8")
        lock = threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                connection = http.client.HTTPConnection(target.hostname, target.port, timeout=120)
                connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    connection.putheader(name, value)
                connection.endheaders(body or None)
                answer = connection.getresponse()
                text = answer.read()
                self.send_response_only(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                        self.send_header(name, value)
                if answer.status not in (204, 304):
                    self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)
                connection.close()
                self.write(body, answer, text)

            def write(self, body, answer, text):
                line = json.dumps({
                    "method": self.command, "path": self.path, "type": self.headers.get("Content-Type"),
                    "authorization": (self.headers.get("Authorization") or "").split(" ")[0],
                    "agent": self.headers.get("User-Agent"),
                    "body": body.decode("utf-8", "replace"), "status": answer.status,
                    "answerType": answer.getheader("Content-Type"), "answer": text.decode("utf-8", "replace"),
                })
                with lock:
                    file.write(line + "\n")
                    file.flush()

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = pass_on

            def log_message(self, *arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        self.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
