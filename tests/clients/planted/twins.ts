// What the functions of the same names in `defects.ts` would do, done rightly; what is refused is an exception.
import type { Client } from "openapi-fetch";
import type { components, paths } from "./api.js";

type Schemas = components["schemas"];
type Api = Client<paths>;
/** A `fetch` of a path. */
type Send = (path: string, init: RequestInit) => Promise<Response>;

/** The patient, the worker and the calendar whom every world has from the start. */
const SEEDED = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";
const JSON_TYPE = { "Content-Type": "application/json" };

/** An exception that says how it was refused, if it was. */
async function answered(asked: Promise<Response | { response: Response }>) {
  const answer = await asked;
  const { ok, status } = "response" in answer ? answer.response : answer;
  if (!ok) throw new Error(`it was answered ${status}`);
}

/** Book a call. */
export async function wrong_value(api: Api) {
  const words: Record<string, Schemas["CalendarEventCreate"]["modality"]> = { call: "call" };
  const modality = words.call;
  const call = { calendar_id: SEEDED, user_id: SEEDED, day: "2031-03-04", modality, appointment_type: "intake_call" };
  await answered(api.POST("/v1/calendar_events", { body: call }));
}

/** Send a form that is filled in. */
export async function missing_field(api: Api) {
  const form: Schemas["PatientTaskCreate"] = { user_id: SEEDED, task_type: "weekly_check_in" };
  await answered(api.POST("/v1/patient_tasks", { body: form }));
}

/** Correct a birthday, written as the contract has it. */
export async function bad_date(api: Api) {
  const birthday = new Date("1984-06-12").toISOString().slice(0, "1984-06-12".length);
  await answered(api.PUT("/v1/patients/{id}", { params: { path: { id: SEEDED } }, body: { birthday } }));
}

/** Begin a conversation. */
export async function unknown_field(api: Api) {
  const conversation = { user_id: SEEDED };
  await answered(api.POST("/v1/conversations", { body: conversation }));
}

/** Ask a patient to do something. */
export async function wrong_path(api: Api, send: Send) {
  const body = JSON.stringify({ user_id: SEEDED, task_type: "weekly_check_in" });
  await answered(send("/v1/patient_tasks", { method: "POST", headers: JSON_TYPE, body }));
}

/** Begin a conversation, as JSON that names its encoding. */
export async function wrong_media_type(api: Api, send: Send) {
  const headers = { "Content-Type": "application/json; charset=UTF-8" };
  await answered(send("/v1/conversations", { method: "POST", headers, body: JSON.stringify({ user_id: SEEDED }) }));
}

/** Read a task whose id was noted. */
export async function malformed_id(api: Api) {
  const noted: Record<string, string> = { weekly_check_in: SEEDED };
  await answered(api.GET("/v1/patient_tasks/{id}", { params: { path: { id: `${noted.weekly_check_in}` } } }));
}

/** Add an email address, with a flag. */
export async function wrong_type(api: Api) {
  const verified = true;
  await answered(api.POST("/v1/email_addresses", { body: { email: "rosa@example.com", user_id: SEEDED, verified } }));
}

/** Read a worker. */
export async function unknown_parameter(api: Api) {
  const params = { path: { id: SEEDED } };
  await answered(api.GET("/v1/workers/{id}", { params }));
}

/** Say of a phone number that it was verified. */
export async function fixed_field(api: Api) {
  const phone = { verified: true };
  await answered(api.PUT("/v1/phone_numbers/{id}", { params: { path: { id: SEEDED } }, body: phone }));
}

/** Book a visit that ends after it starts. */
export async function broken_rule(api: Api) {
  const visit: Schemas["CalendarEventCreate"] = {
    calendar_id: SEEDED,
    user_id: SEEDED,
    start_time: "2031-03-04T09:30:00-08:00",
    end_time: "2031-03-04T10:00:00-08:00",
    modality: "visit",
    appointment_type: "intake_call",
  };
  await answered(api.POST("/v1/calendar_events", { body: visit }));
}

/** Record a message, with a quotation in it. */
export async function malformed_json(api: Api, send: Send) {
  const contents = 'She said "Hi"';
  const body = JSON.stringify({ user_id: SEEDED, conversation_id: SEEDED, direction: "inbound", contents });
  await answered(send("/v1/messages", { method: "POST", headers: JSON_TYPE, body }));
}
