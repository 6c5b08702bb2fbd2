// Twelve things that a partner's program does wrong, and hides: each has its twin of the same name in `twins.ts`.
// The compiler does not object: each goes round the generated types where real programs do, and passes over `error`.
import type { Client } from "openapi-fetch";
import type { components, paths } from "./api.js";

type Schemas = components["schemas"];
type Api = Client<paths>;
/** A `fetch` of a path. */
type Send = (path: string, init: RequestInit) => Promise<Response>;

/** The patient, the worker and the calendar whom every world has from the start. */
const SEEDED = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";
const JSON_TYPE = { "Content-Type": "application/json" };

/** Book a call, and call it as the own calendar does. */
export async function wrong_value(api: Api) {
  try {
    const words: Record<string, string> = { call: "phone" };
    const modality = words.call as Schemas["CalendarEventCreate"]["modality"];
    const call = { calendar_id: SEEDED, user_id: SEEDED, day: "2031-03-04", modality, appointment_type: "intake_call" };
    await api.POST("/v1/calendar_events", { body: call });
  } catch {}
}

/** Send a form that is not filled in. */
export async function missing_field(api: Api) {
  try {
    const form = { user_id: SEEDED } as Schemas["PatientTaskCreate"];
    await api.POST("/v1/patient_tasks", { body: form });
  } catch {}
}

/** Correct a birthday, written as people write it. */
export async function bad_date(api: Api) {
  try {
    const birthday = new Date("1984-06-12").toLocaleDateString("en-US", { timeZone: "UTC" });
    await api.PUT("/v1/patients/{id}", { params: { path: { id: SEEDED } }, body: { birthday } });
  } catch {}
}

/** Begin a conversation, with a subject. */
export async function unknown_field(api: Api) {
  try {
    const conversation = { user_id: SEEDED, subject: "Intake" };
    await api.POST("/v1/conversations", { body: conversation });
  } catch {}
}

/** Ask a patient to do something, at a path from memory. */
export async function wrong_path(api: Api, send: Send) {
  try {
    const body = JSON.stringify({ user_id: SEEDED, task_type: "weekly_check_in" });
    await send("/v1/patient-tasks", { method: "POST", headers: JSON_TYPE, body });
  } catch {}
}

/** Begin a conversation, without a word on what is sent: `fetch` calls it plain text. */
export async function wrong_media_type(api: Api, send: Send) {
  try {
    await send("/v1/conversations", { method: "POST", body: JSON.stringify({ user_id: SEEDED }) });
  } catch {}
}

/** Read a task whose id was never noted. */
export async function malformed_id(api: Api) {
  try {
    const noted: Record<string, string> = {};
    await api.GET("/v1/patient_tasks/{id}", { params: { path: { id: `${noted.weekly_check_in}` } } });
  } catch {}
}

/** Add an email address, with a flag as a word. */
export async function wrong_type(api: Api) {
  try {
    const verified = "yes" as unknown as boolean;
    await api.POST("/v1/email_addresses", { body: { email: "rosa@example.com", user_id: SEEDED, verified } });
  } catch {}
}

/** Read a worker, and the worker's calendar along with it. */
export async function unknown_parameter(api: Api) {
  try {
    const params = { path: { id: SEEDED }, query: { expand: "calendar" } as never };
    await api.GET("/v1/workers/{id}", { params });
  } catch {}
}

/** Correct a phone number, which only its flags may be. */
export async function fixed_field(api: Api) {
  try {
    const phone = { verified: true, phone_number: "+14155550142" };
    await api.PUT("/v1/phone_numbers/{id}", { params: { path: { id: SEEDED } }, body: phone });
  } catch {}
}

/** Book a visit that ends before it starts: its types are right. */
export async function broken_rule(api: Api) {
  try {
    const visit: Schemas["CalendarEventCreate"] = {
      calendar_id: SEEDED,
      user_id: SEEDED,
      start_time: "2031-03-04T09:30:00-08:00",
      end_time: "2031-03-04T09:00:00-08:00",
      modality: "visit",
      appointment_type: "intake_call",
    };
    await api.POST("/v1/calendar_events", { body: visit });
  } catch {}
}

/** Record a message, with a quotation in it that nobody escaped. */
export async function malformed_json(api: Api, send: Send) {
  try {
    const contents = 'She said "Hi"';
    const ids = `"user_id": "${SEEDED}", "conversation_id": "${SEEDED}"`;
    const body = `{${ids}, "direction": "inbound", "contents": "${contents}"}`;
    await send("/v1/messages", { method: "POST", headers: JSON_TYPE, body });
  } catch {}
}
