// Starts the reference. Scalar offers services that send the contract, or what is typed into the
// page, to its makers' hosts. They are switched off here one by one; the Content-Security-Policy
// of the page is the second lock.

// What the contract marks with a decision is not in the document that it was written from.
const assumed = (mark) => `Assumed: ${[mark["x-decision"]].flat().join(", ")}`;

// Where this server is: a proxy may show it below a prefix, so that its address is more than an origin.
const at = (path) => new URL(`../${path}`, document.currentScript.src).href;
const [server, api, mock] = [at("").replace(/\/$/, ""), at("openapi.json"), at("_mock/openapi.json")];

// A property of any JSON has no type: OpenAPI 3.0 cannot list several. Scalar takes that for an error of the document
// where it comes to the schema through another one, so that here, and nowhere else, all six are listed.
const KINDS = ["object", "array", "string", "number", "boolean", "null"];
const SAYS = ["type", "$ref", "anyOf", "allOf", "oneOf"];
const typed = (schema) => {
  for (const property of Object.values(schema.properties ?? {})) {
    if (!SAYS.some((name) => name in property)) property.type = KINDS;
    typed(property);
  }
};

// The commands of the contract name the usual address of the mock; here a reader copies them with that of this server.
const USUAL = "http://127.0.0.1:4010";
const addressed = async (address, options) => {
  const answer = await fetch(address, options);
  if (!String(address.url ?? address).endsWith("/openapi.json")) return answer;
  const contract = JSON.parse((await answer.text()).replaceAll(USUAL, server));
  for (const schema of Object.values(contract.components.schemas)) typed(schema);
  return new Response(JSON.stringify(contract), answer);
};

Scalar.createApiReference("#reference", {
  sources: [
    { title: "The API", slug: "api", url: api, default: true },
    { title: "The control plane of this mock", slug: "mock", url: mock },
  ],
  fetch: addressed,
  servers: [{ url: server, description: "This mock server" }],

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
