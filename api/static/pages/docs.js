/** Starts Swagger UI with the session of our own sign-in box. */
import { startSession } from "./sign_in.js";
import { followTheme } from "./theme.js";

const session = startSession();

const isOurs = (url) => new URL(url, location.href).origin === location.origin;

/** A token pasted into "Authorize" by hand goes before ours; neither ever goes to another host. */
async function authorise(request) {
  if (request.loadSpec || !isOurs(request.url) || request.headers.Authorization) return request;
  Object.assign(request.headers, await session.authorization());
  return request;
}

function notice(response) {
  if (response.status === 401) session.doubt();
  return response;
}

followTheme((dark) => document.documentElement.classList.toggle("dark-mode", dark));

window.SwaggerUIBundle({
  url: document.body.dataset.openapi,
  dom_id: "#swagger",
  requestInterceptor: authorise,
  responseInterceptor: notice,
  validatorUrl: null,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: false,
  queryConfigEnabled: false,
  showCommonExtensions: true,
  tryItOutEnabled: true,
});
