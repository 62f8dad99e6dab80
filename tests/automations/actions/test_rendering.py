"""Templates of actions: what they see, what they make of it, and what they may cost."""

from typing import Any

import pytest
from jinja2.defaults import DEFAULT_FILTERS

from headwater.automations.rules.links import filters_of
from headwater.automations.rules.rendering import fill, names_of
from headwater.automations.rules.views import Occasion, context_of
from headwater.automations.schemas.actions import CallWebhook, RunDeployment
from headwater.errors import ActionError
from headwater.sandbox import RenderError, evaluate, names_in, render_leniently
from headwater.sandbox.lenient import lenient
from headwater.sandbox.measured import MEASURED

RUN = "0191e7a0-0000-7000-8000-000000000001"
EVENT: dict[str, Any] = {
    "id": "0191e7a0-0000-7000-8000-000000000002",
    "occurred": "2026-11-25T07:54:32.972396Z",
    "event": "order.placed",
    "resource": {
        "prefect.resource.id": f"prefect.flow-run.{RUN}",
        "prefect.resource.name": "fuzzy-leopard",
        "prefect.state-name": "Late",
    },
    "related": [
        {"prefect.resource.id": "prefect.flow.F", "prefect.resource.role": "flow"},
        {"prefect.resource.id": "prefect.tag.a", "prefect.resource.role": "tag"},
    ],
    "payload": {"n": 5, "f": 0.5, "none": None, "many": list(range(300)), "text": "x" * 200_000},
    "follows": None,
}
AUTOMATION = {"id": "A", "name": "alarm", "created": EVENT["occurred"]}
CHILD = {
    "id": "c",
    "triggered": EVENT["occurred"],
    "triggering_event": EVENT,
    "triggering_firings": [],
}
FIRING = {
    "id": "f",
    "triggered": EVENT["occurred"],
    "triggering_labels": {"prefect.resource.id": "a", "x": "b"},
    "triggering_event": EVENT,
    "triggering_firings": [CHILD, CHILD],
}
CONTEXT = context_of(Occasion(AUTOMATION, FIRING, EVENT))
FILTERS = filters_of("http://here")


def write(template: str) -> str:
    return render_leniently(template, CONTEXT, FILTERS)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("plain {# not touched #}", "plain {# not touched #}"),
        ("{{ automation.name }} {{ automation.id }}", "alarm A"),
        ("{{ event.event }} {{ event.id }}", f"order.placed {EVENT['id']}"),
        ("{{ event.occurred }}", "2026-11-25 07:54:32.972396+00:00"),
        ("{{ event.occurred.strftime('%H:%M') }}", "07:54"),
        ("{{ event.resource.id }}", f"prefect.flow-run.{RUN}"),
        ("{{ event.resource.name }}", "fuzzy-leopard"),
        ("{{ event.resource['prefect.state-name'] }}", "Late"),
        ("{{ event.resource.labels.prefect.resource.name }}", "fuzzy-leopard"),
        ("{{ event.resource_in_role.flow.id }}", "prefect.flow.F"),
        ("{{ event.related[1].role }}", "tag"),
        ("{{ event.follows }}", "None"),
        ("{{ labels.prefect.resource.id }} {{ labels.x }}", "a b"),
        ("{{ labels['prefect.resource.id'] }}", "a"),
        ("{% for name, _ in labels %}{{ name }};{% endfor %}", "prefect.resource.id;x;"),
        ("{{ firing.triggering_event.event }}", "order.placed"),
        ("{{ firings | length }} {{ events | length }}", "3 3"),
        ("{{ event.payload.n + 1 }}", "6"),
        # What is not there is empty, at any depth.
        ("[{{ nothing }}{{ nothing.at.all }}{{ event.payload.a.b.c }}{{ labels.y.z }}]", "[]"),
        ("{% for one in nothing.here %}x{% endfor %}", ""),
        ("{{ event.event.upper() }} {{ event.event.split('.')[1] }}", "ORDER.PLACED placed"),
        ("{{ event.resource | ui_url }}", f"http://here/runs/flow-run/{RUN}"),
        ("{{ automation | ui_url }}", "http://here/automations/automation/A"),
        ("{{ event | ui_url }}", f"http://here/events/event/2026-11-25/{EVENT['id']}"),
        ("[{{ labels | ui_url }}{{ nothing | ui_url }}]", "[]"),
        (
            "{{ event.resource | ui_resource_events_url }}",
            f"http://here/events?resource=prefect.flow-run.{RUN}",
        ),
        (
            "{{ {'prefect.resource.id': 'a'} | ui_resource_events_url }}"
            "{{ event.related[1] | ui_resource_events_url }}",
            "http://here/events?resource=prefect.tag.a",
        ),
        ("{{ ('see ' ~ (event.resource | ui_url)) | flow_run_id }}", RUN),
        ("[{{ 'nowhere' | flow_run_id }}]", "[]"),
        ("{{ automation.created.year }} {{ automation.updated | ui_url }}", "2026 "),
        # Jinja's own filters, those that make long texts of short ones too.
        ("{{ event.payload.many[:3] | join(', ') }}", "0, 1, 2"),
        ("{{ event.related | join('; ', attribute='role') }}", "flow; tag"),
        ("{{ event.related | map(attribute='role') | join }}", "flowtag"),
        ("{{ event.event | replace('.', ' ') }}", "order placed"),
        ("{{ 'aaa' | replace('a', 'b', 2) }}", "bba"),
        ("{{ '%s is %.1f, %(x)s' | replace(', %(x)s', '') | format('n', 5) }}", "n is 5.0"),
        ("{{ '%(x)s!' | format(x=event.payload.n) }}", "5!"),
        ("{{ 'a' | center(5) }}|", "  a  |"),
        ("{{ 'a\nb' | indent(2) }}", "a\n  b"),
        ("{{ 'a\nb' | indent('> ', true) }}", "> a\n> b"),
        ("{{ 'a b c' | wordwrap(3) }}", "a b\nc"),
        ("{{ [1, 2, 3] | batch(2, '-') | list }}", "[[1, 2], [3, '-']]"),
        ("{{ [1, 2, 3] | slice(2) | list }}", "[[1, 2], [3]]"),
        ("{{ {'class': 'x'} | xmlattr }}", ' class="x"'),
    ],
)
def test_a_template_sees_the_event_under_the_clients_names(template: str, text: str) -> None:
    assert write(template) == text


