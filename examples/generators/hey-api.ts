import { calendarEventsGet, patientsCreate } from "./generated/hey-api";
import { zCalendarEvent, zPatientCreate } from "./generated/hey-api/zod.gen";

const body = { phase: "intake", timezone: "America/New_York", first_name: "Ana", last_name: "Solberg", birthday: "1971-09-30" };

const created = await patientsCreate({ body: zPatientCreate.parse(body), throwOnError: true });

const read = await calendarEventsGet({ path: { id: "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa" } });
const visit = zCalendarEvent.parse(read.data);

const refused = await patientsCreate({ body: { ...body, timezone: "Nowhere/At_All" } });
const violations = refused.error?.errors ?? [];

console.log(JSON.stringify({ created: created.data.first_name, read: visit.start_time, refused: violations[0].pointer }));
