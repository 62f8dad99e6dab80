"""Shows automations as sentences and what each did; makes, changes, switches and deletes them.
Shows the incidents that they declare, until somebody closes them."""

from headwater.api import NavigationEntry, Panel, ResourcePage, hookimpl
from headwater_panel_automations import (
    automation_page,
    forms,
    incident_list,
    incident_page,
    json_forms,
    overview,
    questions,
)
from headwater_panel_automations.blueprint import blueprint

headwater_api = ">=1.0,<2"

# Each of these adds its views to the blueprint.
VIEWS = (automation_page, forms, incident_list, incident_page, json_forms, overview, questions)


@hookimpl
def headwater_panels() -> list[Panel]:
    entry = NavigationEntry("Automations", "show_automations", rank=40)
    pages = [
        ResourcePage("automation", "show_automation", "automation_id"),
        ResourcePage("incident", "show_incident", "incident_id"),
    ]
    return [Panel("automations", blueprint, entry, right="automations:read", resources=pages)]
