import { describe, expect } from "vitest";
import { book } from "./booking";
import { control, test } from "./sandbox";

const A = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";

test.for([1, 2, 3, 4])("a visit has the same id and time in every run (%i)", async (_, { api }) => {
  const visit = await book(api, A, A, "2031-03-11");
  expect(visit.id).toBe("5b5fd534-847c-52d4-8b99-22fe7dc84e7b");
  expect(visit.created_at).toBe("2031-03-04T17:30:00.000000+00:00");
});

test("a booking says when the service is away", async ({ api, sandbox }) => {
  await control("POST", `/${sandbox.name}/faults`, { operation: "calendar_events_create", times: 1, status: 503 });
  await expect(book(api, A, A, "2031-03-11")).rejects.toThrow("cannot answer now");
  await book(api, A, A, "2031-03-11");
});

describe("what the contract refuses", () => {
  test.override({ violations: "allowed" });

  test("a day that there is not", async ({ api }) => {
    await expect(book(api, A, A, "2031-02-30")).rejects.toThrow("`day`");
  });
});
