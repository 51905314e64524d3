// The stream of changes: GET /orders/events.

const stream = {
  source: null,
  /** The last change that was seen. The gateway goes on behind it. */
  lastID: null,
  /** What the gateway filters. */
  customer: "",
  status: "",
  retry: null,
  retrySeconds: 2,
  rest: null,
  /** What to say of changes that were missed. */
  missed: "",
};

const Pauses = Object.freeze({
  /** Seconds between attempts of ours; the browser has the gateway's own pause. */
  first: 2,
  longest: 30,
  /** Milliseconds for the answer that tells why there is no stream. */
  answer: 5000,
  /** A page that nobody sees gives its stream back after this time, in milliseconds. */
  hidden: 60000,
});

/** Opens the stream, behind the last change that was seen. */
function openStream() {
  closeStream();
  const query = new URLSearchParams();
  if (stream.customer) query.set("customer_id", stream.customer);
  if (stream.status) query.set("status", stream.status);
  if (stream.lastID) query.set("last_event_id", stream.lastID);
  const path = `/orders/events${query.size ? `?${query}` : ""}`;
  const source = new EventSource(path);
  stream.source = source;
  source.addEventListener("open", () => {
    stream.retrySeconds = Pauses.first;
    show(byID("orders-notice"), stream.missed, "warning");
    noteReached("stream");
  });
  source.addEventListener("order", (event) => {
    stream.lastID = event.lastEventId || stream.lastID;
    receive(JSON.parse(event.data));
  });
  source.addEventListener("lagged", (event) => noteMissed(JSON.parse(event.data).reason));
  source.addEventListener("error", () => {
    // The browser itself tries again after a connection that broke, but not after an answer that is no stream.
    if (source.readyState === EventSource.CLOSED) findReason(path);
    else noteLost("stream");
  });
}

function closeStream() {
  clearTimeout(stream.retry);
  stream.source?.close();
  stream.source = null;
}

/** Asks why there is no stream, which an EventSource does not say, and tries again later. */
async function findReason(path) {
  const source = stream.source;
  let pause = stream.retrySeconds;
  stream.retrySeconds = Math.min(pause * 2, Pauses.longest);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), Pauses.answer);
  try {
    const response = await fetch(path, {
      headers: { Accept: "text/event-stream, application/problem+json" },
      signal: stop.signal,
    });
    if (!response.ok) {
      const refusal = new Refusal(response, await response.json().catch(() => null));
      pause = Math.max(pause, Math.min(refusal.retryAfter ?? 0, Pauses.longest));
      noteRefused(`There are no live changes: ${refusal.message}`);
    }
  } catch {
    noteLost("stream");
  }
  stop.abort();
  // Another stream may have been opened meanwhile.
  if (stream.source === source) stream.retry = setTimeout(openStream, pause * 1000);
}

function noteRefused(text) {
  connection.isRefused = true;
  showConnection();
  const notice = byID("orders-notice");
  // It may be refused again and again for the same reason.
  if (notice.hidden || notice.textContent !== text) say(text);
  show(notice, text, "bad");
}

/** Says that changes were missed, and asks for the orders that may have changed. */
function noteMissed(reason) {
  stream.missed = `Some changes were missed at ${clock.format(new Date())}: ${reason}`;
  show(byID("orders-notice"), stream.missed, "warning");
  say(`Some changes were missed: ${reason}`);
  askAgain();
}

/** Changes what the gateway filters. */
function filterStream(customer, status) {
  if (customer === stream.customer && status === stream.status) return;
  if (stream.customer || stream.status) {
    // The last change that was seen may be long ago, and the table has not been told of others since.
    stream.lastID = null;
    askAgain();
  }
  stream.customer = customer;
  stream.status = status;
  openStream();
}

/** Gives the stream back while nobody sees the page: there is a limit of streams. */
function noteVisibility() {
  clearTimeout(stream.rest);
  if (!document.hidden) {
    if (!stream.source) openStream();
    return;
  }
  stream.rest = setTimeout(() => {
    closeStream();
    connection.isResting = true;
    showConnection();
  }, Pauses.hidden);
}

function startStream() {
  openStream();
  noteVisibility();
  document.addEventListener("visibilitychange", noteVisibility);
}
