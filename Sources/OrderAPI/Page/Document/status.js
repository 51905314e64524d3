// The figures of GET /status: rates, latencies, lag, errors, dead letters and readiness. A gateway that has them on
// another port answers 404; what stays then is readiness, from GET /readyz.

const Polling = Object.freeze({
  /** Milliseconds between two questions, and after an answer that is an error. */
  interval: 1000,
  pause: 3000,
  /** Milliseconds between two questions of readiness alone. */
  readiness: 3000,
});

const polling = { timer: null, hasStatus: true, wasReady: null, charts: null };

async function poll() {
  clearTimeout(polling.timer);
  let pause = Polling.interval;
  try {
    if (polling.hasStatus) {
      showStatus(await request("/status", { cache: "no-store" }));
    } else {
      await pollReadiness();
      pause = Polling.readiness;
    }
    noteReached("status");
  } catch (error) {
    pause = Polling.pause;
    if (error instanceof Refusal) {
      noteReached("status");
      if (error.status === 404) {
        polling.hasStatus = false;
        showFigures(false);
        pause = 0;
      } else {
        setText(byID("figures-aside"), error.message);
        pause = Math.max(pause, (error.retryAfter ?? 0) * 1000);
      }
    } else {
      // Another version of the gateway may come back.
      polling.hasStatus = true;
      noteLost("status");
    }
  }
  if (!document.hidden) polling.timer = setTimeout(poll, pause);
}

async function pollReadiness() {
  try {
    showHealth(await request("/readyz", { cache: "no-store" }));
  } catch (error) {
    // 503 has the reasons.
    if (!(error instanceof Refusal && error.problem.checks)) throw error;
    showHealth(error.problem);
  }
}

function showHealth({ checks }) {
  const list = Object.entries(checks).map(([name, check]) => ({ name, ...check }));
  showChecks(list.every(({ status }) => status === "ok"), list);
}

function showFigures(areThere) {
  for (const name of ["figures", "lag", "letters", "process"]) byID(name).hidden = !areThere;
  byID("no-figures").hidden = areThere;
}

function showStatus(status) {
  showFigures(true);
  const { service } = status;
  setText(byID("version"), `Version ${service.version}, up for ${duration(service.uptime_seconds)}`);
  setText(byID("figures-aside"), "");
  showChecks(status.ready, status.checks);
  showCharts(status);
  showErrors(status);
  showLag(status.lag.partitions);
  showLetters(status.dead_letters);
  showProcess(status);
}

// Readiness

function showChecks(isReady, checks) {
  const bad = checks.filter(({ status }) => status !== "ok");
  const sign = byID("readiness");
  sign.dataset.state = isReady ? "good" : "bad";
  setText(sign, isReady ? "Ready" : "Not ready");
  byID("checks-empty").hidden = true;
  redraw(byID("checks-list"), checks, () => checks.map(({ name, status, since, reason }) =>
    make("li", { "data-state": status === "ok" ? "good" : "bad" },
      make("span", { class: "check" }, name.replaceAll("_", " ")),
      make("span", { class: "aside" }, status === "ok" ? "ok" : status,
        since ? " since " : null, since ? timeElement(since) : null),
      reason ? make("span", { class: "reason" }, reason) : null)));
  if (polling.wasReady !== null && polling.wasReady !== isReady) {
    say(isReady ? "The gateway is ready again."
      : `The gateway is not ready. ${bad.map(({ name, reason }) => `${name}: ${reason ?? "unavailable"}`).join(". ")}`);
  }
  polling.wasReady = isReady;
}

function showProcess({ http, producer, read_model: readModel, process }) {
  fill(byID("process-list"), [
    ["Connections", count(http.connections)],
    ["Requests in flight", count(http.active_requests)],
    ["Waiting in the producer", count(producer?.queue_messages)],
    ["Orders in memory", count(readModel?.hot_orders)],
    ["Memory", bytes(process?.resident_bytes)],
    ["Open descriptors", count(process?.open_descriptors)],
  ]);
}

// Charts

