// The taste map on a canvas: zoom, pan, titles on pointing and by keyboard. Without it the drawing
// and the table on the page say the same. Chart.js draws; its points come as JSON in the page.

const figure = document.getElementById("map");
const canvas = document.getElementById("map-live");
const said = document.getElementById("map-said");
const points = JSON.parse(document.getElementById("map-points").textContent);
const { dots, frame } = points;
const SHAPES = { film: "circle", series: "triangle", book: "rect" };
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 240;

// Custom properties may hold light-dark(); only an element knows which of both is meant.
function ink(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  figure.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}
const INKS = ["--ink", "--soft", "--you", "--you-fill", "--both", "--sheet", "--paper", "--rule", "--edge"];
let inks = {};
const mix = () => { inks = Object.fromEntries(INKS.map((name) => [name.slice(2), ink(name)])); };

// ── What lies under and over the dots ──
const MARK_FONT = "500 13px Archivo, sans-serif";
const VIBE_FONT = "600 17px Besley, serif";
let vibes = [];

const scenery = {
  id: "scenery",
  beforeDatasetsDraw({ ctx, scales: { x, y } }) {
    ctx.save();
    ctx.fillStyle = inks.edge;
    ctx.globalAlpha = 0.35;
    for (const spot of points.backdrop) {
      ctx.beginPath();
      ctx.arc(x.getPixelForValue(spot.x), y.getPixelForValue(spot.y), 1.6, 0, 7);
      ctx.fill();
    }
    ctx.globalAlpha = 1;
    ctx.restore();
    const taken = [];
    vibes = fitting(ctx, points.vibes, { x, y, font: VIBE_FONT, taken });
    const marks = fitting(ctx, points.landmarks, { x, y, font: MARK_FONT, taken });
    write(ctx, marks, { x, y, font: MARK_FONT, colour: inks.soft });
    const [left, top] = [x.getPixelForValue(points.you.x), y.getPixelForValue(points.you.y)];
    for (const [width, colour] of [[7, inks.sheet], [3, inks.you]]) {
      ctx.save();
      ctx.strokeStyle = colour;
      ctx.lineWidth = width;
      ctx.lineCap = "round";
      ctx.beginPath();
      ctx.moveTo(left - 9, top);
      ctx.lineTo(left + 9, top);
      ctx.moveTo(left, top - 9);
      ctx.lineTo(left, top + 9);
      ctx.stroke();
      ctx.restore();
    }
  },
  afterDatasetsDraw({ ctx, scales: { x, y } }) {
    write(ctx, vibes, { x, y, font: VIBE_FONT, colour: inks.ink });
  },
};

// Names keep off one another: those written first have the place; closer up, more of them fit.
function fitting(ctx, labels, { x, y, font, taken }) {
  ctx.save();
  ctx.font = font;
  const size = parseInt(font.match(/\d+px/)[0], 10);
  const found = labels.filter((label) => {
    const [left, top] = [x.getPixelForValue(label.x), y.getPixelForValue(label.y)];
    const half = [ctx.measureText(label.name).width / 2 + 4, size / 2 + 3];
    const box = [left - half[0], top - half[1], left + half[0], top + half[1]];
    const isFree = taken.every((other) => box[0] > other[2] || box[2] < other[0] || box[1] > other[3] || box[3] < other[1]);
    if (isFree) taken.push(box);
    return isFree;
  });
  ctx.restore();
  return found;
}

function write(ctx, labels, { x, y, font, colour }) {
  ctx.save();
  ctx.font = font;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  for (const label of labels) {
    const at = [x.getPixelForValue(label.x), y.getPixelForValue(label.y)];
    ctx.lineWidth = 4;
    ctx.strokeStyle = inks.sheet;
    ctx.strokeText(label.name, ...at);
    ctx.fillStyle = colour;
    ctx.fillText(label.name, ...at);
  }
  ctx.restore();
}

// ── The chart ──
const rows = { yours: [], pick: [] };
dots.forEach((dot, i) => rows[dot.of].push({ ...dot, i }));
const sets = Object.keys(rows);

function dressed(of) {
  const isPick = of === "pick";
  return {
    data: rows[of],
    pointStyle: rows[of].map((dot) => SHAPES[dot.kind]),
    radius: isPick ? 8 : 6,
    hoverRadius: 10,
    hitRadius: 6,
    borderWidth: isPick ? 3 : 1.5,
    hoverBorderWidth: 3,
    backgroundColor: isPick ? inks.sheet : inks["you-fill"],
    borderColor: isPick ? inks.both : inks.sheet,
    hoverBackgroundColor: isPick ? inks.both : inks.you,
    hoverBorderColor: inks.ink,
  };
}

// The same scale along both axes, whatever the shape of the canvas, with room at the edges.
function whole() {
  const { clientWidth: width, clientHeight: height } = canvas.parentElement;
  const [across, up] = [0, 1].map((side) => (frame.high[side] - frame.low[side]) || 1);
  const room = 26;
  const grow = Math.max(across / (width - 2 * room), up / (height - 2 * room));
  const around = (side, length) => {
    const middle = (frame.low[side] + frame.high[side]) / 2;
    return { min: middle - (grow * length) / 2, max: middle + (grow * length) / 2 };
  };
  return { x: around(0, width), y: around(1, height) };
}

