/** The front desk of a clinic: as small as a page can be that reads and changes records which all share. */

const A = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";
const VISIT = { calendar_id: A, user_id: A, day: "2031-03-11", modality: "visit", appointment_type: "home_visit" };
const NUMBER = { resource: "calendar_events", namespace: "front_desk", external_id: "FD-1" };

async function ask(method: string, path: string, sent?: object) {
  const body = sent && { body: JSON.stringify(sent), headers: { "Content-Type": "application/json" } };
  const notice = find("#notice");
  notice.textContent = "One moment";
  try {
    const response = await fetch(`/v1/${path}`, { method, ...body });
    const record = await response.json();
    notice.textContent = response.status === 503 ? `Try again in ${response.headers.get("Retry-After")} seconds` : "";
    return { status: response.status, record };
  } catch {
    notice.textContent = "The connection was lost";
    return { status: 0, record: {} };
  }
}

function find<Kind extends HTMLElement>(selector: string): Kind {
  return document.querySelector<Kind>(selector)!;
}

async function showPatient(change: object) {
  const { status, record } = await ask("PUT", `patients/${A}`, change);
  if (status === 200) find("h1").textContent = `${record.first_name} ${record.last_name}`;
}

async function showTask() {
  const { status, record } = await ask("GET", `patient_tasks/${A}`);
  if (status === 200) find("#task").textContent = record.task_type;
  if (status === 404) find("#task").textContent = "Nothing to do";
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
  const { status } = await ask("POST", "external_ids", { ...NUMBER, welkin_id: record.id });
  const number = status === 409 ? "is taken" : "is its number";
  find("#visit").textContent = `${record.id} at ${record.created_at}, FD-1 ${number}`;
}

find("#rename").onclick = rename;
find("#done").onclick = done;
find("#book").onclick = book;
await Promise.all([showPatient({}), showTask()]);

export {};