function makeCharts() {
  const throughput = new Chart({
    title: "Throughput", format: rate, least: 1,
    series: [
      { key: "orders_per_second", label: "orders per second" },
      { key: "requests_per_second", label: "requests per second" },
      { key: "events_per_second", label: "events per second" },
    ],
  });
  const latency = new Chart({
    title: "Latency", format: duration, least: 0.001,
    series: [
      { key: "visible_p99", label: "order visible, p99" },
      { key: "post_p99", label: "POST answered, p99" },
      { key: "post_p50", label: "POST answered, median" },
    ],
  });
  const lag = new Chart({
    title: "Lag", format: count, least: 10,
    series: [{ key: "lag", label: "events not consumed yet" }],
  });
  byID("charts").prepend(throughput.card, latency.card, lag.card);
  return { throughput, latency, lag };
}

function showCharts({ orders, lag, samples }) {
  polling.charts ??= makeCharts();
  const { charts } = polling;
  charts.throughput.setFigure(rate(orders.accepted_per_second), "orders per second");
  charts.latency.setFigure(duration(orders.visible_seconds?.p99), "until an order is visible, p99");
  charts.lag.setFigure(count(lag.total), "events to be consumed");
  for (const chart of Object.values(charts)) chart.setPoints(samples.points);
}

/** A number of faults; it stands out unless it is zero. */
const faults = (value) => make("span", { class: value > 0 && "some" }, count(value));

function showErrors({ http, events, dead_letters: letters }) {
  byID("errors-figure").replaceChildren(percent(http.server_error_ratio), " ",
    make("span", { class: "unit" }, "of answers are server errors"));
  fill(byID("errors-list"), [
    ["Dead letters", faults(letters.total)],
    ["Events that failed", faults(events.failed_total)],
    ["Events not sent", faults(events.send_failed_total)],
    ["Retries", count(events.retries_total)],
    ["Server errors", faults(http.server_errors_total)],
    ["Client errors", count(http.client_errors_total)],
    ["Requests shed", faults(http.shed_total)],
  ]);
}

// Lag and dead letters

function showLag(partitions) {
  const shown = partitions.slice(0, Limits.partitions);
  redraw(byID("lag-rows"), shown, lagRows);
  byID("lag-table").hidden = shown.length === 0;
  const rest = partitions.length - shown.length;
  show(byID("lag-empty"), shown.length === 0 ? "No partition is assigned yet."
    : rest > 0 ? `${count(rest)} more partitions are not shown.` : "");
}

function lagRows(partitions) {
  let group = null;
  const rows = [];
  for (const partition of partitions) {
    if (partition.group !== group) {
      group = partition.group;
      rows.push(make("tr", { role: "row", class: "group" },
        make("th", { role: "rowheader", scope: "rowgroup", colspan: "5" }, `Group ${group}`)));
    }
    rows.push(make("tr", { role: "row", "data-state": partition.lag > 0 ? "behind" : "level" },
      make("th", { role: "rowheader", scope: "row", class: "partition" },
        `${partition.topic} `, make("span", { class: "number" }, String(partition.partition))),
      cell("Position", "number", count(partition.position)),
      cell("End", "number", count(partition.end)),
      cell("Lag", "number lag", count(partition.lag)),
      cell("Behind", "number", partition.lag > 0 ? duration(partition.lag_seconds) : "–")));
  }
  return rows;
}

function showLetters({ total, recent }) {
  const shown = recent.slice(0, Limits.letters);
  setText(byID("letters-count"), total > shown.length ? `${count(total)}, the newest ${shown.length} are shown` : "");
  byID("letters-table").hidden = shown.length === 0;
  show(byID("letters-empty"), shown.length === 0 ? "None since this gateway was started." : "");
  redraw(byID("letters-rows"), shown, () => shown.map((letter) => {
    const event = [letter.event_type ?? "unknown event"];
    if (letter.order_id) {
      const open = orderButton(letter.order_id);
      open.addEventListener("click", () => openTrail(letter.order_id));
      event.push(" ", open);
    }
    return make("tr", { role: "row" },
      make("th", { role: "rowheader", scope: "row", class: "reason" }, letter.error),
      cell("Event", "", ...event),
      cell("Record", "code", `${letter.topic} / ${letter.partition} / ${letter.offset}`),
      cell("Time", "number", timeElement(letter.timestamp)));
  }));
}

function startPolling() {
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clearTimeout(polling.timer);
    else poll();
  });
  poll();
}
