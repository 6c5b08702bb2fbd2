import { Api, type HttpResponse, type Patient, type Problem } from "./generated/swagger-typescript-api/api";

const api = new Api();
const body = { phase: "intake", timezone: "America/New_York", first_name: "Ana", last_name: "Solberg", birthday: "1971-09-30" };

const created = await api.v1.patientsCreate(body);

const read = await api.v1.calendarEventsGet("aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa");

const refused = await api.v1
  .patientsCreate({ ...body, timezone: "Nowhere/At_All" })
  .catch((response: HttpResponse<Patient, Problem>) => response);
const violations = refused.error?.errors ?? [];

console.log(JSON.stringify({ created: created.data.first_name, read: read.data.start_time, refused: violations[0].pointer }));
