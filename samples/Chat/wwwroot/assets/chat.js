// The chat's browser side: rules and wire format, transport, store, view, and the two pages that put them together.
// Nothing that arrives in a message is ever treated as HTML: text reaches the page only through text nodes.

const MAX_NAME = 40;
const MAX_TEXT = 4000;
const COUNTER_FROM = 3600;
const MAX_SHOWN = 8000; // characters of one message on the page; bare frames may be longer than what this page sends
const MAX_ROWS = 500;
const MAX_RECENT = 6;
const GROUP_MS = 5 * 60_000;
const RESERVED = new Set(["users", "rooms", "healthz", "readyz", "index", "assets"]);

const byId = id => document.getElementById(id);
const plural = (n, word) => `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`;

function el(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

// Storage may be switched off or full: then the page forgets, and works.
const storage = {
  get(area, key) {
    try { return JSON.parse(window[area].getItem(`natsrun.${key}`)); } catch { return null; }
  },
  set(area, key, value) {
    try { window[area].setItem(`natsrun.${key}`, JSON.stringify(value)); } catch { /* see above */ }
  },
};

// ---- Rules ----------------------------------------------------------------------------------------------------------

/** Why the server would refuse this room id, or null. */
function roomError(room) {
  if (room === "") return "Enter the name of a room.";
  if (room.length > 64) return `A room name has at most 64 characters; this one has ${room.length}.`;
  if (/[\s\p{Z}]/u.test(room)) return `A room name has no spaces. How about “${room.replace(/[\s\p{Z}]+/gu, "-")}”?`;
  if (/[\p{Cc}\p{Cs}]/u.test(room)) return "A room name has no control characters.";
  const bad = [...new Set(room.match(/[.*>/]/g))];
  if (bad.length) return `A room name cannot contain ${bad.map(c => `“${c}”`).join(" or ")}.`;
  if (RESERVED.has(room.toLowerCase())) return `“${room}” is taken by the server itself. Choose another name.`;
  return null;
}

/** A name without line breaks, direction marks, stacks of accents and the like; empty if nothing visible is left. */
function cleanName(name) {
  const clean = name.slice(0, 400).normalize("NFC")
    .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/gu, " ")
    .replace(/(\p{M}{3})\p{M}+/gu, "$1").replace(/\s+/g, " ").trim();
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(clean) ? [...clean].slice(0, MAX_NAME).join("").trim() : "";
}

const loadName = () => cleanName(String(storage.get("sessionStorage", "name") ?? storage.get("localStorage", "name") ?? ""));

function saveName(name) {
  storage.set("sessionStorage", "name", name); // this tab
  storage.set("localStorage", "name", name); // the next one
}

function loadRecent() {
  const rooms = storage.get("localStorage", "recent");
  return Array.isArray(rooms) ? rooms.filter(r => typeof r === "string" && roomError(r) === null).slice(0, MAX_RECENT) : [];
}

function addRecent(room) {
  if (roomError(room) === null) storage.set("localStorage", "recent", [room, ...loadRecent().filter(r => r !== room)].slice(0, MAX_RECENT));
}

// ---- Wire: bare frames. This page sends small JSON; anybody may send anything. ------------------------------------------

function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), b => b.toString(16).padStart(2, "0")).join("");
}

function encode({ name, text, id, at }) {
  return JSON.stringify({ v: 1, name, text, id, at });
}

function decode(data) {
  if (typeof data !== "string") return { kind: "binary", name: "someone", text: `binary message, ${plural(data.byteLength, "byte")}` };
  if (data.startsWith("{")) {
    try {
      const { v, name, text, id, at } = JSON.parse(data);
      const known = v === 1 && typeof name === "string" && typeof text === "string" && typeof id === "string" && id !== "" && id.length <= 64;
      if (known && cleanName(name)) return { kind: "named", name: cleanName(name), text, id, at: Math.abs(at) < 8.64e15 ? at : null };
    } catch { /* not JSON: plain text */ }
  }
  return { kind: "plain", name: "someone", text: data };
}

// ---- Transport: one socket to one room, which comes back by itself -----------------------------------------------------

