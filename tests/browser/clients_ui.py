"""Serves the web pages that come with the clients' own package, pointed at another server's API."""

import json
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import prefect

# Stands for the pages' own base address in their files.
PLACEHOLDER = b"/PREFECT_UI_SERVE_BASE_REPLACE_PLACEHOLDER"
BUNDLES = {
    "/v2": Path(prefect.__file__).parent / "server" / "ui-v2",
    "": Path(prefect.__file__).parent / "server" / "ui",
}


@dataclass
class ClientsUi:
    """*url* is the older pages' address, and `/v2` under it the newer ones'."""

    url: str = ""
    api_url: str = ""  # set before a page is opened

    @property
    def settings(self) -> bytes:
        """What the pages ask their own server before all else."""
        told = {
            "api_url": self.api_url,
            "csrf_enabled": False,
            "auth": None,
            "flags": [],
            "default_ui": "v1",
            "available_uis": ["v1", "v2"],
            "v1_base_url": "/",
            "v2_base_url": "/v2",
        }
        return json.dumps(told).encode()


@contextmanager
def served_ui() -> Iterator[ClientsUi]:
    """Serve both generations of the pages."""
    ui = ClientsUi()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path.endswith("/ui-settings"):
                self._send(ui.settings, "application/json")
                return
            base = next(base for base in BUNDLES if path.startswith(base))
            file = BUNDLES[base] / path.removeprefix(base).lstrip("/")
            if not file.is_file():  # an address within the pages, which they route themselves
                file = BUNDLES[base] / "index.html"
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            self._send(file.read_bytes().replace(PLACEHOLDER, base.encode()), kind)

        def _send(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        ui.url = f"http://127.0.0.1:{server.server_port}"
        yield ui
        server.shutdown()
