// The page on the display under test: pairs, shows what it is told, and says what is wrong with it.

import { Channel, REPLACED, TOO_MANY, UNPAIRED } from "./channel.js";
import { condition, isFullScreen, watchSize } from "./condition.js";
import { Pattern } from "./pattern.js";

const TOKEN = "token";
const QUIET_MODULES = 4;
const byId = (id) => document.getElementById(id);
const pattern = new Pattern(byId("pattern"));
let size = null;
let lock = null;
let newest = 0;
let isShowing = false;
let isHindered = true;

const channel = new Channel("/display/channel", {
  greet: () => ({ kind: "hello", token: kept(), condition: told() }),
  beat: () => ({ kind: "told", condition: told() }),
  heard: (message, bytes) => answers[message.kind]?.(message, bytes),
  lost,
});

const answers = {
  code({ code, squares }) {
    keep("");
    byId("code").textContent = `${code.slice(0, 4)} ${code.slice(4)}`;
    drawSquares(byId("qr"), squares);
    view("code");
  },
  paired({ display, place, token }) {
    if (token) keep(token);
    byId("display").textContent = display;
    byId("place").textContent = place;
    view("paired");
  },
  advice({ sentences }) {
    byId("advice").replaceChildren(...sentences.map(([sentence, isHindering]) => {
      const item = document.createElement("li");
      item.textContent = sentence;
      if (isHindering) item.className = "bad";
      return item;
    }));
    isHindered = sentences.some(([, isHindering]) => isHindering);
    arrange();
  },
  rest() {
    newest += 1;
    stop();
  },
  show,
};

async function show(words, bytes) {
  const { number } = words;
  newest = number;
  const reason = await shown(words, bytes);
  channel.say(reason ? { kind: "not-drawn", number, by: reason } : { kind: "drawn", number });
}

// Why it cannot be seen; null: it can, since two frames.
async function shown(words, bytes) {
  let bitmap;
  try {
    bitmap = await pattern.decode(bytes);
  } catch {
    return "not-decoded";
  }
  const reason = words.number === newest ? hindrance(words) : "superseded";
  if (reason) {
    bitmap.close();
    return reason;
  }
  isShowing = true;
  arrange();
  if (!pattern.show(bitmap, words.mark, words.crc32)) {
    stop();
    return "altered";
  }
  if (!(await twoFrames())) return "tab-hidden";
  return words.number === newest ? hindrance(words) : "superseded";
}

function hindrance({ width_px: width, height_px: height }) {
  if (document.visibilityState !== "visible") return "tab-hidden";
  if (!isFullScreen()) return "not-full-screen";
  return size.width_px === width && size.height_px === height ? null : "wrong-size";
}

// A hidden page has no frames.
function twoFrames() {
  return new Promise((resolve) => {
    const hide = () => document.visibilityState !== "visible" && resolve(false);
    document.addEventListener("visibilitychange", hide, { once: true });
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(true)));
  });
}

function stop() {
  isShowing = false;
  pattern.clear();
  arrange();
}

// A pattern alone, or the card.
function arrange() {
  const isAlone = isShowing && isFullScreen();
  document.body.classList.toggle("showing", isAlone);
  pattern.canvas.hidden = !isAlone;
  byId("fill").hidden = isFullScreen();
  byId("ready").hidden = isHindered;
}

function view(name) {
  for (const each of document.querySelectorAll("[data-view]")) {
    each.hidden = each.dataset.view !== name;
  }
  arrange();
}

function lost(status) {
  if (status === UNPAIRED) keep("");
  const ends = { [REPLACED]: "replaced", [UNPAIRED]: "unpaired", [TOO_MANY]: "too-many" };
  if (ends[status]) {
    stop();
    view(ends[status]);
  }
  return status !== REPLACED && status !== UNPAIRED;
}

function told() {
  return condition(size, lock !== null && !lock.released);
}

async function changed() {
  arrange();
  await stayAwake();
  channel.say({ kind: "told", condition: told() });
}

// Browsers give it with HTTPS only, and take it away when the page is hidden.
async function stayAwake() {
  const isWanted = isFullScreen() && document.visibilityState === "visible";
  if (!isWanted || !navigator.wakeLock || (lock && !lock.released)) return;
  try {
    lock = await navigator.wakeLock.request("screen");
  } catch {
    lock = null;
  }
}

function drawSquares(canvas, rows) {
  canvas.width = canvas.height = rows.length + 2 * QUIET_MODULES;
  const context = canvas.getContext("2d");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = "#000000";
  rows.forEach((row, y) => [...row].forEach((square, x) => {
    if (square === "1") context.fillRect(x + QUIET_MODULES, y + QUIET_MODULES, 1, 1);
  }));
}

// Of this tab alone: another tab may be on another display.
function kept() {
  try {
    return sessionStorage.getItem(TOKEN) ?? "";
  } catch {
    return "";
  }
}

function keep(token) {
  try {
    sessionStorage.setItem(TOKEN, token);
  } catch {
    document.title += " *";
  }
}

byId("fill").addEventListener("click", () => {
  document.documentElement.requestFullscreen({ navigationUI: "hide" }).catch(changed);
});
for (const each of document.querySelectorAll(".connect")) {
  each.addEventListener("click", () => {
    view("connecting");
    channel.open();
  });
}
document.addEventListener("fullscreenchange", changed);
document.addEventListener("visibilitychange", changed);
addEventListener("contextmenu", (event) => isShowing && event.preventDefault());
visualViewport?.addEventListener("resize", changed);
watchSize(byId("area"), (found) => {
  const isFirst = size === null;
  size = found;
  pattern.resize(found);
  if (isFirst) stayAwake().then(() => channel.open());
  else changed();
});