/** Asks the room for its socket. Answers { session }, or { why, after, away } to try again, or { stop }, or { ended }. */
async function askServer() {
  let response;
  try {
    response = await fetch(location.pathname, {
      headers: { accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout(10_000),
    });
    const session = response.ok ? await response.json() : null;
    if (session?.socket?.startsWith("/")) return { session };
  } catch {
    return { why: navigator.onLine ? "The server does not answer" : "You are offline" };
  }
  if (response.status === 401) return { ended: true }; // this answer has taken the cookie of the ended session away
  const after = Math.min(10, Number(response.headers.get("retry-after")) || 0) * 1000;
  if (response.status === 503) return { why: "The server is waiting for NATS", after, away: true };
  if (response.ok || response.status === 429 || response.status >= 500) return { why: `The server is in trouble (${response.status})`, after };
  const problem = await response.json().catch(() => null);
  return { stop: `This room cannot be opened: ${problem?.title ?? `the server answers ${response.status}`}.` };
}

const CLOSE_REASONS = { 1001: "the server is restarting", 1008: "refused by a rule of the server", 1009: "a message was too big", 1013: "the server is busy" };

/** States: connecting, online, waiting (until a time), stopped. `why` says what is wrong, in words for people. */
class Connection {
  session = null;
  state = { kind: "connecting" };
  #listener;
  #isNew = true; // this page has had no session yet
  #socket = null;
  #attempts = 0;
  #run = 0;
  #timer = 0;

  constructor(listener) { this.#listener = listener; }

  get online() { return this.state.kind === "online"; }

  async open(why) {
    this.close();
    const run = this.#run;
    this.#enter({ kind: "connecting", why });
    if (!this.session) {
      let answer = await askServer();
      if (answer.ended && this.#isNew) answer = await askServer();
      if (run !== this.#run) return;
      if (answer.ended) return this.#end();
      if (answer.stop) return this.#enter({ kind: "stopped", why: answer.stop });
      if (!answer.session) return this.#wait(answer.why, answer.after);
      this.session = answer.session;
      this.#isNew = false;
    }
    this.#dial();
  }

  close(code = 1000) {
    this.#run++;
    clearTimeout(this.#timer);
    if (!this.#socket) return;
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
    this.#listener.onClosed(code);
  }

  send(frame) {
    const open = this.online && this.#socket.readyState === WebSocket.OPEN;
    if (open) this.#socket.send(frame);
    return open;
  }

  /** Ends a wait: the user asked, the tab is looked at again. */
  hurry() {
    if (this.state.kind === "waiting") this.open(this.state.why);
  }

  /** The socket is open but nothing comes: is it dead, or is the server itself cut off? */
  async check() {
    const run = this.#run;
    const answer = await askServer();
    if (run !== this.#run || !this.online) return;
    if (answer.away) return this.#enter({ kind: "online", why: answer.why });
    if (answer.ended) {
      this.close();
      return this.#end();
    }
    this.session = answer.session ?? null;
    this.open("Connection lost");
  }

  /** Something came after all. */
  heard() {
    if (this.online && this.state.why) this.#enter({ kind: "online" });
  }

  #dial() {
    const socket = this.#socket = new WebSocket(`${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${this.session.socket}`);
    let openedAt = 0;
    const closed = (code, reason) => {
      this.close(code);
      if (Date.now() - openedAt > 5000 && openedAt) this.#attempts = 0;
      if (!openedAt || code === 1008) this.session = null; // the identity may be the trouble: ask again
      if (code === 1013) this.#attempts += 3;
      this.#afterClose(code, reason);
    };
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      clearTimeout(this.#timer);
      openedAt = Date.now();
      this.#enter({ kind: "online" });
    };
    socket.onmessage = event => this.#listener.onFrame(event.data);
    socket.onclose = event => closed(event.code, event.reason);
    this.#timer = setTimeout(() => closed(1006, ""), 10_000);
  }

  /** 4500 to 4999 mean "do not come back"; every other code means "later". */
  #afterClose(code, reason) {
    if (code === 4500) this.#end();
    else if (code > 4500 && code < 5000) this.#enter({ kind: "stopped", why: `The server has ended this connection${reason ? `: ${reason}` : ""} (${code}).`, reload: true });
    else if (!navigator.onLine) this.#wait("You are offline");
    else this.#wait(CLOSE_REASONS[code] ? `Connection lost (${CLOSE_REASONS[code]})` : "Connection lost");
  }

  /** The server's own word counts; without it the wait is random, below a bound that doubles from 250 ms to 10 s. */
  #wait(why, after = 0) {
    const bound = Math.min(10_000, 125 * 2 ** ++this.#attempts);
    const delay = after ? after * (1 + Math.random() / 2) : Math.random() * bound;
    this.#timer = setTimeout(() => this.open(why), delay);
    this.#enter({ kind: "waiting", why, until: Date.now() + delay });
  }

  #end() {
    this.#enter({ kind: "stopped", why: "Your session was ended. Reload to start a new one.", reload: true });
  }

  #enter(state) {
    const before = this.state;
    this.state = state;
    this.#listener.onState(state, before);
  }
}

// ---- Store: what was said, and what of ours has not come back yet --------------------------------------------------------

const RESEND_MS = 4000;
const SILENCE_MS = 15_000;

/**
 * Every frame comes back to its sender: an own message is sent when its id does. Messages come back in the order they were
 * sent, so what was sent before one that is back, and is not, was lost and is sent again; receivers drop the repeats by id.
 */
class Conversation {
  #connection;
  #view;
  #key;
  #known = new Map(); // id -> message, as long as it is on the page
  #outbox = new Map(); // id -> own message that has not come back, in the order they were written
  #turn = 0;
  #heardAt = 0;

  constructor(connection, view, key) {
    this.#connection = connection;
    this.#view = view;
    this.#key = `outbox:${key}`;
  }

  get unsent() { return this.#outbox.size; }

  write(name, text) {
    this.#add({ kind: "own", id: newId(), name, text, at: Date.now(), time: Date.now(), status: "queued" });
  }

  /** Takes up what an earlier life of this tab could not send. */
  restore() {
    for (const m of storage.get("sessionStorage", this.#key) ?? []) {
      if (typeof m?.text === "string" && typeof m.id === "string") this.#add({ ...m, kind: "own", time: Date.now(), status: "queued" });
    }
  }

  save() {
    storage.set("sessionStorage", this.#key, [...this.#outbox.values()].map(({ id, name, text, at }) => ({ id, name, text, at })));
  }

  receive(data) {
    const message = { ...decode(data), time: Date.now() };
    this.#heardAt = message.time;
    this.#connection.heard();
    const own = this.#outbox.get(message.id);
    if (own) return this.#confirm(own);
    if (message.id && this.#known.has(message.id)) return;
    if (message.id) this.#known.set(message.id, message);
    this.#view.add(message);
  }

  sendAll() {
    for (const m of this.#outbox.values()) this.#transmit(m);
  }

  onClosed(code) {
    const open = [...this.#outbox.values()].filter(m => m.status !== "queued");
    if (code === 1009 && open.length) { // of those on their way it was the longest
      const refused = open.reduce((a, b) => b.text.length > a.text.length ? b : a);
      this.#outbox.delete(refused.id);
      this.#mark(refused, "refused");
    }
    for (const m of open) if (m.status !== "refused") this.#mark(m, "queued");
  }

  forget(message) { this.#known.delete(message.id); }

  /** Called every second: what does not come back is sent again, the oldest first and alone. */
  tick(now) {
    if (!this.#connection.online) return;
    const [oldest] = this.#outbox.values();
    if (!oldest) return;
    if (now - Math.max(oldest.firstSentAt, this.#heardAt) > SILENCE_MS) {
      this.#heardAt = now;
      this.#connection.check();
    } else if (now - oldest.sentAt > RESEND_MS) {
      this.#transmit(oldest, "late");
    }
  }

  #add(message) {
    this.#outbox.set(message.id, message);
    this.#known.set(message.id, message);
    this.#view.add(message);
    this.#transmit(message);
  }

  #transmit(message, status = "sending") {
    const sent = this.#connection.send(encode(message));
    if (sent) {
      message.turn = ++this.#turn;
      message.sentAt = Date.now();
      message.firstSentAt ??= message.sentAt;
    }
    this.#mark(message, sent ? status : "queued");
  }

  #confirm(message) {
    this.#outbox.delete(message.id);
    this.#mark(message, "sent");
    for (const m of this.#outbox.values()) if (m.turn < message.turn) this.#transmit(m, "late");
  }

  #mark(message, status) {
    message.status = status;
    this.#view.update(message);
  }
}

// ---- View: the log of messages ---------------------------------------------------------------------------------------------

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const seconds = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const calendar = new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long" });
const STATUS = { queued: "Waiting for the connection", late: "Not confirmed yet – trying again", refused: "Not sent: too big for the server" };

function dayLabel(time) {
  const midnight = t => new Date(t).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(Date.now()) - midnight(time)) / 86_400_000);
  return days === 0 ? "Today" : days === 1 ? "Yesterday" : calendar.format(time);
}

function hueOf(name) {
  let hash = 0;
  for (const c of name.toLowerCase()) hash = (hash * 31 + c.codePointAt(0)) >>> 0;
  return hash % 12;
}

/** Text with its http and https addresses as links, built from text nodes. */
function linked(text) {
  const parts = [];
  let end = 0;
  for (const { 0: match, index } of text.matchAll(/https?:\/\/[^\s<>"\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f]+/gi)) {
    const address = match.replace(/[.,;:!?'*_)\]}]+$/, "");
    if (!URL.canParse?.(address)) continue;
    parts.push(text.slice(end, index), el("a", { href: address, target: "_blank", rel: "noopener noreferrer", textContent: address }));
    end = index + address.length;
  }
  return [...parts, text.slice(end)];
}

/** Draws once per frame, keeps at most MAX_ROWS messages, and stays at the bottom only if the reader is there. */
class LogView {
  onForget;
  #log = byId("log");
  #list = byId("messages");
  #pill = byId("new-messages");
  #incoming = [];
  #rows = new Map(); // message -> its row
  #last = null;
  #drawing = false;
  #atBottom = true;
  #unseen = 0;

  constructor() {
    this.#log.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#pill.addEventListener("click", () => { this.toBottom(); this.#log.focus({ preventScroll: true }); });
    const sizes = new ResizeObserver(() => this.#atBottom && this.toBottom());
    sizes.observe(this.#log);
    sizes.observe(this.#list);
  }

  add(message) {
    this.#incoming.push(message);
    if (message.kind === "own") this.#atBottom = true;
    if (this.#drawing) return;
    this.#drawing = true;
    if (document.hidden) setTimeout(() => this.#draw(), 250);
    else requestAnimationFrame(() => this.#draw());
  }

  update(message) {
    const row = this.#rows.get(message);
    if (!row) return;
    this.#showStatus(row, message);
    if (message.status === "sent") this.#trim();
  }

  notice(text) { this.add({ kind: "notice", text, time: Date.now() }); }

  toBottom() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#scrolled();
  }

  #draw() {
    this.#drawing = false;
    const incoming = this.#incoming;
    const tooMany = incoming.length - MAX_ROWS; // of a flood only the newest are drawn, and our own unsent ones
    const rows = document.createDocumentFragment();
    this.#incoming = [];
    incoming.forEach((message, i) => i >= tooMany || this.#unsent(message) ? this.#append(rows, message) : this.onForget(message));
    this.#list.append(rows);
    byId("empty").hidden = true;
    this.#trim(tooMany > 0);
    if (this.#atBottom) return this.toBottom();
    this.#unseen += incoming.filter(m => m.kind !== "notice" && m.kind !== "own").length;
    this.#showPill();
  }

  #append(rows, message) {
    const last = this.#last;
    const newDay = !last || new Date(last.time).toDateString() !== new Date(message.time).toDateString();
    if (newDay) {
      rows.append(el("li", { className: "day" }, el("time", { dateTime: new Date(message.time).toISOString(), textContent: dayLabel(message.time) })));
      for (const label of this.#list.querySelectorAll(".day time")) label.textContent = dayLabel(new Date(label.dateTime));
    }
    const sameSender = !newDay && last.kind === message.kind && last.name === message.name && message.time - last.time < GROUP_MS;
    const row = message.kind === "notice" ? el("li", { className: "notice", textContent: message.text }) : this.#row(message, sameSender);
    this.#rows.set(message, row);
    this.#last = message;
    rows.append(row);
  }

  #row(message, sameSender) {
    const { kind, name, text, time, id } = message;
    const own = kind === "own";
    const row = el("li", { className: `message ${kind} hue-${hueOf(name)}${sameSender ? " same-sender" : ""}` });
    Object.assign(row.dataset, { testid: "message", kind, sender: name, ...(id && { id }) });
    const stamp = el("time", { dateTime: new Date(time).toISOString(), title: seconds.format(time), textContent: clock.format(time) });
    const words = el("div", { className: "text", dir: "auto" }, ...(kind === "binary" ? [text] : linked(text.slice(0, MAX_SHOWN) || "(empty message)")));
    if (text.length > MAX_SHOWN) words.append(el("em", { textContent: ` … ${plural(text.length - MAX_SHOWN, "more character")} not shown` }));
    const mark = el("span", { className: "unverified", title: "Anyone in this room can use any name", textContent: "unverified" });
    row.append(
      el("span", { className: "avatar", ariaHidden: "true", textContent: kind === "named" ? [...name][0].toUpperCase() : "?" }),
      el("p", { className: "sender" }, el("bdi", { textContent: own ? "You" : name }), ...(own ? [] : [" ", mark])),
      el("div", { className: "bubble" }, words, el("span", { className: "stamp" }, stamp)));
    if (own) {
      row.querySelector(".stamp").append(el("span", { className: "tick" }));
      row.append(el("p", { className: "status" }));
      this.#showStatus(row, message);
    }
    return row;
  }

  #showStatus(row, message) {
    if (row.dataset.status === message.status) return;
    row.dataset.status = message.status;
    row.querySelector(".tick").textContent = message.status === "sent" ? "Sent" : message.status === "sending" ? "Sending…" : "";
    row.querySelector(".status").textContent = STATUS[message.status] ?? "";
  }

  #unsent(message) { return message.kind === "own" && message.status !== "sent"; }

  #trim(dropped = false) {
    for (const [message, row] of this.#rows) {
      if (this.#rows.size <= MAX_ROWS) break;
      if (this.#unsent(message)) continue;
      this.#remove(message, row);
      dropped = true;
    }
    if (dropped) byId("trimmed").hidden = false;
  }

  #remove(message, row) {
    const before = row.previousElementSibling;
    const next = row.nextElementSibling;
    row.remove();
    this.#rows.delete(message);
    this.onForget(message);
    if (before?.matches(".day") && (!next || next.matches(".day"))) before.remove();
    else if (!row.matches(".same-sender")) next?.classList.remove("same-sender");
  }

  #scrolled() {
    this.#atBottom = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 40;
    if (this.#atBottom) this.#unseen = 0;
    this.#showPill();
  }

  #showPill() {
    this.#pill.hidden = this.#unseen === 0;
    if (this.#unseen) this.#pill.textContent = plural(this.#unseen, "new message");
  }
}

// ---- View: what stands around the log ----------------------------------------------------------------------------------------

function announce(text) { byId("announce").textContent = text; }

class Banner {
  #until = 0;
  #timer = 0;

  constructor(onAction) { byId("banner-action").addEventListener("click", () => onAction(this.action)); }

  show(kind, text, { action = "", label = "", until = 0, forMs = 0 } = {}) {
    clearTimeout(this.#timer);
    const again = !byId("banner").hidden && byId("banner-text").textContent === text;
    byId("banner").hidden = false;
    byId("banner").dataset.kind = kind;
    byId("banner-text").textContent = text;
    this.action = action;
    byId("banner-action").hidden = !action;
    byId("banner-action").textContent = label;
    this.#until = until;
    this.tick(Date.now());
    if (!again) announce(text);
    if (forMs) this.#timer = setTimeout(() => this.hide(), forMs);
  }

  hide() {
    if (byId("banner").contains(document.activeElement)) byId("message").focus();
    byId("banner").hidden = true;
  }

  tick(now) {
    const left = Math.ceil((this.#until - now) / 1000);
    byId("banner-count").textContent = this.#until && left > 0 ? ` in ${left}\u00a0s` : this.#until ? "…" : "";
  }
}

const STATE_WORDS = { connecting: "Connecting", online: "Connected", waiting: "Reconnecting", stopped: "Disconnected" };

function showState(state, banner) {
  byId("connection").dataset.state = state.kind;
  byId("connection-text").textContent = STATE_WORDS[state.kind];
  if (state.kind === "stopped") banner.show("stopped", state.why, state.reload ? { action: "reload", label: "Reload" } : { action: "leave", label: "Choose a room" });
  else if (state.kind === "online" && state.why) banner.show("lost", `${state.why} – your messages are kept until it is back`);
  else if (state.kind === "online") banner.hide();
  else if (state.why) banner.show("lost", `${state.why} – reconnecting`, { action: "now", label: "Now", until: state.until ?? 1 });
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // no clipboard without TLS
    const box = document.body.appendChild(el("textarea", { value: text, className: "sr-only" }));
    box.select();
    document.execCommand("copy");
    box.remove();
  }
}

// ---- Pages ---------------------------------------------------------------------------------------------------------------------

function startLanding() {
  const inputs = { room: byId("room"), name: byId("name") };
  const showError = (field, text) => {
    byId(`${field}-error`).textContent = text ?? "";
    inputs[field].setAttribute("aria-invalid", String(Boolean(text)));
  };
  const typed = () => ({ room: inputs.room.value.trim().normalize("NFC"), name: cleanName(inputs.name.value) });
  const recent = loadRecent();
  inputs.room.value = recent[0] ?? "lobby";
  inputs.name.value = loadName();
  (inputs.name.value ? inputs.room : inputs.name).focus();
  byId("recent").hidden = recent.length === 0;
  byId("recent-rooms").append(...recent.map(room => el("li", {}, el("a", { href: `/${encodeURIComponent(room)}` }, el("bdi", { textContent: room })))));
  byId("forget").addEventListener("click", () => {
    storage.set("localStorage", "recent", []);
    byId("recent").hidden = true;
    inputs.room.focus();
  });
  inputs.room.addEventListener("input", () => showError("room", typed().room && roomError(typed().room)));
  inputs.name.addEventListener("input", () => showError("name", ""));
  byId("join-form").addEventListener("submit", event => {
    event.preventDefault();
    const { room, name } = typed();
    const errors = { room: roomError(room), name: name ? null : "Enter the name that the others shall see." };
    for (const field of ["room", "name"]) showError(field, errors[field]);
    if (errors.room || errors.name) return inputs[errors.room ? "room" : "name"].focus();
    saveName(name);
    location.assign(`/${encodeURIComponent(room)}`);
  });
}

function roomFromPath() {
  try { return decodeURIComponent(location.pathname.replace(/^\/|\/$/g, "")); } catch { return location.pathname.slice(1); }
}

function showRoom(room) {
  const address = `${location.host}/${encodeURIComponent(room).replaceAll("'", "%27")}`;
  const command = `${location.protocol === "https:" ? "wss" : "ws"}://${address}/alice`;
  byId("room-name").textContent = room;
  byId("invite-link").textContent = `${location.protocol}//${address}`;
  byId("invite-command").textContent = `wscat -c ${/[!()~*]/.test(command) ? `'${command}'` : command}`; // safe to paste into a shell
}

function startComposer(send, draftKey) {
  const box = byId("message");
  const refresh = () => {
    byId("grow").dataset.text = box.value;
    const length = box.value.trim().length;
    const tooLong = length > MAX_TEXT;
    byId("send").disabled = length === 0 || tooLong || byId("composer").hidden;
    byId("counter").hidden = length < COUNTER_FROM;
    byId("counter").textContent = `${length.toLocaleString("en")} / ${MAX_TEXT.toLocaleString("en")}${tooLong ? " – too long to send" : ""}`;
    byId("counter").classList.toggle("over", tooLong);
  };
  box.value = String(storage.get("sessionStorage", draftKey) ?? "");
  box.addEventListener("input", refresh);
  box.addEventListener("keydown", event => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    byId("composer").requestSubmit();
  });
  byId("composer").addEventListener("submit", event => {
    event.preventDefault();
    refresh();
    if (byId("send").disabled) return;
    send(box.value.replace(/^(\s*\n)+|\s+$/g, ""));
    box.value = "";
    refresh();
    box.focus();
  });
  refresh();
}

function startRoom() {
  const room = roomFromPath();
  let name = loadName();
  let lostAt = 0;
  let unread = 0;
  const view = new LogView();
  const connection = new Connection({
    onFrame: data => { conversation.receive(data); showUnread(document.hidden ? unread + 1 : 0); },
    onClosed: code => conversation.onClosed(code),
    onState: (state, before) => {
      showState(state, banner);
      if (before.kind === "online" && state.kind !== "online") lostAt ||= Date.now();
      if (state.kind === "online" && before.kind !== "online") online();
    },
  });
  const conversation = new Conversation(connection, view, room);
  const banner = new Banner(action => action === "now" ? connection.hurry() : action === "reload" ? location.reload() : location.assign("/"));
  view.onForget = message => conversation.forget(message);

  function online() {
    addRecent(room);
    if (lostAt) {
      view.notice(`You were disconnected for ${plural(Math.max(1, Math.round((Date.now() - lostAt) / 1000)), "second")}. Messages sent while you were away are not shown.`);
      banner.show("back", "Connected again. Messages sent while you were away are not shown.", { forMs: 6000 });
    }
    lostAt = 0;
    conversation.sendAll();
  }

  function showUnread(count) {
    unread = count;
    document.title = `${unread ? `(${unread}) ` : ""}${room} · NatsRun chat`;
  }

  function showName(asking = !name) {
    byId("name-form").hidden = !asking;
    byId("composer").hidden = asking;
    byId("writing-as").hidden = asking;
    byId("my-name").textContent = byId("name").value = name;
    byId("save-name").textContent = name ? "Save" : "Use this name";
    (asking ? byId("name") : byId("message")).focus({ preventScroll: true });
  }

  function keep() {
    conversation.save();
    storage.set("sessionStorage", `draft:${room}`, byId("message").value);
  }

  showRoom(room);
  showUnread(0);
  showName();
  startComposer(text => conversation.write(name, text), `draft:${room}`);
  byId("name-form").addEventListener("submit", event => {
    event.preventDefault();
    const chosen = cleanName(byId("name").value);
    byId("name-error").textContent = chosen ? "" : "Enter the name that the others shall see.";
    if (!chosen) return byId("name").focus();
    saveName(name = chosen);
    showName();
  });
  byId("change-name").addEventListener("click", () => showName(true));
  byId("copy-link").addEventListener("click", async () => {
    await copy(byId("invite-link").textContent);
    byId("copy-link-text").textContent = "Copied";
    announce("Link copied");
    setTimeout(() => byId("copy-link-text").textContent = "Copy link", 2000);
  });
  addEventListener("online", () => connection.state.kind !== "stopped" && connection.open("Connection lost"));
  addEventListener("pagehide", () => { keep(); connection.close(); lostAt = Date.now(); });
  addEventListener("pageshow", event => event.persisted && connection.open("Connection lost"));
  addEventListener("beforeunload", event => conversation.unsent && event.preventDefault());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    showUnread(0);
    connection.hurry();
  });
  setInterval(() => {
    const now = Date.now();
    conversation.tick(now);
    banner.tick(now);
    keep();
    const waiting = connection.online ? 0 : conversation.unsent;
    byId("outbox-note").hidden = waiting === 0;
    byId("outbox-note").textContent = waiting ? `${plural(waiting, "message")} not sent yet – kept in this tab and sent when the connection is back` : "";
  }, 1000);
  conversation.restore();
  connection.open();
}

if (document.body.dataset.page === "room") startRoom();
else startLanding();
