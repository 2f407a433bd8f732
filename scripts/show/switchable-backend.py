"""A health check target on a free port: writes the port to FILE, and says 503 once FILE.state says "down"."""

import http.server
import pathlib
import sys

FILE = pathlib.Path(sys.argv[1])
STATE = FILE.with_name(FILE.name + ".state")


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        down = STATE.exists() and "down" in STATE.read_text()
        self.send_response(503 if down else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
FILE.write_text(str(server.server_address[1]))
server.serve_forever()
