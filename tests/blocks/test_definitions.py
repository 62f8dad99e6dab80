"""A pydantic model of settings becomes a block type, in the clients' form."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, Secret, SecretStr

from headwater.blocks.rules.definitions import definition_of
from headwater.blocks.rules.schemas import checksum


class Login(BaseModel):
    user: str
    password: SecretStr


class Everything(BaseModel):
    url: Annotated[SecretStr, Field(description="Where to.")]
    token: SecretStr | None = None
    kind: Literal["a", "b"] = "a"
    login: Login
    headers: dict[str, SecretStr] = {}
    logins: list[Login] = []
    values: Secret[dict[str, Any]]


def test_secrets_are_found_wherever_they_lie():
    definition = definition_of("everything", "Everything", Everything)

    assert definition.fields["secret_fields"] == [
        "url",
        "token",
        "login.password",
        "headers.*",
        "logins.*",
        "values.*",
    ]


def test_the_form_is_the_clients():
    definition = definition_of("login", "Login", Login, ("notify",), description="Who.")

    assert definition.fields == {
        "title": "Login",
        "type": "object",
        "description": "Who.",
        "properties": {
            "user": {"title": "User", "type": "string", "position": 0},
            "password": {
                "title": "Password",
                "type": "string",
                "format": "password",
                "writeOnly": True,
                "position": 1,
            },
        },
        "required": ["user", "password"],
        "secret_fields": ["password"],
        "block_type_slug": "login",
        "block_schema_references": {},
    }
    assert definition.capabilities == ("notify",)
    assert definition.checksum == checksum(definition.fields)


def test_models_within_become_definitions():
    fields = definition_of("everything", "Everything", Everything).fields

    assert fields["properties"]["login"]["$ref"] == "#/definitions/Login"
    assert set(fields["definitions"]) == {"Login"}
