// Whether the gateway can be reached: as the stream of changes and the requests for figures find out.

const connection = {
  /** What is out of reach: "stream" and "status". */
  lost: new Set(),
  /** When it was lost, in milliseconds. */
  since: null,
  isResting: false,
  /** The gateway can be reached, and has no stream for this page. */
  isRefused: false,
  wasLive: false,
  hideNotice: null,
};

function noteReached(part) {
  connection.lost.delete(part);
  if (part === "stream") {
    connection.wasLive = true;
    connection.isResting = false;
    connection.isRefused = false;
  }
  if (connection.lost.size > 0) return;
  if (connection.since !== null) {
    const seconds = (Date.now() - connection.since) / 1000;
    connection.since = null;
    const text = `The connection is back. It was lost for ${duration(Math.max(seconds, 0.1))}.`;
    show(byID("notice"), text, "good");
    say(text);
    connection.hideNotice = setTimeout(() => show(byID("notice"), ""), 10000);
  }
  showConnection();
}

function noteLost(part) {
  connection.lost.add(part);
  if (connection.since === null) {
    connection.since = Date.now();
    clearTimeout(connection.hideNotice);
    const text = connection.wasLive
      ? `The connection was lost at ${clock.format(new Date())}. What you see is from before; the page goes on trying.`
      : "The gateway cannot be reached. The page goes on trying.";
    show(byID("notice"), text, "bad");
    say(text);
  }
  showConnection();
}

function showConnection() {
  const sign = byID("connection");
  const [state, text] =
    connection.lost.size > 0 ? ["bad", "Connection lost"]
    : connection.isRefused ? ["bad", "No live changes"]
    : connection.isResting ? ["waiting", "Resting"]
    : connection.wasLive ? ["good", "Live"]
    : ["waiting", "Connecting"];
  sign.dataset.state = state;
  setText(sign, text);
}
