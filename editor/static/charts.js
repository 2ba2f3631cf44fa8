// The two charts of the home screen, drawn as plain HTML: nothing is evaluated, so the strictest policy lets them be.
// Every text comes from Python in French and is set with textContent. Bars are buttons: mouse, finger and keyboard alike.
const kept = new WeakMap(); // by place: what the reader hid, how far they zoomed, what they pinned
const number = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 2 });

const make = (tag, name, text) => {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
};

const button = (name, text, action) => {
  const element = make("button", name, text);
  element.type = "button";
  element.onclick = action;
  return element;
};

const paint = (root) => { // the theme's own colours, read again when the theme changes
  const colours = getComputedStyle(root).getPropertyValue("--st-chart-categorical-colors").split(/,(?![^(]*\))/);
  colours.map((one) => one.trim().replace(/^"|"$/g, "")).filter(Boolean).slice(0, 6)
    .forEach((one, rank) => root.style.setProperty(`--tint-${rank}`, one));
};

const legend = (view, groups, draw) => {
  const list = make("div", "legend");
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", "Montrer ou masquer");
  for (const group of groups) {
    const item = button("key", undefined, () => {
      view.hidden.has(group.code) ? view.hidden.delete(group.code) : view.hidden.add(group.code);
      draw();
      view.root.querySelector(`[data-key="${CSS.escape(group.code)}"]`)?.focus();
    });
    item.dataset.key = group.code;
    item.setAttribute("aria-pressed", String(!view.hidden.has(group.code)));
    item.append(make("i", `swatch tint-${group.tint}${group.point ? " point" : ""}`), make("span", "", group.titre));
    list.append(item);
  }
  return list;
};

const tooltip = (view) => {
  const tip = make("div", "tip");
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  const show = (target, lines) => {
    tip.replaceChildren(...lines.map((line, rank) => make("div", rank ? "" : "strong", line)));
    tip.hidden = false;
    const all = view.root.getBoundingClientRect(), here = target.getBoundingClientRect();
    const wanted = here.left + Math.min(here.width, 160) / 2 - all.left - tip.offsetWidth / 2;
    tip.style.left = `${Math.max(0, Math.min(wanted, all.width - tip.offsetWidth))}px`;
    const above = here.top - all.top - tip.offsetHeight - 8;
    tip.style.top = `${above < 0 ? here.bottom - all.top + 8 : above}px`;
  };
  const hide = () => { tip.hidden = true; };
  return {
    element: tip,
    hide,
    on(target, lines) {
      target.onpointerenter = (event) => { if (event.pointerType !== "touch") show(target, lines); };
      target.onpointerleave = target.onblur = hide;
      target.onfocus = () => { if (target.matches(":focus-visible")) show(target, lines); };
    },
  };
};

const panel = (view, draw) => { // what was chosen stays below the chart, with the way to its row
  const box = make("div", "panel");
  box.setAttribute("aria-live", "polite");
  const told = view.pinned && view.details.get(view.pinned);
  if (!told) return box;
  const head = make("div", "head");
  const close = button("close", "×", () => { view.pinned = ""; draw(); });
  close.setAttribute("aria-label", "Fermer");
  head.append(make("strong", "", told.titre), close);
  box.append(head, ...told.lignes.map((line) => make("p", "", line)));
  if (told.rows.length) {
    const list = make("ul");
    for (const row of told.rows) {
      const item = make("li");
      item.append(button("open", row.titre, () => view.pick(row.id)));
      if (row.detail) item.append(make("span", "", row.detail));
      list.append(item);
    }
    box.append(list);
  }
  return box;
};

const pinning = (view, draw, target, code) => {
  target.classList.toggle("pinned", view.pinned === code);
  target.dataset.code = code;
  target.onclick = () => {
    view.pinned = view.pinned === code ? "" : code;
    draw();
    view.root.querySelector(`[data-code="${CSS.escape(code)}"]`)?.focus({ preventScroll: true });
  };
};

