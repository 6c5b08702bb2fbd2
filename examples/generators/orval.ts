import { calendarEventsGet, patientsCreate } from "./generated/orval/client";
import { CalendarEventsGetResponse, PatientsCreateBody } from "./generated/orval/zod";

const body = { phase: "intake", timezone: "America/New_York", first_name: "Ana", last_name: "Solberg", birthday: "1971-09-30" };

const created = await patientsCreate(PatientsCreateBody.parse(body));
if (created.status !== 201) throw new Error(created.data.detail);

const read = await calendarEventsGet("aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa");
const visit = CalendarEventsGetResponse.parse(read.data);

const refused = await patientsCreate({ ...body, timezone: "Nowhere/At_All" });
const violations = refused.status === 400 ? refused.data.errors : [];

console.log(JSON.stringify({ created: created.data.first_name, read: visit.start_time, refused: violations[0].pointer }));
