"""A service that keeps connections open, and says over which one each request came."""

import socket
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread


class Keeping:
    """*ports* are those of the client, one a request; *ended* those whose connections are over.

    *headers* go with each answer, *then* is called with the connection after one. While it *hangs*
    nothing is answered until it is *over*, and where it *breaks* the connection ends instead.
    """

    def __init__(self):
        self.url, self.text, self.headers = "", "ok", {}
        self.ports, self.paths, self.ended = [], [], []
        self.then = lambda connection: None
        self.hangs, self.breaks, self.over = False, False, Event()


@contextmanager
def keeping_service(context=None):
    service = Keeping()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            service.ports.append(self.client_address[1])
            service.paths.append(self.path)
            if service.hangs:
                service.over.wait(20)
            if service.breaks:
                self.close_connection = True
                return
            self.send_response(200)
            for name, value in {"Content-Length": len(service.text), **service.headers}.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(service.text.encode())
            self.wfile.flush()
            service.then(self.connection)

        def finish(self):
            service.ended.append(self.client_address[1])
            super().finish()

        def log_message(self, *_):
            """Keep the tests' output clean."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True  # a connection that a test leaves open holds up nothing

        def handle_error(self, *_):
            """Pass over clients that went away."""

    with Server(("127.0.0.1", 0), Handler) as server:
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        service.url = f"http{'s' if context else ''}://127.0.0.1:{server.server_port}/"
        try:
            yield service
        finally:
            service.over.set()
            server.shutdown()
            thread.join()


def end(connection):
    """Close a connection as a service does that had it open for long enough."""
    connection.shutdown(socket.SHUT_RDWR)
