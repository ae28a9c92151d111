// The page of a running test: its parts are set anew as the box sends them. Without this script the
// page does the same by being loaded again.
"use strict";

const now = document.getElementById("now");
const away = document.getElementById("away");

// What a person is typing or about to press is left alone as long as the same thing is asked.
function isBusy(part) {
  const field = document.activeElement;
  return part.contains(field) && field.matches("input:not([type=hidden]), select, textarea");
}

function keyOf(node) {
  const step = node.querySelector("[data-key]");
  return step ? step.dataset.key : "";
}

function set(part, html) {
  const fresh = document.createElement("div");
  fresh.innerHTML = html;
  const isSame = keyOf(fresh) === keyOf(part);
  if (isSame && isBusy(part)) {
    return;
  }
  if (isSame) {
    keepTyped(part, fresh);
  }
  const open = Array.from(part.querySelectorAll("details"), (each) => each.open);
  part.replaceChildren(...fresh.childNodes);
  part.querySelectorAll("details").forEach((each, at) => {
    each.open = Boolean(open[at]);
  });
}

function keepTyped(part, fresh) {
  part.querySelectorAll("input[id]").forEach((old) => {
    const field = fresh.querySelector("#" + CSS.escape(old.id));
    if (field && old.value) {
      field.value = old.value;
    }
  });
}

function listen() {
  const events = new EventSource(now.dataset.live);
  for (const name of ["now", "readings"]) {
    events.addEventListener(name, (event) => {
      away.hidden = true;
      set(document.getElementById(name), event.data);
    });
  }
  events.addEventListener("here", () => {
    away.hidden = true;
  });
  events.addEventListener("ended", () => {
    events.close();
    window.location.reload();
  });
  events.onerror = () => {
    away.hidden = false;
    if (events.readyState === EventSource.CLOSED) {
      window.setTimeout(listen, 3000);
    }
  };
}

listen();
