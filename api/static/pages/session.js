/** An officer's session. Tokens live in this object alone: a reload forgets them, nothing is ever stored. */

/** Renewed this long before the access token ends (ms). */
const MARGIN = 30_000;

/** What the server, or the way to it, refused; `title` and `detail` are shown as they are. */
export class Refusal extends Error {
  constructor({ title, detail = "", status = 0, retryAfter = "" }) {
    super(title);
    Object.assign(this, { title, detail, status, retryAfter });
  }

  /** The refresh token itself was turned down, so asking again cannot help. */
  get isFinal() {
    return this.status >= 400 && this.status < 500 && this.status !== 429;
  }
}

async function readRefusal(response) {
  const problem = await response.json().catch(() => ({}));
  return new Refusal({
    title: problem.title ?? `Máy chủ trả lời ${response.status}. (The server answered ${response.status}.)`,
    detail: problem.detail ?? "",
    status: response.status,
    retryAfter: response.headers.get("Retry-After") ?? "",
  });
}

async function send(url, method, body, headers = {}) {
  const content = body ? { body: JSON.stringify(body) } : {};
  const type = body ? { "Content-Type": "application/json" } : {};
  const accept = { Accept: "application/json, application/problem+json", "Accept-Language": "vi, en" };
  const options = { method, ...content, headers: { ...accept, ...type, ...headers }, credentials: "omit", cache: "no-store" };
  const response = await fetch(url, options).catch(() => {
    throw new Refusal({ title: "Không kết nối được máy chủ. (The server cannot be reached.)" });
  });
  if (!response.ok) throw await readRefusal(response);
  return response;
}

/** Says `change` when it begins, is renewed or ends; `userName` is null while nobody is signed in. */
export class Session extends EventTarget {
  #base;
  #tokens = null;
  #endsAt = 0;
  #timer = 0;
  #renewing = null;
  userName = null;

  constructor(base) {
    super();
    this.#base = base;
  }

  async signIn(userName, password) {
    const answer = await send(`${this.#base}/v1/auth/sessions`, "POST", { user_name: userName, password });
    this.#keep(await answer.json());
    this.userName = userName;
    this.#say();
  }

  /** Ends the session at the server; here it ends even if the server cannot be reached. */
  async signOut() {
    try {
      await send(`${this.#base}/v1/auth/sessions/current`, "DELETE", null, await this.authorization());
    } finally {
      this.#forget();
    }
  }

  /** The header to send now, renewed if it is about to end; empty while nobody is signed in. */
  async authorization() {
    if (this.#tokens && Date.now() > this.#endsAt - MARGIN / 2) await this.renew();
    return this.#tokens ? { Authorization: `Bearer ${this.#tokens.access_token}` } : {};
  }

  /** A call was answered 401: asks whether the session still stands, and ends it here if not. */
  async doubt() {
    if (this.#tokens) await this.renew().catch(() => {});
  }

  /** Each refresh token is good for one use, so those who ask at the same time share one exchange. */
  renew() {
    this.#renewing ??= this.#exchange().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  async #exchange() {
    const grant = { grant_type: "refresh_token", refresh_token: this.#tokens.refresh_token };
    try {
      const answer = await send(`${this.#base}/v1/auth/token`, "POST", grant);
      this.#keep(await answer.json());
    } catch (refusal) {
      if (refusal.isFinal) this.#forget();
      throw refusal;
    }
    this.#say();
  }

  #keep(tokens) {
    const lifetime = tokens.expires_in * 1000;
    this.#tokens = tokens;
    this.#endsAt = Date.now() + lifetime;
    clearTimeout(this.#timer);
    // A renewal that fails here is tried again by the next call, which shows why.
    this.#timer = setTimeout(() => this.renew().catch(() => {}), Math.max(lifetime - MARGIN, lifetime / 2));
  }

  #forget() {
    clearTimeout(this.#timer);
    this.#tokens = null;
    this.userName = null;
    this.#say();
  }

  #say() {
    this.dispatchEvent(new Event("change"));
  }
}