def test_all_filters_of_jinja_are_there() -> None:
    assert DEFAULT_FILTERS.keys() <= {**lenient().filters, **MEASURED}.keys()


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{{ event.payload.n }}", 5),
        (" {{ event.payload.f }} ", 0.5),
        ("{{ event.payload.none }}", None),
        ("{{ event.payload.many[:2] }}", [0, 1]),
        ("{{ event.resource_in_role.flow }}", EVENT["related"][0]),
        ("{{ event.payload.n > 4 }}", True),
        ("{{ event.event }}", "order.placed"),
        ("{{ '<&' }}", "<&"),
        ("{{ event.occurred }}", "2026-11-25T07:54:32.972396+00:00"),
        ("{{ nothing.at.all }}", ""),
        ("n is {{ event.payload.n }}", "n is 5"),
        ("{{ event.payload.n }}{{ event.payload.n }}", "55"),
        ("{% if event %}1{% endif %}", "1"),
        ("plain", "plain"),
    ],
)
def test_one_expression_keeps_its_type(template: str, value: Any) -> None:
    assert evaluate(template, CONTEXT, FILTERS) == value


def fill_parameters(**parameters: Any) -> dict[str, Any]:
    action = RunDeployment(source="inferred", parameters=parameters)
    return fill(action, CONTEXT, FILTERS, {"limit": 7}.__getitem__).parameters


def test_parameters_are_filled_wherever_their_templates_are() -> None:
    made = fill_parameters(
        plain=1,
        deep={"list": ["{{ event.payload.n }}", ["{{ event.event }}!"]]},
        json={"__prefect_kind": "json", "value": '{"a": 1}'},
        jinja={"__prefect_kind": "jinja", "template": "{{ event.payload.n }}"},
        both={
            "__prefect_kind": "json",
            "value": {"__prefect_kind": "jinja", "template": "{{ event.payload.n | tojson }}"},
        },
        variable={"__prefect_kind": "workspace_variable", "variable_name": "limit"},
        kept={"__prefect_kind": "none", "value": "{{ event }}"},
    )

    assert made == {
        "plain": 1,
        "deep": {"list": [5, ["order.placed!"]]},
        "json": {"a": 1},
        "jinja": "5",
        "both": 5,
        "variable": 7,
        "kept": "{{ event }}",
    }


