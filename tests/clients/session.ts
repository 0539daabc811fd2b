// A session with openapi-fetch and the types that openapi-typescript makes of openapi.yaml.
// Compiled by tsc (a wrong path, field or header does not compile) and run as `node session.js URL TOKEN`.
import createClient from "openapi-fetch";
import type { paths } from "./contract.js";

const [url, token] = process.argv.slice(2) as [string, string];
const api = createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${token}` } });

const made = await api.POST("/v1/persons", {
  body: { full_name: "Trần Văn Đỡ" },
  params: { header: { "Idempotency-Key": crypto.randomUUID() } },
});
if (!made.data) throw new Error(made.error.code);
const id: string = made.data.id;

const seen = await api.GET("/v1/persons/{id}", { params: { path: { id }, query: { fields: "full_name" } } });
const version = seen.response.headers.get("etag") ?? "";
const change = () =>
  api.PATCH("/v1/persons/{id}", {
    params: { path: { id }, header: { "If-Match": version } },
    body: { occupation: "thợ mộc" },
  });
const changed = await change();
const stale = await change();

const sizes: number[] = [];
let cursor: string | undefined;
do {
  const page = await api.GET("/v1/persons", { params: { query: { limit: 2, ...(cursor ? { cursor } : {}) } } });
  if (!page.data) throw new Error(page.error.code);
  sizes.push(page.data.data.length);
  cursor = page.data.page.next ?? undefined;
} while (cursor);

console.log(
  JSON.stringify({
    status: made.response.status,
    occupation: changed.data?.occupation,
    stale: stale.error?.code,
    pages: sizes,
  }),
);
