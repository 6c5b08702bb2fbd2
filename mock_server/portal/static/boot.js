// Starts the reference. Scalar offers services that send the contract, or what is typed into the
// page, to its makers' hosts. They are switched off here one by one; the Content-Security-Policy
// of the page is the second lock.
Scalar.createApiReference("#reference", {
  url: "/openapi.json",
  servers: [{ url: window.location.origin, description: "This mock server" }],

  withDefaultFonts: false, // they come from fonts.scalar.com
  telemetry: false,
  proxyUrl: "", // try-it asks the mock directly, never through proxy.scalar.com
  showDeveloperTools: "never", // on localhost they offer to upload the contract to api.scalar.com
  hideClientButton: true, // it opens the contract's address at client.scalar.com
  agent: { disabled: true }, // it chats with api.scalar.com
  mcp: { disabled: true }, // a service of newer versions

  documentDownloadType: "direct", // the contract as it is served, not as Scalar has read it
  orderSchemaPropertiesBy: "preserve", // fields stand in the order of the contract
  generateOperationSlug: ({ operationId }) => operationId, // the first page links to these
});
