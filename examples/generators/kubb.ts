import { setConfig } from "@kubb/plugin-client/clients/fetch";
import { calendarEventSchema, calendarEventsGet, patientCreateSchema, patientSchema, patientsCreate, problemSchema } from "./generated/kubb";

setConfig({ headers: { "Content-Type": "application/json" } });

const body = { phase: "intake", timezone: "America/New_York", first_name: "Ana", last_name: "Solberg", birthday: "1971-09-30" };

const created = await patientsCreate(patientCreateSchema.parse(body));
const patient = patientSchema.parse(created.data);

const read = await calendarEventsGet("aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa");
const visit = calendarEventSchema.parse(read.data);

const refused = await patientsCreate({ ...body, timezone: "Nowhere/At_All" });
const violations = refused.status === 201 ? [] : problemSchema.parse(refused.data).errors;

console.log(JSON.stringify({ created: patient.first_name, read: visit.start_time, refused: violations[0].pointer }));
