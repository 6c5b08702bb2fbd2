// A partner's program: the test beside it compiles it strictly, runs it, and breaks it on purpose.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Problem = components["schemas"]["Problem"];

/** The worker whom every world has from the start, and the worker's calendar. */
const SEEDED = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";
const NOBODY = "00000000-0000-4000-8000-000000000000";

/** What was answered, or an exception that says why it was refused. */
function answered<T>(answer: { data?: T; error?: Problem }): T {
  if (answer.data === undefined) throw new Error(answer.error?.detail ?? "nothing was answered");
  return answer.data;
}

/** Why it was refused, or an exception because it was not. */
function refused(answer: { error?: Problem }): Problem {
  if (answer.error === undefined) throw new Error("it was not refused");
  return answer.error;
}

export async function story(address: string) {
  const api = createClient<paths>({ baseUrl: address });

  const patient = answered(
    await api.POST("/v1/patients", {
      body: {
        phase: "intake",
        timezone: "US/Pacific",
        first_name: "Rosa",
        last_name: "Quillfeather",
        birthday: "1984-06-12",
        state: "CA",
      },
    }),
  );

  const visit: components["schemas"]["CalendarEventCreate"] = {
    calendar_id: SEEDED,
    user_id: patient.id,
    start_time: "2031-03-04T09:30:00-08:00",
    end_time: "2031-03-04T10:00:00-08:00",
    modality: "video",
    appointment_type: "intake_call",
  };
  const booked = answered(await api.POST("/v1/calendar_events", { body: visit }));
  const params = { path: { id: booked.id } };
  answered(await api.PUT("/v1/calendar_events/{id}", { params, body: { outcome: "completed" } }));
  const met = answered(await api.GET("/v1/calendar_events/{id}", { params }));

  const conversation = answered(await api.POST("/v1/conversations", { body: { user_id: patient.id } }));
  const message = answered(
    await api.POST("/v1/messages", {
      body: {
        user_id: patient.id,
        worker_id: SEEDED,
        conversation_id: conversation.id,
        direction: "outbound",
        contents: "Thank you for your time today.",
      },
    }),
  );

  const task = answered(
    await api.POST("/v1/patient_tasks", { body: { user_id: patient.id, task_type: "weekly_check_in" } }),
  );
  const ofTask = { params: { path: { id: task.id } } };
  const deleted = answered(await api.DELETE("/v1/patient_tasks/{id}", ofTask));
  const again = refused(await api.DELETE("/v1/patient_tasks/{id}", ofTask));

  const nowhere = refused(await api.POST("/v1/calendar_events", { body: { ...visit, calendar_id: NOBODY } }));

  return {
    patient: `${patient.first_name} ${patient.last_name}`,
    booked: { modality: booked.modality, outcome: booked.outcome },
    met: { is_all_day: met.is_all_day, outcome: met.outcome },
    said: {
      conversation_type: conversation.conversation_type,
      direction: message.direction,
      same_conversation: message.conversation_id === conversation.id,
    },
    deleted: deleted.task_type,
    deleted_again: { status: again.status, code: again.errors[0].code, parameter: again.errors[0].parameter },
    refused: { status: nowhere.status, code: nowhere.errors[0].code, pointer: nowhere.errors[0].pointer },
  };
}
