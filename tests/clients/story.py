"""The story that a client in any language must be able to tell: see `consumer.ts` and `consumer.py`."""

TOLD = {
    "patient": "Rosa Quillfeather",
    "booked": {"modality": "video", "outcome": None},
    "met": {"is_all_day": False, "outcome": "completed"},
    "said": {"conversation_type": "third_party_app", "direction": "outbound", "same_conversation": True},
    "deleted": "weekly_check_in",
    "deleted_again": {"status": 404, "code": "not_found", "parameter": "id"},
    "refused": {"status": 404, "code": "resource_not_found", "pointer": "/calendar_id"},
}
"""What comes of it, whoever tells it."""
