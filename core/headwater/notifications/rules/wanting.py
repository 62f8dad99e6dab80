"""Says why a policy does not want news: what the matching statement decides, in words."""

from headwater.notifications.schemas.drafts import OwnPolicyDraft
from headwater.notifications.schemas.news import News


def list_obstacles(policy: OwnPolicyDraft, news: News) -> list[str]:
    """Return sentences, none where the policy wants *news*."""
    said = []
    if policy.state_names and news.state_name not in policy.state_names:
        said.append(f"Its state is {news.state_name}.")
    lacking = [tag for tag in policy.tags if tag not in news.tags]
    if policy.match_all_tags and lacking:
        said.append(f"It lacks the tags {', '.join(lacking)}.")
    elif policy.tags and len(lacking) == len(policy.tags):
        said.append("It has none of the tags.")
    if policy.flow_ids and news.flow_id not in policy.flow_ids:
        said.append("It is of another flow.")
    if policy.deployment_ids and news.deployment_id not in policy.deployment_ids:
        said.append("It is of no deployment that is meant.")
    if policy.work_pool_ids and news.work_pool_id not in policy.work_pool_ids:
        said.append("It is of no work pool that is meant.")
    return said
