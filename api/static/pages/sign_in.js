/** The sign-in box above /docs and the IDE. */
import { Session } from "./session.js";

const find = (id) => document.getElementById(id);

function showError(text) {
  const line = find("sign-in-error");
  line.textContent = text;
  line.hidden = !text;
  for (const id of ["user-name", "password"]) find(id).setAttribute("aria-invalid", String(Boolean(text)));
}

function describe(refusal) {
  const wait = refusal.retryAfter ? `Thử lại sau ${refusal.retryAfter} giây. (Try again in ${refusal.retryAfter} s.)` : "";
  return [refusal.title, refusal.detail, wait].filter(Boolean).join(" — ");
}

function showPassword(shown) {
  find("password").type = shown ? "text" : "password";
  find("show-password").setAttribute("aria-pressed", String(shown));
  find("show-password").textContent = shown ? "Ẩn" : "Hiện";
}

function say(text) {
  find("sign-in-status").textContent = text;
}

function showSession(session) {
  const signedIn = session.userName !== null;
  find("sign-in").hidden = signedIn;
  find("signed-in").hidden = !signedIn;
  find("signed-in-name").textContent = session.userName ?? "";
}

async function submit(session) {
  const button = find("sign-in-button");
  button.disabled = true;
  showError("");
  say("Đang đăng nhập… (Signing in…)");
  try {
    await session.signIn(find("user-name").value.trim(), find("password").value);
    find("sign-in").reset();
    showPassword(false);
    find("signed-in").focus();
  } catch (refusal) {
    showError(describe(refusal));
    find("password").select();
  } finally {
    say("");
    button.disabled = false;
  }
}

/** A reload forgets everything the last officer saw: answers on the page, typed values, the IDE's history. */
async function leave(session) {
  await session.signOut().catch(() => {});
  history.replaceState({ signedOut: true }, "", location.pathname);
  location.reload();
}

function welcomeBack() {
  if (history.state?.signedOut) say("Đã đăng xuất. (Signed out.)");
  history.replaceState(null, "");
}

/** Makes the box work; answers the session it fills. */
export function startSession() {
  const session = new Session(document.body.dataset.base);
  let leaving = false;
  let signedIn = false;
  session.addEventListener("change", () => {
    if (leaving) return;
    showSession(session);
    if (signedIn && !session.userName) showError("Phiên đã hết, hãy đăng nhập lại. (The session has ended, sign in again.)");
    signedIn = session.userName !== null;
  });
  find("sign-in").addEventListener("submit", (event) => {
    event.preventDefault();
    submit(session);
  });
  find("show-password").addEventListener("click", () => showPassword(find("password").type === "password"));
  find("sign-out").addEventListener("click", () => {
    leaving = true;
    leave(session);
  });
  welcomeBack();
  return session;
}
