import type { Client } from "openapi-fetch";
import type { components, paths } from "./api";

type Visit = components["schemas"]["CalendarEvent"];

/** Book a visit on a day; an exception says why there is none. */
export async function book(api: Client<paths>, calendar: string, patient: string, day: string): Promise<Visit> {
  const body = { calendar_id: calendar, user_id: patient, day, modality: "visit", appointment_type: "home_visit" } as const;
  const { data, error } = await api.POST("/v1/calendar_events", { body });
  if (error) throw new Error(error.detail);
  return data;
}
