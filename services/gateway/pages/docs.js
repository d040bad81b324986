const answer = await fetch("/openapi.json");
// "Try it out" asks the gateway that this page came from, whatever address the document names.
const servers = [{ url: "/" }, { url: "/api" }];
window.SwaggerUIBundle({
  spec: { ...(await answer.json()), servers },
  dom_id: "#docs",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
});
