/** Starts GraphiQL with the session of our own sign-in box. */
import { startSession } from "./sign_in.js";

const { React, ReactDOM, GraphiQL, GraphiQLPluginExplorer } = window;

const WELCOME = `# Đăng nhập ở trên, viết truy vấn ở đây.
# Ctrl-Enter: chạy · Ctrl-Space: gợi ý.
#
# Sign in above, write a query here.
# Ctrl-Enter: run · Ctrl-Space: suggest.

{
  __typename
}
`;

/** GraphiQL likes to keep tabs, variables and history in the browser; they may name people, so they stay in memory. */
class Memory {
  #items = new Map();

  get length() {
    return this.#items.size;
  }

  getItem(key) {
    return this.#items.get(key) ?? null;
  }

  setItem(key, value) {
    this.#items.set(key, String(value));
  }

  removeItem(key) {
    this.#items.delete(key);
  }

  clear() {
    this.#items.clear();
  }
}

const session = startSession();
const storage = new Memory();
const explorer = GraphiQLPluginExplorer.explorerPlugin();

const NOT_SIGNED_IN = { errors: [{ message: "Hãy đăng nhập trước. (Sign in first.)" }] };

async function ask(operation, { headers = {} } = {}) {
  if (!session.userName && !headers.Authorization) return NOT_SIGNED_IN;
  const accept = { Accept: "application/graphql-response+json, application/json", "Content-Type": "application/json" };
  const response = await fetch(`${document.body.dataset.base}/graphql`, {
    method: "POST",
    body: JSON.stringify(operation),
    headers: { ...accept, ...(await session.authorization()), ...headers },
    credentials: "omit",
    cache: "no-store",
  });
  if (response.status === 401) session.doubt();
  return response.json();
}

function Ide() {
  const [userName, setUserName] = React.useState(session.userName);
  React.useEffect(() => {
    const listen = () => setUserName(session.userName);
    session.addEventListener("change", listen);
    return () => session.removeEventListener("change", listen);
  }, []);
  // A new fetcher makes GraphiQL read the schema again; without a session it is not asked for at all.
  const fetcher = React.useMemo(() => (operation, options) => ask(operation, options), [userName]);
  return React.createElement(GraphiQL, {
    fetcher,
    storage,
    schema: userName ? undefined : null,
    plugins: [explorer],
    defaultQuery: WELCOME,
    defaultEditorToolsVisibility: "variables",
    inputValueDeprecation: true,
    isHeadersEditorEnabled: true,
    shouldPersistHeaders: false,
    showPersistHeadersSettings: false,
  });
}

ReactDOM.createRoot(document.getElementById("graphiql")).render(React.createElement(Ide));