function tip() {
  return {
    displayColors: false,
    backgroundColor: inks.ink,
    titleColor: inks.paper,
    bodyColor: inks.paper,
    titleFont: { family: "Besley, serif", size: 16, weight: 600 },
    bodyFont: { family: "Archivo, sans-serif", size: 14 },
    padding: 10,
    cornerRadius: 2,
    callbacks: {
      title: (found) => found.map(({ raw }) => raw.name).join(", "),
      label: ({ raw }) => raw.said,
    },
  };
}

mix();
figure.classList.add("is-live");
const start = whole();
const span = (side) => start[side].max - start[side].min;
const bounds = (side) => ({
  min: start[side].min - span(side) / 2,
  max: start[side].max + span(side) / 2,
  minRange: span(side) / 25,
});
const chart = new Chart(canvas, {
  type: "scatter",
  data: { datasets: sets.map(dressed) },
  plugins: [scenery],
  options: {
    maintainAspectRatio: false,
    animation: false,
    events: ["mousemove", "mouseout", "click", "touchstart", "touchmove"],
    interaction: { mode: "nearest", intersect: true },
    transitions: { zoom: { animation: { duration: calm } } },
    scales: { x: { display: false, ...start.x }, y: { display: false, ...start.y } },
    onHover: (event, [hit]) => {
      canvas.classList.toggle("over-dot", Boolean(hit));
      if (hit) tell(chart.data.datasets[hit.datasetIndex].data[hit.index]);
    },
    onClick: (event, [hit]) => {
      if (hit && event.native.type === "click" && !matchMedia("(hover: none)").matches) {
        location.assign(chart.data.datasets[hit.datasetIndex].data[hit.index].url);
      }
    },
    plugins: {
      legend: { display: false },
      tooltip: tip(),
      zoom: {
        limits: { x: bounds("x"), y: bounds("y") },
        pan: { enabled: true, mode: "xy" },
        zoom: { mode: "xy", wheel: { enabled: true, modifierKey: "ctrl" }, pinch: { enabled: true } },
      },
    },
  },
});
said.textContent = said.dataset.hint;

// ── Reading dots one by one ──
let here = null;

function tell(dot) {
  const words = `${dot.name}: ${dot.said}`;
  if (said.textContent !== words) said.textContent = words;
}

function show(dot) {
  here = dot;
  const place = { datasetIndex: sets.indexOf(dot.of), index: rows[dot.of].findIndex((one) => one.i === dot.i) };
  const { x, y } = chart.scales;
  const isSeen = dot.x > x.min && dot.x < x.max && dot.y > y.min && dot.y < y.max;
  if (!isSeen) {
    const half = [(x.max - x.min) / 2, (y.max - y.min) / 2];
    chart.zoomScale("x", { min: dot.x - half[0], max: dot.x + half[0] }, "none");
    chart.zoomScale("y", { min: dot.y - half[1], max: dot.y + half[1] }, "none");
  }
  chart.setActiveElements([place]);
  chart.tooltip.setActiveElements([place], { x: x.getPixelForValue(dot.x), y: y.getPixelForValue(dot.y) });
  chart.update("none");
  tell(dot);
}

const all = sets.flatMap((of) => rows[of]);
const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

// The next dot this way: near counts, and straight ahead counts more than aside.
function next([across, up]) {
  let best = null;
  for (const dot of all) {
    const [dx, dy] = [dot.x - here.x, dot.y - here.y];
    const ahead = dx * across + dy * up;
    const aside = Math.abs(dx * up) + Math.abs(dy * across);
    if (dot.i === here.i || ahead <= 0 || aside > 2 * ahead) continue;
    const cost = ahead + 2 * aside;
    if (!best || cost < best.cost) best = { dot, cost };
  }
  return best?.dot;
}

// The plugin takes one and the share of the stretch that goes; out is in taken back.
const CLOSER = 0.7;
const turn = {
  in: () => chart.zoom(2 - CLOSER, calm ? "zoom" : "none"),
  out: () => chart.zoom(2 - 1 / CLOSER, calm ? "zoom" : "none"),
  all: () => chart.resetZoom(calm ? "zoom" : "none"),
};

canvas.addEventListener("focus", () => { if (canvas.matches(":focus-visible")) show(here ?? all[0]); });
canvas.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const zoom = { "+": "in", "=": "in", "-": "out", 0: "all" }[event.key];
  if (event.key in WAYS) {
    const dot = here ? next(WAYS[event.key]) : all[0];
    if (dot) show(dot);
  } else if (zoom) {
    turn[zoom]();
  } else if (event.key === "Enter" && here) {
    location.assign(here.url);
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
});

for (const button of figure.querySelectorAll("[data-map]")) {
  button.addEventListener("click", () => turn[button.dataset.map]());
}
for (const link of document.querySelectorAll("[data-dot]")) {
  for (const moment of ["focus", "pointerenter"]) {
    link.addEventListener(moment, () => show(all.find((dot) => dot.i === Number(link.dataset.dot))));
  }
}

// ── Another theme, another width ──
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  mix();
  sets.forEach((of, i) => Object.assign(chart.data.datasets[i], dressed(of)));
  chart.options.plugins.tooltip = tip();
  chart.update("none");
});
document.fonts.ready.then(() => chart.update("none"));
new ResizeObserver(() => {
  if (chart.isZoomedOrPanned()) return;
  for (const [side, { min, max }] of Object.entries(whole())) {
    Object.assign(chart.options.scales[side], { min, max });
  }
  chart.update("none");
}).observe(canvas.parentElement);
