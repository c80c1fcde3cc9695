// Exchanges the one-time token in the address for a session cookie and goes on to the page asked
// for. The token leaves the address bar and the history first, whatever comes of it.
import "../styles";
import { Problem, sign_in } from "../lib/api";
import { local_path } from "../lib/local_path";

const parameters = new URLSearchParams(location.search);
const token = parameters.get("token") ?? "";
const destination = local_path(parameters.get("to"));
history.replaceState(null, "", "/start/");

function say(text: string): void {
  const page = document.getElementById("page");
  if (!page) return;
  const line = document.createElement("p");
  line.className = "start-message";
  line.setAttribute("role", "status");
  line.textContent = text;
  page.replaceChildren(line);
}

async function start(): Promise<void> {
  if (!token) return say("This address holds no start token. Ask the operator for a new link.");
  say("Signing in…");
  try {
    await sign_in(token);
    location.replace(destination);
  } catch (error) {
    say(
      error instanceof Problem && error.connection_lost
        ? "No connection to the server. Open the link again when it is running."
        : "This link was used before or has run out. Ask the operator for a new one.",
    );
  }
}

void start();
