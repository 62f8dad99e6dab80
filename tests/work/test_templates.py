"""Base job templates of pools: what they declare, and the defaults in them."""

import pytest


@pytest.mark.parametrize(
    ("configuration", "variables", "words"),
    [
        ({"a": "b"}, None, "must contain both"),
        ({}, {"properties": {}}, "must contain both"),
        ({"a": 1}, [1], "must be objects"),
        ({"a": 1}, {"properties": 1}, "must be an object"),
        ({"a": ["{{ b }}"]}, {"properties": {}}, "undeclared variable(s): b."),
        ({"{{ c }}": {"a": "x{{d}}y{{ b }}"}}, {"properties": {"d": {}}}, "(s): b, c."),
    ],
)
def test_a_template_declares_what_it_uses(work, configuration, variables, words):
    template = {"job_configuration": configuration, "variables": variables}
    body = {"name": "farm", "type": "process", "base_job_template": template}
    work.add_pool("other")

    for answer in (
        work.post("work_pools/", body, 422),
        work.patch("work_pools/other", {"base_job_template": template}, 422),
    ):
        (detail,) = answer["exception_detail"]
        assert detail["loc"] == ["body", "base_job_template"]
        assert words in detail["msg"]


def test_what_the_worker_fills_in_needs_no_declaration(work):
    configuration = {"a": "{{ prefect.blocks.secret.x }} {{ prefect.variables.y }} {{ $HOME }}"}
    template = {"job_configuration": configuration, "variables": {"properties": {"b": {}}}}

    assert work.add_pool(base_job_template=template)["base_job_template"] == template


@pytest.mark.parametrize(
    ("variable", "words"),
    [
        ({"type": "integer", "default": "x"}, "Validation failed for field 'cpu'. Failure reason"),
        ({"type": "nonsense"}, "Invalid schema: "),
        ({"$ref": "http://127.0.0.1:9/x.json", "default": 1}, "Validation failed. Failure reason"),
        ({"$ref": "#/properties/cpu", "default": 1}, "circular references"),
        ({"type": "string", "pattern": "(", "default": "x"}, "Invalid schema: "),
    ],
)
def test_a_default_fits_its_own_schema(work, variable, words):
    template = {
        "job_configuration": {"cpu": "{{ cpu }}"},
        "variables": {"properties": {"cpu": variable}},
    }
    body = {"name": "farm", "type": "process", "base_job_template": template}

    assert words in work.post("work_pools/", body, 422)["detail"]
    work.get("work_pools/farm", 404)


def test_a_default_may_refer_to_a_block(work):
    kind = work.post("block_types/", {"name": "Env", "slug": "env"}, 201)["id"]
    schema = work.post("block_schemas/", {"block_type_id": kind, "fields": {}}, 201)["id"]
    of_block = {"block_type_id": kind, "block_schema_id": schema}
    block = work.post("block_documents/", of_block | {"name": "e", "data": {"cpu": 2}}, 201)["id"]

    def template(kind: str, document: str) -> object:
        default = {"$ref": {"block_document_id": document}}
        return {
            "job_configuration": {"cpu": "{{ cpu }}"},
            "variables": {"properties": {"cpu": {"type": kind, "default": default}}},
        }

    work.add_pool(base_job_template=template("object", block))
    body = {"name": "other", "type": "process"}
    work.post("work_pools/", body | {"base_job_template": template("integer", block)}, 422)
    for missing in ("nonsense", "00000000-0000-0000-0000-000000000001"):
        wanted = body | {"base_job_template": template("object", missing)}
        assert work.post("work_pools/", wanted, 404) == {"detail": "Block not found."}
