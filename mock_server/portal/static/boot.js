// Starts the reference. Scalar offers services that send the contract, or what is typed into the
// page, to its makers' hosts. They are switched off here one by one; the Content-Security-Policy
// of the page is the second lock.

// What the contract marks with a decision is not in the document that it was written from.
const assumed = (mark) => `Assumed: ${[mark["x-decision"]].flat().join(", ")}`;

// The commands of the contract name the usual address of the mock; here a reader copies them with that of this server.
const USUAL = "http://127.0.0.1:4010";
const addressed = async (address, options) => {
  const answer = await fetch(address, options);
  if (!String(address.url ?? address).endsWith("/openapi.json")) return answer;
  return new Response((await answer.text()).replaceAll(USUAL, window.location.origin), answer);
};

Scalar.createApiReference("#reference", {
  sources: [
    { title: "The API", slug: "api", url: "/openapi.json", default: true },
    { title: "The control plane of this mock", slug: "mock", url: "/_mock/openapi.json" },
  ],
  fetch: addressed,
  servers: [{ url: window.location.origin, description: "This mock server" }],

  withDefaultFonts: false, // they come from fonts.scalar.com
  telemetry: false,
  proxyUrl: "", // try-it asks the mock directly, never through proxy.scalar.com
  showDeveloperTools: "never", // on localhost they offer to upload the contract to api.scalar.com
  hideClientButton: true, // it opens the contract's address at client.scalar.com
  agent: { disabled: true }, // it uploads the contract to api.scalar.com, to chat about it
  mcp: { disabled: true }, // a service that newer versions offer

  documentDownloadType: "direct", // the contract as it is served, not as Scalar has read it
  orderSchemaPropertiesBy: "preserve", // fields stand in the order of the contract
  generateOperationSlug: ({ operationId }) => operationId, // the first page links to these
  plugins: [() => ({ name: "decisions", extensions: [{ name: "x-decision", component: assumed }] })],
});
