"""The routes that say what is wrong with a template."""

from flask import Blueprint, Response
from pydantic import TypeAdapter

from headwater.automations.schemas.templates import TemplateFault, TemplateRefusal
from headwater.sandbox import find_fault
from headwater.texts import ChosenString
from headwater.web.caller import Major
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_list

blueprint = Blueprint("templates_api", __name__, url_prefix="/api")
_TEMPLATE: TypeAdapter[str] = TypeAdapter(ChosenString)


@blueprint.post("/templates/validate")
@needs("automations:read")
@describes("Check a template.", body=ChosenString, answers={204: None, 422: TemplateRefusal})
def post_template() -> Response:
    return _check(parse_list(_TEMPLATE))


@blueprint.post("/automations/templates/validate")
@needs("automations:read")
@describes(
    "Check a template.",
    body=ChosenString,
    answers={204: None, 422: TemplateRefusal},
    only=Major.THREE,
)
def post_template_of_automations() -> Response:
    return _check(parse_list(_TEMPLATE))


def _check(template: str) -> Response:
    fault = find_fault(template)
    if fault is None:
        return no_content()
    found = TemplateFault(line=fault.line, message=fault.message, source=template)
    return answer(TemplateRefusal(error=found), 422)
