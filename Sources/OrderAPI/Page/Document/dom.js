// Elements and texts. What the page shows comes from other people's orders and events, so no text ever becomes
// HTML here: it goes into text nodes.

/** The most that the page keeps and shows of anything. */
const Limits = Object.freeze({
  /** More rows than anybody reads; the browser lays them out in a few milliseconds. */
  orders: 100,
  /** Items of an order that its row names. */
  items: 2,
  /** Pending orders to ask for again after changes were missed. */
  askedAgain: 20,
  partitions: 60,
  letters: 20,
  events: 200,
});

const byID = (id) => document.getElementById(id);

/** Makes an element. Attributes that are null, undefined or false are left out, and so are such children. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Sets a text unless it is there already: a selection in it survives, and a screen reader does not repeat it. */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Shows a text, or hides its element if there is none. */
function show(element, text, kind) {
  setText(element, text || "");
  element.hidden = !text;
  if (kind) element.dataset.kind = kind;
}

/** Has a screen reader say something when it has finished what it is saying. */
function say(text) {
  const announcer = byID("announcer");
  announcer.textContent = "";
  // A text that is set again at once is no change.
  setTimeout(() => (announcer.textContent = text), 50);
}

const drawn = new WeakMap();

/** Makes the children of an element anew if what they show has changed: a focus or selection in them survives. */
function redraw(element, data, makeChildren) {
  const key = JSON.stringify(data);
  if (drawn.get(element) === key) return;
  drawn.set(element, key);
  element.replaceChildren(...makeChildren(data));
}

/** Fills a list of terms and descriptions; a term without a description is left out. */
function fill(list, entries) {
  const known = entries.filter(([, value]) => value !== null && value !== undefined);
  list.replaceChildren(...known.flatMap(([term, value]) => [make("dt", {}, term), make("dd", {}, value)]));
}

// Numbers and times

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** Between a number and its unit, where no line ends. */
const space = "\u00a0";

const isKnown = (value) => typeof value === "number" && Number.isFinite(value);

function count(value) {
  return isKnown(value) ? whole.format(value) : "–";
}

function rate(value) {
  if (!isKnown(value)) return "–";
  return (value < 100 ? oneDecimal : whole).format(value);
}

function percent(ratio) {
  return isKnown(ratio) ? `${oneDecimal.format(ratio * 100)}${space}%` : "–";
}

function duration(seconds) {
  if (!isKnown(seconds)) return "–";
  if (seconds < 0.01) return `${oneDecimal.format(seconds * 1000)}${space}ms`;
  if (seconds < 1) return `${whole.format(seconds * 1000)}${space}ms`;
  if (seconds < 60) return `${oneDecimal.format(seconds)}${space}s`;
  if (seconds < 3600) return `${whole.format(Math.floor(seconds / 60))}${space}min`;
  if (seconds < 86400) return `${whole.format(Math.floor(seconds / 3600))}${space}h`;
  return `${whole.format(Math.floor(seconds / 86400))}${space}days`;
}

function bytes(value) {
  if (!isKnown(value)) return "–";
  if (value < 1e6) return `${whole.format(value / 1e3)}${space}kB`;
  return `${whole.format(value / 1e6)}${space}MB`;
}

const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false,
});
const exactClock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hour12: false,
});
const calendar = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** Makes the element of a time; the day is named if it is not today. */
function timeElement(text, format = clock) {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) return make("span", {}, String(text ?? "–"));
  const isToday = time.toDateString() === new Date().toDateString();
  const shown = isToday ? format.format(time) : `${calendar.format(time)}, ${format.format(time)}`;
  return make("time", { datetime: text, title: text }, shown);
}

/** The end of an id. The beginnings of ids from one day are alike. */
const idEnd = (id) => String(id).slice(-12);

/** Makes the element of a status: the word says what the colour says. */
function statusElement(status) {
  return make("span", { class: "status", "data-status": status }, String(status));
}

/** Makes a cell of a table; in a narrow window its label stands beside it. */
const cell = (label, name, ...children) =>
  make("td", { role: "cell", class: name, "data-label": label }, ...children);

const code = (text) => make("span", { class: "code" }, String(text));

/** Makes the button that opens the time line of an order. */
const orderButton = (id) =>
  make("button", { class: "link code", type: "button", title: id },
    make("span", { class: "unseen" }, `Events of order ${id.slice(0, -12)}`), idEnd(id));

// Requests

/** A request that the gateway answered with a problem (RFC 9457). */
class Refusal extends Error {
  constructor(response, problem) {
    super(problem?.detail || `The gateway answered ${response.status} ${response.statusText}`.trim() + ".");
    this.status = response.status;
    this.problem = problem ?? {};
    this.retryAfter = Number(response.headers.get("Retry-After")) || null;
  }
}

/** Asks for JSON; throws a Refusal if the answer is an error, and another error if there is no answer. */
async function request(path, options = {}) {
  const response = await fetch(path, {
    cache: "no-cache",
    signal: AbortSignal.timeout(options.timeout ?? 5000),
    ...options,
    headers: { Accept: "application/json, application/problem+json", ...options.headers },
  });
  const json = await response.json().catch(() => null);
  if (!response.ok) throw new Refusal(response, json);
  return json;
}
