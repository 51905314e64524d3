// The table of orders. An order has its row for as long as it is among the newest that are kept; rows never change
// their places, so that nothing moves away under a finger.

const table = {
  /** Order id → { view, row }, oldest first. */
  orders: new Map(),
  /** What arrived and is not shown yet: order id → view. */
  arrived: new Map(),
  changes: 0,
  isHeld: false,
  timer: null,
  /** Milliseconds from a change until it is drawn. */
  pause: 150,
};

const Filters = { customer: byID("customer-filter"), status: byID("status-filter") };

/** Takes a changed order. Under load the table is drawn some times a second, not for each change. */
function receive(view) {
  table.changes += 1;
  // What is newer goes to the end, so that the oldest is the first to go.
  table.arrived.delete(view.order_id);
  table.arrived.set(view.order_id, view);
  if (table.arrived.size > Limits.orders) table.arrived.delete(table.arrived.keys().next().value);
  follow(view);
  noteChange(view);
  if (table.timer === null) table.timer = setTimeout(draw, table.pause);
}

function draw() {
  table.timer = null;
  showCount();
  if (table.isHeld) return;
  const start = performance.now();
  for (const view of table.arrived.values()) put(view);
  table.arrived.clear();
  trim();
  showEmpty();
  // Most of a busy browser's time is left to its reader.
  table.pause = Math.min(Math.max(150, 8 * (performance.now() - start)), 2000);
}

function put(view) {
  const known = table.orders.get(view.order_id);
  if (known) {
    const hasChanged = known.view.status !== view.status;
    known.view = view;
    fillRow(known.row, view);
    if (hasChanged) flash(known.row);
    return;
  }
  const row = makeRow(view);
  table.orders.set(view.order_id, { view, row });
  byID("orders-rows").prepend(row);
  flash(row);
}

/** Forgets the oldest orders beyond the limit, but not the row that has the focus. */
function trim() {
  for (const [id, { row }] of table.orders) {
    if (table.orders.size <= Limits.orders) return;
    if (!row.contains(document.activeElement)) forget(id);
  }
}

function forget(id) {
  table.orders.get(id)?.row.remove();
  table.orders.delete(id);
}

// Rows

function makeRow(view) {
  const id = String(view.order_id);
  const row = make("tr", { role: "row", "data-order": id },
    make("th", { role: "rowheader", scope: "row", class: "id" }, orderButton(id)),
    cell("Customer", "customer"), cell("Items", "items"), cell("Total", "total number"),
    cell("Status", "state"), cell("Changed", "changed number"));
  fillRow(row, view);
  return row;
}

function fillRow(row, view) {
  const [, customer, items, total, state, changed] = row.children;
  setText(customer, view.customer_id);
  customer.title = view.customer_id;
  setText(items, itemsText(view.items));
  items.title = items.textContent;
  setText(total, `${view.total_amount} ${view.currency}`);
  state.replaceChildren(statusElement(view.status));
  if (view.reason) state.append(" ", make("span", { class: "reason" }, view.reason));
  state.title = view.reason ?? "";
  changed.replaceChildren(timeElement(view.updated_at));
  row.hidden = !isWanted(view);
}

function itemsText(items) {
  const named = items.slice(0, Limits.items).map((item) => `${item.quantity} × ${item.product_id}`);
  const rest = items.length - named.length;
  return named.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** Marks a row for a moment; its animation is left out where the reader wants less motion. */
function flash(row) {
  row.classList.remove("fresh");
  requestAnimationFrame(() => row.classList.add("fresh"));
}

function showCount() {
  const changes = `${count(table.changes)} ${table.changes === 1 ? "change" : "changes"}`;
  const most = table.arrived.size === Limits.orders ? " or more" : "";
  const held = table.isHeld && table.arrived.size > 0 ? `, ${count(table.arrived.size)}${most} held back` : "";
  setText(byID("orders-count"), table.changes > 0 ? changes + held : "");
}

function showEmpty() {
  const hasOrders = table.orders.size > 0;
  const hasWanted = [...table.orders.values()].some(({ row }) => !row.hidden);
  byID("orders-scroll").hidden = !hasWanted;
  show(byID("orders-empty"), hasWanted ? ""
    : hasOrders ? "None of the orders here is of that customer and status."
    : "Orders appear here when they change. Place one to see it move.");
}

// Filters

const wantedCustomer = () => Filters.customer.value.trim();

const isWanted = (view) =>
  (!wantedCustomer() || view.customer_id === wantedCustomer())
  && (!Filters.status.value || view.status === Filters.status.value);

/** Filters the table, and the stream as far as that is exact. */
function filter() {
  for (const { view, row } of table.orders.values()) row.hidden = !isWanted(view);
  showEmpty();
  // An order never leaves "cancelled". It does leave the others, and only a stream of all changes tells that.
  const status = Filters.status.value === "cancelled" ? "cancelled" : "";
  filterStream(wantedCustomer(), status);
}

/** Asks again for the orders that may have changed without our being told. */
async function askAgain() {
  const pending = [...table.orders].filter(([, { view }]) => view.status === "pending");
  for (const [id, { view: before }] of pending.slice(-Limits.askedAgain)) {
    try {
      const view = await request(`/orders/${encodeURIComponent(id)}`);
      // What the stream has said since is newer.
      if (table.orders.get(id)?.view === before && !table.arrived.has(id)) put(view);
    } catch (error) {
      // A gateway that began anew does not know it.
      if (error instanceof Refusal && error.status === 404) forget(id);
    }
  }
  showEmpty();
}

function startOrders() {
  let typing = null;
  Filters.customer.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(filter, 400);
  });
  byID("customer-form").addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(typing);
    filter();
  });
  Filters.status.addEventListener("change", filter);

  byID("hold").addEventListener("click", () => {
    table.isHeld = !table.isHeld;
    byID("hold").setAttribute("aria-pressed", String(table.isHeld));
    draw();
  });

  byID("orders-rows").addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    // A click that ends a selection of text is none on the row.
    if (row && (event.target.closest("button") || getSelection().isCollapsed)) openTrail(row.dataset.order);
  });
  // A row that was hidden and is shown again would begin its animation anew.
  for (const end of ["animationend", "animationcancel"]) {
    byID("orders-rows").addEventListener(end, (event) => event.target.closest("tr")?.classList.remove("fresh"));
  }
  byID("find-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const id = byID("find").value.trim();
    if (id) openTrail(id);
  });
  showEmpty();
}
