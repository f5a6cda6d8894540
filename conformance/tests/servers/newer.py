"""The fields that later editions of the vendors' servers show, and no page of ours has.

The payloads are of our own making; only the names of the fields are those of the vendors.
"""

from uuid import NAMESPACE_URL, uuid5

NAMES = {
    "affiliate-com": ("owner",),
    "topsort": ("externalCampaignId", "isAutoTrigger", "multiplierConfig", "assetId", "content"),
    "metapic": ("display_name", "preferred_locale", "page"),
}


def newer(value, name=""):
    """Return a JSON value of our mock as a later edition shows it; `name` is the member that holds it."""
    if isinstance(value, list):
        return [newer(each, name) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: newer(each, key) for key, each in value.items()} | added(value, name)


def added(shown, name):
    """Return what a later edition adds to one object."""
    if name == "created_by":
        return {"display_name": shown["username"].title(), "preferred_locale": "sv_SE"}
    if name == "links" and "label" in shown:
        return {"page": int(shown["label"]) if shown["label"].isdigit() else None}
    if name == "bannerAssets":
        return {"assetId": str(uuid5(NAMESPACE_URL, shown["url"])), "content": {"headline": "Spring", "rank": 1.5}}
    if "campaignId" in shown:
        factors = [{"factor": 1.25, "hours": [8, 20]}]
        return {"externalCampaignId": None, "isAutoTrigger": False, "multiplierConfig": {"device": factors}}
    if "products_count" in shown:
        return {"owner": {"identifier": shown.get("owner_identifier")}, "updated_at": "2026-03-02T08:00:00Z"}
    return {}