function frise(view, data, draw) {
  const tip = tooltip(view), height = 30;
  const bars = data.barres.filter((bar) => !view.hidden.has(bar.genre));
  const points = data.reperes.filter((one) => !view.hidden.has(one.genre));
  const tools = make("div", "tools");
  const zoom = (by) => () => { view.zoom = by ? Math.max(1, Math.min(8, view.zoom * by)) : 1; draw(true); };
  const [out, into] = [button("zoom", "−", zoom(0.5)), button("zoom", "+", zoom(2))];
  out.setAttribute("aria-label", "Réduire la frise");
  into.setAttribute("aria-label", "Agrandir la frise");
  out.disabled = view.zoom <= 1;
  into.disabled = view.zoom >= 8;
  tools.append(out, into);

  const scroll = make("div", "scroll"), track = make("div", "track");
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "group");
  scroll.setAttribute("aria-label", data.alt);
  track.style.width = `max(${view.zoom * 100}%, ${view.zoom * 680}px)`;
  const width = Math.max(view.root.clientWidth, 680) * view.zoom;
  const years = data.annees.length, step = [1, 2, 5, 10].find((n) => (width / years) * n >= 46) ?? 20;
  const axis = make("div", "axis");
  for (const year of data.annees) {
    if (year.annee % step) continue;
    const tick = make("div", "tick");
    tick.style.left = `${year.position}%`;
    tick.append(make("span", "", String(year.annee)));
    axis.append(tick);
  }
  const lanes = make("div", "lanes"), ranks = [...new Set(bars.map((bar) => bar.rang))].sort((a, b) => a - b);
  const ends = []; // events that would touch are put one under the other
  for (const one of points) {
    const place = (one.position / 100) * width;
    let rank = ends.findIndex((end) => end + 24 <= place);
    if (rank < 0) rank = ends.length;
    ends[rank] = place;
    const dot = button(`dot tint-${data.genres[one.genre].tint}`);
    dot.style.left = `${one.position}%`;
    dot.style.top = `${rank * 24 + 4}px`;
    dot.setAttribute("aria-label", `${one.titre}, ${one.quand}. ${data.genres[one.genre].un}.`);
    tip.on(dot, [one.titre, one.organisme, one.quand, data.genres[one.genre].un].filter(Boolean));
    pinning(view, draw, dot, one.id);
    lanes.append(dot);
  }
  const below = ends.length * 24 + (ends.length ? 10 : 4);
  for (const bar of bars) {
    const item = button(`bar tint-${data.genres[bar.genre].tint}${bar.enCours ? " running" : ""}`);
    item.style.left = `${bar.debut}%`;
    item.style.width = `${bar.largeur}%`;
    item.style.top = `${below + ranks.indexOf(bar.rang) * height}px`;
    if ((bar.largeur / 100) * width > 44) item.append(make("span", "", bar.titre));
    item.setAttribute("aria-label", [bar.titre, bar.organisme, bar.periode].filter(Boolean).join(", "));
    tip.on(item, [bar.titre, bar.organisme, bar.periode, data.genres[bar.genre].un].filter(Boolean));
    pinning(view, draw, item, bar.id);
    lanes.append(item);
  }
  lanes.style.height = `${below + Math.max(ranks.length, 1) * height}px`;
  track.append(axis, lanes);
  scroll.append(track);
  const top = make("div", "top");
  top.append(legend(view, Object.values(data.genres), draw), tools);
  view.root.replaceChildren(top, scroll, panel(view, draw), tip.element);
  if (view.left === undefined) scroll.scrollLeft = scroll.scrollWidth; // today first
  else scroll.scrollLeft = view.left * Math.max(0, scroll.scrollWidth - scroll.clientWidth);
  scroll.onscroll = () => {
    tip.hide();
    const room = scroll.scrollWidth - scroll.clientWidth;
    view.left = room > 0 ? scroll.scrollLeft / room : 1;
  };
}

function annees(view, data, draw) {
  const tip = tooltip(view);
  const shown = data.annees.map((year) => ({ ...year, parts: year.parts.filter((part) => !view.hidden.has(part.type)) }));
  const sums = shown.map((year) => year.parts.reduce((sum, part) => sum + part.jours, 0));
  const most = Math.max(1, ...sums), step = [1, 2, 5, 10, 20, 50, 100, 200].find((n) => most / n <= 5) ?? 500;
  const whole = Math.ceil(most / step) * step;
  const plot = make("div", "plot");
  plot.setAttribute("role", "group");
  plot.setAttribute("aria-label", data.alt);
  for (let mark = 0; mark <= whole; mark += step) {
    const line = make("div", "line");
    line.style.bottom = `${(mark / whole) * 100}%`;
    line.append(make("span", "", number.format(mark)));
    plot.append(line);
  }
  const columns = make("div", "columns"), every = Math.max(1, Math.ceil((shown.length * 34) / Math.max(view.root.clientWidth - 40, 1)));
  shown.forEach((year, rank) => {
    const column = button("column");
    const stack = make("div", "stack");
    stack.style.height = `${(sums[rank] / whole) * 100}%`;
    for (const part of year.parts) {
      const segment = make("i", `segment tint-${data.types[part.type].tint}`);
      segment.style.flexGrow = part.jours;
      stack.append(segment);
    }
    const name = String(year.annee), labelled = (shown.length - 1 - rank) % every === 0;
    column.append(stack, make("span", labelled ? "year" : "year mute", every > 1 && !labelled ? "" : name));
    const lines = year.detail.length ? year.detail : ["Aucune formation cette année-là"];
    column.setAttribute("aria-label", [name, year.total || "aucune formation", ...year.detail].join(", "));
    tip.on(column, [year.total ? `${name} · ${year.total}` : name, ...lines]);
    if (year.detail.length) pinning(view, draw, column, name);
    columns.append(column);
  });
  plot.append(columns);
  view.root.replaceChildren(legend(view, Object.values(data.types), draw), plot, panel(view, draw), tip.element);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".chart");
  let view = kept.get(parentElement);
  if (!view) {
    view = { hidden: new Set(), zoom: 1, pinned: "", left: undefined };
    kept.set(parentElement, view);
  }
  view.root = root;
  view.details = new Map(data.details.map((one) => [one.code, one]));
  view.pick = (id) => setTriggerValue("pick", id);
  const draw = () => (data.kind === "frise" ? frise : annees)(view, data, draw);
  paint(root);
  draw();
  root.onkeydown = (event) => {
    if (event.key === "Escape" && view.pinned) { view.pinned = ""; draw(); }
  };
  root.ontransitionend = (event) => { if (event.target === root) paint(root); };
  let last = root.clientWidth;
  const watch = new ResizeObserver(() => { if (root.clientWidth !== last) { last = root.clientWidth; draw(); } });
  watch.observe(root);
  return () => watch.disconnect();
}
