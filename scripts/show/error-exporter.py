"""A service's metrics for Prometheus on a free port: writes the port to FILE; the part of failed requests is what FILE.ratio says.

usage: error-exporter.py FILE
"""

import http.server
import pathlib
import sys

FILE = pathlib.Path(sys.argv[1])
RATIO = FILE.with_name(FILE.name + ".ratio")


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        ratio = RATIO.read_text().strip() if RATIO.exists() else "0.001"
        body = f"# TYPE shop_failed_ratio gauge\nshop_failed_ratio {ratio}\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
FILE.write_text(str(server.server_address[1]))
server.serve_forever()
