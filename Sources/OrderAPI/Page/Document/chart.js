// Line charts in SVG. Their lines differ in colour and in dashes, and the list below says in words what they show.

const Plot = Object.freeze({
  height: 120,
  /** Room for the labels of the axes, in pixels. */
  bottom: 18,
  top: 8,
  left: 44,
  /** Seconds that a chart shows at least, so that the first points do not fill it. */
  span: 60,
});

function vector(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** A card with a title, a figure, a chart over time and what its lines mean. */
class Chart {
  /**
   * @param title   The heading of the card.
   * @param format  Makes a text of a value.
   * @param series  The lines: { key, label }, the most important first.
   * @param least   The smallest value at the upper end of the axis.
   */
  constructor({ title, format, series, least }) {
    Object.assign(this, { title, format, series, least, points: [], pointed: null });
    const id = `chart-${series[0].key}`;
    this.figure = make("p", { class: "figure" });
    this.grid = vector("g", { class: "grid" });
    this.lines = series.map((_, index) => vector("path", { class: `line line-${index}` }));
    this.mark = vector("line", { class: "mark", y1: 0, y2: Plot.height - Plot.bottom });
    this.svg = vector("svg", { class: "chart", role: "img", height: Plot.height }, this.grid, ...this.lines, this.mark);
    this.values = series.map(() => make("span", { class: "number" }));
    this.card = make("div", { class: "card", role: "group", "aria-labelledby": id },
      make("h3", { id }, title), this.figure, this.svg,
      make("ul", { class: "legend" }, ...series.map(({ label }, index) => make("li", {}, Chart.sample(index),
        make("span", {}, label), this.values[index]))));
    this.svg.addEventListener("pointermove", (event) => this.point(event));
    this.svg.addEventListener("pointerleave", () => this.point(null));
    new ResizeObserver(() => this.draw()).observe(this.svg);
  }

  /** The piece of a line before its name. */
  static sample(index) {
    return vector("svg", { class: "sample", width: 22, height: 10, "aria-hidden": "true" },
      vector("path", { class: `line line-${index}`, d: "M1 5H21" }));
  }

  /** Shows a figure above the chart, with what it is. */
  setFigure(value, unit) {
    this.figure.replaceChildren(value, " ", make("span", { class: "unit" }, unit));
  }

  setPoints(points) {
    this.points = points.map((point) => ({ ...point, time: new Date(point.timestamp).getTime() }));
    if (this.pointed?.time < this.points[0]?.time) this.pointed = null;
    this.draw();
  }

  draw() {
    const width = this.svg.clientWidth;
    if (width === 0 || this.points.length === 0) return;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${Plot.height}`);
    const end = this.points.at(-1).time;
    const start = Math.min(this.points[0].time, end - Plot.span * 1000);
    const highest = Math.max(this.least, ...this.series.map(({ key }) => this.highest(key) ?? 0));
    const top = Chart.roundUp(highest);
    const base = Plot.height - Plot.bottom;
    this.x = (time) => ((time - start) / (end - start)) * (width - Plot.left - 1) + Plot.left;
    const y = (value) => base - (value / top) * (base - Plot.top);
    this.drawGrid(width, y, top, (end - start) / 1000);
    this.series.forEach(({ key }, index) => {
      let path = "";
      let isDown = false;
      for (const point of this.points) {
        // A second without data is a gap, not a zero.
        if (!isKnown(point[key])) {
          isDown = false;
          continue;
        }
        path += `${isDown ? "L" : "M"}${this.x(point.time).toFixed(1)} ${y(point[key]).toFixed(1)}`;
        // A point between two gaps is a dot.
        if (!isDown) path += "h.1";
        isDown = true;
      }
      this.lines[index].setAttribute("d", path);
    });
    this.showValues();
  }

  drawGrid(width, y, top, seconds) {
    const line = (value) =>
      vector("line", { x1: Plot.left, x2: width, y1: y(value), y2: y(value) });
    const label = (text, x, y, anchor) => vector("text", { x, y, "text-anchor": anchor }, text);
    this.grid.replaceChildren(
      line(0), line(top / 2), line(top),
      ...[0, top / 2, top].map((value) => label(this.format(value), Plot.left - 6, y(value) + 4, "end")),
      label(`${duration(seconds)} ago`, Plot.left, Plot.height - 3, "start"),
      label("now", width, Plot.height - 3, "end"));
  }

  /** Shows the values of now, or of the time at the pointer, and says them all in words. */
  showValues() {
    const shown = this.pointed ?? this.points.at(-1);
    this.series.forEach(({ key }, index) => setText(this.values[index], this.format(shown[key])));
    this.mark.setAttribute("visibility", this.pointed ? "visible" : "hidden");
    if (this.pointed) {
      const x = this.x(this.pointed.time);
      this.mark.setAttribute("x1", x);
      this.mark.setAttribute("x2", x);
    }
    const last = this.points.at(-1);
    const words = this.series.map(({ key, label }) =>
      `${label}: ${isKnown(last[key]) ? this.format(last[key]) : "no data"} now,`
      + ` at most ${isKnown(this.highest(key)) ? this.format(this.highest(key)) : "no data"}`);
    this.svg.setAttribute("aria-label", `${this.title} over time. ${words.join(". ")}.`);
  }

  point(event) {
    if (event && this.x) {
      const x = event.clientX - this.svg.getBoundingClientRect().left;
      this.pointed = this.points.reduce((best, point) =>
        Math.abs(this.x(point.time) - x) < Math.abs(this.x(best.time) - x) ? point : best);
    } else {
      this.pointed = null;
    }
    if (this.x) this.showValues();
  }

  highest(key) {
    const known = this.points.map((point) => point[key]).filter(isKnown);
    return known.length > 0 ? Math.max(...known) : null;
  }

  /** The next of 1, 2, 5, 10, 20, 50 … */
  static roundUp(value) {
    const power = 10 ** Math.floor(Math.log10(value));
    return [1, 2, 5, 10].map((digit) => digit * power).find((candidate) => candidate >= value * 0.999999);
  }
}