@pytest.mark.parametrize(
    "parameters",
    [
        {"__prefect_kind": "json", "value": "{"},
        {"__prefect_kind": "jinja"},
        {"__prefect_kind": "workspace_variable", "variable_name": "none"},
    ],
)
def test_parameters_that_cannot_be_made_are_told(parameters: Any) -> None:
    with pytest.raises(ActionError, match=r"^Unable to create flow run from deployment: "):
        fill_parameters(a=parameters)


def test_a_template_that_fails_is_told_with_its_text() -> None:
    action = CallWebhook(block_document_id=RUN, payload="{{ 1 / 0 }}")  # type: ignore[arg-type]
    with pytest.raises(ActionError) as failed:
        fill(action, CONTEXT, FILTERS, dict[str, Any]().__getitem__)

    cause = "ZeroDivisionError('division by zero')"
    assert str(failed.value) == f"Template rendering failed: {cause}"
    assert failed.value.details == {
        "template_error": f"Failed to render template due to the following error: {cause}",
        "template_source": "{{ 1 / 0 }}",
    }


LOOP = "{% for a in event.payload.many %}"


@pytest.mark.parametrize(
    "template",
    [
        "{{ event.payload.text }}",
        "{{ event.payload.text ~ event.payload.text }}" * 10,
        LOOP * 2 + "{{ a }}" + "{% endfor %}" * 2,
        LOOP + "{% if a %}" + " " * 90_000 + "{% endif %}{% endfor %}",
        LOOP + "{% if event.payload.text | upper %}{% endif %}{% endfor %}",
        "{{ range(101) | list }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ 'a' * 1000 }}",
        "{{ (5).to_bytes(100000000, 'big') }}",
        "{{ 'a'.zfill(100000000) }}",
        "{{ event.__class__ }}{{ event.__class__.__mro__[0]() }}",
        "{{ event.payload.clear() }}",
        "{% set a = 1 %}",
        "{% include 'a' %}",
        "{{ a | nothing }}",
        "{{ [event.payload.text] * 2 }}",
        "{{ ([event.payload.text] + [event.payload.text] * 1) | join }}",
        "{{ range(100) | join('x' * 0 ~ event.payload.text) }}",
        "{{ event.payload.text | replace('x', event.payload.text) }}",
        "{{ 'a' | replace('', event.payload.text) }}" * 10,
        "{{ 'a' | center(1000000000) }}",
        "{{ 'a' | center(-1000000000) }}{{ event.payload.text }}",
        "{{ 'a' | indent(1000000000, true) }}",
        "{{ event.payload.text | indent(event.payload.text, true) }}",
        "{{ event.payload.text | wordwrap(1, true, event.payload.text) }}",
        "{{ '%1000000000d' | format(1) }}",
        "{{ '%*d' | format(1000000000, 1) }}",
        "{{ '%(a)1000000000d' | format(a=1) }}",
        "{{ ('%(a)s' ~ '%(a)s' ~ '%(a)s' ~ '%(a)s') | format(a=event.payload.text) }}",
        "{{ [1] | batch(1000000000, 1) | list }}",
        "{{ [1] | slice(1000000000) | list }}",
        "{{ nothing() }}",
        "{{ 'a'.format() }}",
        "{{",
        "{{ " + "(" * 5000 + "}}",
    ],
)
def test_a_template_does_only_what_costs_little(template: str) -> None:
    with pytest.raises(RenderError):
        write(template)


def test_a_long_template_is_filled() -> None:
    text = "a line of a report\n" * 2_000

    assert write(text + "{{ event.payload.n }}") == text + "5"
    loops = "{% for a in range(100) %}{% for b in range(50) %}{{ b }}{% endfor %}{% endfor %}"
    assert len(write(loops)) == 9_000


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("{{ flow_run.name }} {{ variables['a'] }}", {"flow_run", "variables"}),
        ("{% for flow in flows %}{{ flow }}{% endfor %}", {"flows"}),
        ("flow_run", set()),
        ("{{ flow_run", set()),
    ],
)
def test_the_names_in_a_template_are_known(template: str, names: set[str]) -> None:
    assert names_in(template) == names


def test_the_names_in_an_action_are_those_of_all_its_templates() -> None:
    action = RunDeployment(
        source="inferred",
        parameters={"a": ["{{ flow.name }}"], "b": {"template": "{{ variables.a }}"}},
    )

    assert names_of(action) == {"flow", "variables"}
