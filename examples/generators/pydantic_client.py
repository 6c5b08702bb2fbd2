import json
import os
from datetime import date

import httpx
from generated.models import CalendarEvent, Patient, PatientCreate, Problem

mock = httpx.Client(base_url=os.environ["MOCK"])
new = PatientCreate(
    phase="intake",
    timezone="America/New_York",
    first_name="Ana",
    last_name="Solberg",
    birthday=date(1971, 9, 30),
)
body = new.model_dump(mode="json", exclude_unset=True)

created = mock.post("/v1/patients", json=body)
patient = Patient.model_validate_json(created.content)

read = mock.get("/v1/calendar_events/aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa")
visit = CalendarEvent.model_validate_json(read.content)

refused = mock.post("/v1/patients", json={**body, "timezone": "Nowhere/At_All"})
violations = Problem.model_validate_json(refused.content).errors

print(json.dumps({"created": patient.first_name, "read": str(visit.start_time), "refused": violations[0].pointer}))
