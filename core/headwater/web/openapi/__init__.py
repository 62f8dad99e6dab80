"""The API's own description: one OpenAPI document of all routes, and a page that shows it."""

from headwater.web.openapi.routes import blueprint

__all__ = ["blueprint"]
