import { expect, vi } from "vitest";
import { makeForm } from "./form";
import { control, test } from "./sandbox";

test("a form says what came of it", async ({ api, sandbox }) => {
  const form = makeForm(api);
  document.body.replaceChildren(form);
  form.querySelector("input")!.value = "2031-03-11";
  await control("POST", `/${sandbox.name}/faults`, { operation: "calendar_events_create", times: 1, status: 503 });
  form.querySelector("button")!.click();
  await vi.waitFor(() => expect(form.textContent).toContain("cannot answer now"));
  form.querySelector("button")!.click();
  await vi.waitFor(() => expect(form.textContent).toContain("Booked for 2031-03-11"));
});
