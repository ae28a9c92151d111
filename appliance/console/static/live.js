// Parts that renew themselves ([data-live], by hx-get): what is older than data-valid-s is never shown
// as what is. When the box does not answer, #away says so and the part turns grey; the next answer
// ends that. What did not change is left as it stands, so that nobody loses the place they read at.
"use strict";

const LOOK_MS = 1000;
const part = document.querySelector("[data-live]");
const away = document.getElementById("away");
let heardAt = Date.now();
let digest = "";

function tell(isAway) {
  part.classList.toggle("stale", isAway);
  away.hidden = !isAway;
}

function say(name, value) {
  for (const each of document.querySelectorAll(`[${name}]`)) {
    each.textContent = value;
  }
}

// Both clocks: the one that stands still while a tablet sleeps, and the one that somebody may set.
function isOld() {
  const age = Date.now() - heardAt;
  return age < -LOOK_MS || age > Number(part.dataset.validS) * 1000;
}

// By the page that was asked, and not by the one to log in.
function isAnswered(answer) {
  const { pathname } = new URL(answer.responseURL, window.location.href);
  return answer.status !== 401 && pathname === part.getAttribute("hx-get");
}

function isOwn(event) {
  return event.detail.elt === part;
}

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const answer = event.detail.xhr;
  if (!isOwn(event)) {
    return;
  }
  event.detail.shouldSwap = false;
  if (!isAnswered(answer)) {
    window.location.reload(); // led elsewhere: whoever looks has to log in again
    return;
  }
  const fresh = answer.status === 200 ? answer.getResponseHeader("x-digest") : null;
  if (!fresh) {
    tell(true);
    return;
  }
  heardAt = Date.now();
  event.detail.shouldSwap = fresh !== digest;
  digest = fresh;
  say("data-taken", answer.getResponseHeader("x-taken-at"));
  say("data-until", answer.getResponseHeader("x-valid-until"));
  tell(false);
});

for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.body.addEventListener(name, (event) => {
    if (isOwn(event)) {
      tell(true);
    }
  });
}

window.setInterval(() => {
  if (isOld()) {
    tell(true);
  }
}, LOOK_MS);
