// The time line of one order: GET /orders/{id}/history.

const trail = { id: null, opener: null, shown: null };

const dialog = byID("trail");

function openTrail(id) {
  trail.id = String(id);
  trail.shown = null;
  trail.opener = document.activeElement;
  setText(byID("trail-id"), trail.id);
  show(byID("trail-notice"), "");
  byID("trail-order").replaceChildren();
  byID("trail-events").replaceChildren();
  setText(byID("trail-events-note"), "Asking for them …");
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  loadTrail();
}

async function loadTrail() {
  const id = trail.id;
  const path = `/orders/${encodeURIComponent(id)}`;
  const [order, history] = await Promise.allSettled([request(path), request(`${path}/history`)]);
  if (trail.id !== id) return;
  if (order.status === "fulfilled") showOrder(order.value);
  else show(byID("trail-notice"), reasonOf(order.reason), "bad");
  if (history.status === "fulfilled") showEvents(history.value);
  else setText(byID("trail-events-note"), order.status === "fulfilled" ? reasonOf(history.reason) : "");
}

const reasonOf = (error) =>
  error instanceof Refusal ? error.message : "The gateway did not answer.";

/** Loads the time line again when its order has changed. */
function noteChange(view) {
  if (!dialog.open || trail.id !== view.order_id || trail.shown === view.updated_at) return;
  trail.shown = view.updated_at;
  loadTrail();
}

function showOrder(view) {
  trail.shown = view.updated_at;
  const status = make("span", {}, statusElement(view.status));
  if (view.reason) status.append(" ", make("span", { class: "reason" }, view.reason));
  fill(byID("trail-order"), [
    ["Status", status],
    ["Customer", view.customer_id],
    ["Items", make("ul", {}, ...view.items.map((item) =>
      make("li", {}, `${item.quantity} × ${item.product_id} at ${item.unit_price}`)))],
    ["Total", `${view.total_amount} ${view.currency}`],
    ["Created", timeElement(view.created_at, exactClock)],
    ["Changed", timeElement(view.updated_at, exactClock)],
    ["Correlation", code(view.correlation_id)],
    ["Trace", code(view.trace_id)],
  ]);
}

function showEvents({ events, events_omitted: omitted = 0 }) {
  const shown = events.slice(0, Limits.events);
  const rest = omitted + events.length - shown.length;
  setText(byID("trail-events-note"),
    (shown.length === 0 ? "None is known here." : "In the order in which they took effect.")
    + (rest > 0 ? ` ${count(rest)} more are not shown.` : ""));
  const numbers = new Map(shown.map((event, index) => [event.event_id, index + 1]));
  const first = shown.length > 0 ? new Date(shown[0].timestamp).getTime() : 0;
  byID("trail-events").replaceChildren(...shown.map((event, index) => {
    const after = (new Date(event.timestamp).getTime() - first) / 1000;
    const cause = numbers.get(event.causation_id);
    const details = make("dl", { class: "list" });
    fill(details, [
      ["Record", code(`${event.topic} / ${event.partition} / ${event.offset}`)],
      ["Event", code(event.event_id)],
      ["Caused by", event.causation_id === null || event.causation_id === undefined ? null
        : cause ? make("span", {}, `${cause}. ${shown[cause - 1].event_type} `, code(event.causation_id))
        : code(event.causation_id)],
      ["Correlation", event.correlation_id ? code(event.correlation_id) : null],
      ["From", event.source_service ?? null],
    ]);
    return make("li", { "data-kind": kindOf(event.event_type) },
      make("h4", {}, event.event_type, " ",
        event.event_version ? make("span", { class: "version" }, `version ${event.event_version}`) : null),
      make("p", { class: "aside" }, timeElement(event.timestamp, exactClock),
        index > 0 && Number.isFinite(after) ? ` · ${after < 0 ? "−" : "+"}${duration(Math.abs(after))}` : ""),
      details);
  }));
}

/** How an event is marked on the time line: as a step, a good end or a bad one. */
function kindOf(type) {
  if (/(Failed|Cancelled|Rejected)$/.test(type)) return "bad";
  if (/(Reserved|Confirmed)$/.test(type)) return "good";
  return "step";
}

function startTrail() {
  byID("trail-close").addEventListener("click", () => dialog.close());
  // A click beside the sheet closes it.
  dialog.addEventListener("click", (event) => {
    const box = dialog.getBoundingClientRect();
    if (event.target === dialog && event.clientX < box.left) dialog.close();
  });
  dialog.addEventListener("close", () => {
    trail.id = null;
    // Its row may have gone while the sheet was open.
    if (!trail.opener?.isConnected || trail.opener === document.body) byID("orders").focus();
  });
}
