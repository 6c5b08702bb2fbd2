import type { Client } from "openapi-fetch";
import type { paths } from "./api";
import { book } from "./booking";

const A = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";

/** Make a form that books a visit, and says what came of it. */
export function makeForm(api: Client<paths>): HTMLFormElement {
  const form = document.createElement("form");
  form.innerHTML = `<input type="date" /><button>Book</button><output></output>`;
  const [day, output] = [form.querySelector("input")!, form.querySelector("output")!];
  form.onsubmit = (event) => {
    event.preventDefault();
    book(api, A, A, day.value).then(
      (visit) => (output.textContent = `Booked for ${visit.day}`),
      (error: Error) => (output.textContent = error.message),
    );
  };
  return form;
}
