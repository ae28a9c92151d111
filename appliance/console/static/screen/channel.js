// The WebSocket to the box: it is opened again whenever it is lost (console/screen/message.py).

const FIRST_DELAY_MS = 300;
const LONGEST_DELAY_MS = 5000;
const BEAT_MS = 5000;
const SILENCE_MS = 16000;
export const [REPLACED, UNPAIRED, TOO_MANY] = [4001, 4002, 4003];

export class Channel {
  // greet() is what is said first, beat() what is said now and then; heard(message, bytes) takes
  // what the box says, lost(status) is told when it is gone, and says whether to come back.
  constructor(path, { greet, beat, heard, lost }) {
    this.address = new URL(path, location.href.replace(/^http/, "ws"));
    Object.assign(this, { greet, beat, heard, lost });
    this.delay = FIRST_DELAY_MS;
    this.socket = null;
    this.words = null;
    this.heardAt = 0;
    setInterval(() => this.look(), BEAT_MS);
    addEventListener("online", () => this.open());
  }

  open() {
    this.drop();
    const socket = new WebSocket(this.address);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.heardAt = performance.now();
      this.say(this.greet());
    };
    socket.onmessage = ({ data }) => this.take(data);
    socket.onclose = ({ code }) => this.end(code);
    this.socket = socket;
  }

  say(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  // The words of a picture come before it.
  take(data) {
    this.heardAt = performance.now();
    this.delay = FIRST_DELAY_MS;
    if (typeof data !== "string") {
      this.heard(this.words, data);
      return;
    }
    const words = JSON.parse(data);
    if (words.kind === "show") this.words = words;
    else this.heard(words, null);
  }

  look() {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    if (performance.now() - this.heardAt > SILENCE_MS) this.end(0);
    else this.say(this.beat());
  }

  end(status) {
    this.drop();
    if (!this.lost(status)) return;
    setTimeout(() => this.socket === null && this.open(), this.delay);
    this.delay = Math.min(2 * this.delay, LONGEST_DELAY_MS);
  }

  // A connection that hangs is not waited for.
  drop() {
    if (!this.socket) return;
    this.socket.onclose = this.socket.onmessage = this.socket.onopen = null;
    this.socket.close();
    this.socket = null;
  }
}
