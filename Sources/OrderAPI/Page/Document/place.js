// The form that places an order, its answer, and the way of the order afterwards.

const Fields = Object.freeze({
  "/customer_id": "customer",
  "/items/0/product_id": "product",
  "/items/0/quantity": "quantity",
  "/items/0/unit_price": "price",
});

const placing = {
  isBusy: false,
  /** The order that was placed last, and what happened to it: { id, sent, answered, seen, ended, status, reason }. */
  order: null,
  asking: null,
};

/** How often the page asks for its order if the stream does not tell, and at which intervals in milliseconds. */
const Asking = Object.freeze({ times: 20, interval: 1500 });

/** The order as it was typed. The gateway says what is wrong with it; a number that is none is sent as text. */
function typedOrder() {
  const product = byID("product").value || byID("other").value.trim();
  const quantity = byID("quantity").value.trim();
  return {
    customer_id: byID("customer").value.trim(),
    items: [{
      product_id: product,
      quantity: /^-?\d{1,15}$/.test(quantity) ? Number(quantity) : quantity,
      unit_price: byID("price").value.trim(),
    }],
  };
}

async function place(event) {
  event.preventDefault();
  if (placing.isBusy) return;
  setBusy(true);
  clearProblems();
  const sent = performance.now();
  try {
    const accepted = await request("/orders", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(typedOrder()),
      timeout: 40000,
    });
    begin({ id: accepted.order_id, sent, answered: performance.now(), status: "accepted" });
    say("The order was accepted.");
  } catch (error) {
    refuse(error, sent);
  } finally {
    setBusy(false);
  }
}

function setBusy(isBusy) {
  placing.isBusy = isBusy;
  const button = byID("order-submit");
  // It stays focusable, so that a keyboard does not lose its place.
  button.setAttribute("aria-disabled", String(isBusy));
  setText(button, isBusy ? "Placing the order …" : "Place the order");
}

// Problems

function clearProblems() {
  show(byID("order-problem"), "");
  for (const name of [...Object.values(Fields), "other"]) mark(name, "");
}

/** Says what is wrong with a field, beside it and for a screen reader. */
function mark(name, text) {
  const field = byID(name);
  show(byID(`${name}-problem`), text);
  field.setAttribute("aria-invalid", String(Boolean(text)));
  const described = [name === "product" && "product-hint", text && `${name}-problem`].filter(Boolean);
  if (described.length > 0) field.setAttribute("aria-describedby", described.join(" "));
  else field.removeAttribute("aria-describedby");
}

function refuse(error, sent) {
  const general = [];
  // It tells of an earlier order.
  byID("answer").hidden = true;
  if (error instanceof Refusal) {
    const problems = new Map();
    for (const { pointer, detail } of error.problem.errors ?? []) {
      const name = Fields[pointer] === "product" && !byID("product").value ? "other" : Fields[pointer];
      if (name) problems.set(name, [problems.get(name), detail].filter(Boolean).join("; "));
      else general.push(pointer ? `${pointer} ${detail}` : detail);
    }
    general.unshift(error.message);
    if (error.problem.retriable) {
      general.push(error.retryAfter ? `Try again in ${error.retryAfter} s.` : "Try again.");
    }
    for (const [name, text] of problems) mark(name, sentence(text));
    // 504 names the order whose outcome is unknown.
    if (error.problem.order_id) {
      begin({ id: error.problem.order_id, sent, answered: performance.now(), status: "unknown" });
    }
  } else {
    general.push("The gateway did not answer, so the order may have been placed or not.",
      "Look for it among the orders before you place it again.");
  }
  show(byID("order-problem"), general.map(sentence).join(" "));
  const first = byID("order-form").querySelector("[aria-invalid=true]");
  first?.focus();
  say(`The order was not accepted. ${general.map(sentence).join(" ")}`);
}

/** Makes a sentence of a detail, which may be the end of one: "must be a number". */
function sentence(text) {
  const trimmed = text.trim();
  return trimmed.charAt(0).toUpperCase() + trimmed.slice(1) + (/[.!?…]$/.test(trimmed) ? "" : ".");
}

// The way of the order

function begin(order) {
  placing.order = order;
  byID("answer").hidden = false;
  showWay();
  const known = table.arrived.get(order.id) ?? table.orders.get(order.id)?.view;
  if (known) follow(known);
  clearTimeout(placing.asking);
  placing.asking = setTimeout(() => ask(order, Asking.times), Asking.interval);
}

/**
 * Notes what happened to the order that was placed here.
 *
 * @param moment  When it happened; null if the page asked for it, some time afterwards.
 */
function follow(view, moment = performance.now()) {
  const order = placing.order;
  if (order?.id !== view.order_id || order.status === view.status) return;
  if (order.ended !== undefined && view.status === "pending") return;
  order.status = view.status;
  order.reason = view.reason;
  if (order.seen === undefined) order.seen = moment;
  if (view.status !== "pending") {
    order.ended = moment;
    clearTimeout(placing.asking);
    say(`The order was ${view.status}${view.reason ? `: ${view.reason}` : ""}.`);
  }
  showWay();
}

/** Asks for the order when the stream does not tell of it, because of a filter or a lost connection. */
async function ask(order, times) {
  if (placing.order !== order || order.ended !== undefined || times === 0) return;
  try {
    follow(await request(`/orders/${encodeURIComponent(order.id)}`), null);
  } catch {
    // It may not have been consumed yet.
  }
  if (order.ended === undefined) placing.asking = setTimeout(() => ask(order, times - 1), Asking.interval);
}

function showWay() {
  const order = placing.order;
  const since = (moment) => (moment === null ? "" : duration(Math.max(moment - order.sent, 0) / 1000));
  const isUnknown = order.status === "unknown";
  setText(byID("answer-title"), {
    unknown: "The outcome is unknown",
    accepted: "Accepted",
    pending: "Pending",
    confirmed: "Confirmed",
    cancelled: "Cancelled",
  }[order.status] ?? order.status);
  byID("answer-text").replaceChildren("Order ", make("span", { class: "code", title: order.id }, order.id));
  const step = (state, text, time = "") =>
    make("li", { "data-state": state }, make("span", {}, text), make("span", { class: "number" }, time));
  const isSeen = order.seen !== undefined;
  const end =
    order.status === "confirmed" ? step("done", "Confirmed by inventory", since(order.ended))
    : order.status === "cancelled"
      ? step("failed", `Cancelled: ${order.reason ?? "no reason given"}`, since(order.ended))
    : step("open", "Answer of inventory");
  byID("way").replaceChildren(
    step(isUnknown ? "open" : "done", "Accepted by the broker", isUnknown ? "" : since(order.answered)),
    step(isSeen ? "done" : "open", "Consumed, visible to clients", isSeen ? since(order.seen) : ""),
    end);
}

function startPlacing() {
  byID("order-form").addEventListener("submit", place);
  // What was wrong with a field is no longer there.
  byID("order-form").addEventListener("input", (event) => mark(event.target.id, ""));
  byID("product").addEventListener("change", () => {
    byID("other-field").hidden = Boolean(byID("product").value);
  });
  byID("answer-open").addEventListener("click", () => openTrail(placing.order.id));
}
