// The audits of graphql-http against a running service: node audit.mjs <url of /graphql> <access token>
// Prints one JSON object: {total, ok, notice, warn, error, told: [{id, name, status, reason}]}.
import { auditServer } from "graphql-http";

const [url, token] = process.argv.slice(2);
const signedIn = (input, init = {}) => {
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${token}`);
  return fetch(input, { ...init, headers });
};

const results = await auditServer({ url, fetchFn: signedIn });
const counted = { total: results.length, ok: 0, notice: 0, warn: 0, error: 0, told: [] };
for (const { id, name, status, reason } of results) {
  counted[status] += 1;
  if (status !== "ok") counted.told.push({ id, name, status, reason });
}
console.log(JSON.stringify(counted));
