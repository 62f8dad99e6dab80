"""Which addresses are kept, and which with a warning."""

import pytest
from pydantic import ValidationError

from headwater_msteams.settings import TeamsSettings

WORKFLOW = "/workflows/0a1b/triggers/manual/paths/invoke?api-version=1&sv=1.0&sig=secret"


@pytest.mark.parametrize(
    "url",
    [
        "https://0a1b.07.environment.api.powerplatform.com:443/powerautomate/automations/direct"
        + WORKFLOW,
        "https://flows.government.example" + WORKFLOW,
        " http://127.0.0.1:8080/gateway?x=y ",
        "https://webhook.office.com.example/a",
    ],
)
def test_a_workflow_anywhere_is_taken_as_it_is(url):
    settings = TeamsSettings(url=url)

    assert settings.url.get_secret_value() == url.strip()
    assert settings.list_warnings() == []


@pytest.mark.parametrize(
    "url",
    [
        "https://example.webhook.office.com/webhookb2/a@b/IncomingWebhook/c/d",
        "https://outlook.office.com/webhook/a@b/IncomingWebhook/c/d",
        "https://OUTLOOK.office365.com/webhook/a@b/IncomingWebhook/c/d",
    ],
)
def test_a_retired_connector_is_kept_with_a_warning(url):
    settings = TeamsSettings(url=url)

    assert settings.is_connector
    (warning,) = settings.list_warnings()
    assert "retired" in warning
    assert url not in warning


def test_an_address_that_workflows_left_is_kept_with_a_warning():
    settings = TeamsSettings(url="https://prod-01.westeurope.logic.azure.com:443" + WORKFLOW)

    assert not settings.is_connector
    assert len(settings.list_warnings()) == 1


@pytest.mark.parametrize("url", ["", "secret", "ftp://secret", "https://", "https://x/a secret"])
def test_what_is_no_address_is_refused_without_telling_it(url):
    with pytest.raises(ValidationError) as caught:
        TeamsSettings(url=url)

    assert "secret" not in str(caught.value.errors(include_input=False))


def test_a_block_that_a_client_saved_is_read():
    saved = {
        "url": "https://example.com" + WORKFLOW,
        "notify_type": "prefect_default",
        "include_image": True,
        "wrap": True,
        "allow_private_urls": False,
        "_block_type_slug": "ms-teams-webhook",
    }
    settings = TeamsSettings.model_validate(saved)

    assert (settings.notify_type, settings.allow_private_urls) == ("prefect_default", False)
