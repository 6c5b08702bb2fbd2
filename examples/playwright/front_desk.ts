/** The front desk of a clinic: as small as a page can be that reads and changes records which all share. */

const A = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";
const VISIT = { calendar_id: A, user_id: A, day: "2031-03-11", modality: "visit", appointment_type: "home_visit" };
const NUMBER = { resource: "calendar_events", namespace: "front_desk", external_id: "FD-1" };

async function ask(method: string, path: string, sent?: object) {
  const body = sent && { body: JSON.stringify(sent), headers: { "Content-Type": "application/json" } };
  const answer = await fetch(`/v1/${path}`, { method, ...body });
  return { ok: answer.ok, record: await answer.json() };
}

function find<Kind extends HTMLElement>(selector: string): Kind {
  return document.querySelector<Kind>(selector)!;
}

async function showPatient(change: object) {
  const { record } = await ask("PUT", `patients/${A}`, change);
  find("h1").textContent = `${record.first_name} ${record.last_name}`;
}

async function showTask() {
  const { ok, record } = await ask("GET", `patient_tasks/${A}`);
  find("#task").textContent = ok ? record.task_type : "Nothing to do";
}

async function rename() {
  await showPatient({ first_name: find<HTMLInputElement>("input").value });
}

async function done() {
  await ask("DELETE", `patient_tasks/${A}`);
  await showTask();
}

async function book() {
  const { record } = await ask("POST", "calendar_events", VISIT);
  const { ok } = await ask("POST", "external_ids", { ...NUMBER, welkin_id: record.id });
  find("#visit").textContent = `${record.id} at ${record.created_at}, FD-1 ${ok ? "is its number" : "is taken"}`;
}

find("#rename").onclick = rename;
find("#done").onclick = done;
find("#book").onclick = book;
await Promise.all([showPatient({}), showTask()]);

export {};
