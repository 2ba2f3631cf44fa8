// Remarks beside the rows of a portfolio: written by its reader, kept in memory, saved as one small file.
// Nothing is sent and nothing is stored. Every word that comes from elsewhere is set as text, never as HTML.
(() => {
  "use strict";

  const FORMAT = "livret-retour";
  const VERSION = 1;
  const LONGEST = 5000; // characters of a remark
  const LONGEST_NAME = 120;
  const MOST = 2000; // remarks in a file
  const HEAVIEST = 1000000; // bytes of a file
  const NB = "\u00a0";

  const given = JSON.parse(document.getElementById("livret-remarques").textContent);
  const sheet = document.getElementById("livret-remarques-style").textContent;
  const rows = new Map(); // row → its block, in the order of the page; "" is the whole portfolio
  const absent = []; // remarks of a resumed file on rows that this page does not show: saved again as they are
  let unsaved = false;
  let nameAsked = false;

  // --- small tools ---

  const el = (tag, properties = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name in made) made[name] = value;
      else made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  };
  const hidden = text => el("span", { className: "lu" }, text);
  const plural = (count, noun) => `${count}${NB}${noun}${count > 1 ? "s" : ""}`;
  const quoted = text => `«${NB}${text}${NB}»`;
  const today = () => {
    const now = new Date();
    const two = number => String(number).padStart(2, "0");
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  };

  // A tree of its own, which the styles of the page do not reach; gives the box to fill.
  const shadow = (host, kind) => {
    const root = host.attachShadow({ mode: "open" });
    const box = el("div", { className: `cadre ${kind}` });
    root.append(el("style", {}, sheet), box);
    return box;
  };

  const icon = path => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    for (const [name, value] of [["viewBox", "0 0 16 16"], ["aria-hidden", "true"]]) svg.setAttribute(name, value);
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  };
  const PEN = "M2.5 13.5l.6-3L10.6 3a1.4 1.4 0 0 1 2 0l.4.4a1.4 1.4 0 0 1 0 2L5.5 12.9z";
  const CHEVRON = "M3.5 10.5L8 6l4.5 4.5";

  // --- beside a row ---

  // Where a block goes: at the end of what holds the row's heading, or else the nearest place where it can stand.
  const place = (row, host) => {
    const table = row.closest("table");
    if (table) {
      let last = table.parentElement.childElementCount === 1 ? table.parentElement : table;
      while (last.nextElementSibling?.classList.contains("livret-remarque")) last = last.nextElementSibling;
      return () => last.after(host);
    }
    const apart = node => /^(flex|inline|contents|none)/.test(getComputedStyle(node).display)
      || /^(A|BUTTON|DD|DT|LABEL|P|SPAN|SUMMARY|H[1-6])$/.test(node.tagName);
    let home = row.querySelector("h1, h2, h3, h4, h5, h6")?.parentElement ?? row;
    while (home !== row && apart(home)) home = home.parentElement;
    if (apart(home) && !/^(LI|TD|DD)$/.test(home.tagName)) return () => home.after(host);
    if (/grid/.test(getComputedStyle(home).display)) host.classList.add("plein");
    return () => home.append(host);
  };

  class Block {
    constructor(row, title, exchanges, named) {
      this.row = row;
      this.title = title;
      this.date = "";
      this.removed = "";
      this.host = el("div", { className: "livret-remarque" });
      const box = shadow(this.host, named ? "rang nomme" : "rang");
      if (exchanges.length) box.append(exchanged(exchanges, title));
      const said = row ? "Ajouter une remarque" : "Ajouter une remarque sur l’ensemble du portfolio";
      this.add = el("button", { type: "button", className: "ajouter" }, icon(PEN), said);
      if (row) this.add.append(named ? ` : ${title}` : hidden(`${NB}: ${title}`));
      this.add.addEventListener("click", () => this.open(true));
      this.gone = el("p", { className: "retiree", hidden: true }, "Remarque retirée. ");
      const back = el("button", { type: "button", className: "lien" }, "Rétablir", hidden(`${NB}: ${title}`));
      back.addEventListener("click", () => this.restore());
      this.gone.append(back);
      this.card = this.makeCard();
      box.append(this.add, this.gone, this.card);
      this.mark();
    }

    makeCard() {
      const label = el("label", { htmlFor: "texte" }, this.row ? "Votre remarque" : "Votre remarque sur l’ensemble");
      if (this.row) label.append(hidden(` sur : ${this.title}`));
      this.field = el("textarea", { id: "texte", rows: 3, maxLength: LONGEST, spellcheck: true, lang: "fr" });
      this.field.addEventListener("input", () => this.typed());
      this.field.addEventListener("keydown", event => {
        if (event.key === "Escape" && !this.text) this.remove();
      });
      this.paper = el("p", { className: "papier", "aria-hidden": "true" });
      const away = el("button", { type: "button", className: "lien" }, "Retirer", hidden(` la remarque : ${this.title}`));
      away.addEventListener("click", () => this.remove());
      return el("div", { className: "carte", hidden: true }, label, this.field, this.paper,
        el("div", { className: "pied" }, el("span", {}, "À enregistrer avant de partir."), away));
    }

    get text() {
      return this.field.value.trim();
    }

    open(focused) {
      this.card.hidden = false;
      this.add.hidden = this.gone.hidden = true;
      if (focused) this.field.focus();
    }

    typed() {
      this.date = today();
      this.mark();
      changed();
    }

    mark() {
      this.paper.textContent = this.text;
      this.host.classList.toggle("vide", !this.text && !this.host.shadowRoot.querySelector(".echanges"));
    }

    set(text, date) {
      this.field.value = text;
      this.date = date;
      this.open(false);
      this.mark();
    }

    remove() {
      this.removed = this.text;
      this.field.value = "";
      this.card.hidden = true;
      this.add.hidden = false;
      this.gone.hidden = !this.removed;
      this.add.focus();
      this.mark();
      if (this.removed) changed();
    }

    restore() {
      this.set(this.removed, this.date);
      this.field.focus();
      changed();
    }

    show() {
      if (!this.text) this.open(false);
      for (let up = this.host.parentElement; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
      this.host.scrollIntoView({ block: "center" });
      this.field.focus({ preventScroll: true });
    }
  }

  // What was said before about a row, read only.
  const exchanged = (exchanges, title) => {
    const list = el("ul", { className: "echanges", "aria-label": `Échanges : ${title}` });
    for (const one of exchanges) {
      const who = [one.auteur || "Remarque", one.date && `le ${one.date}`].filter(Boolean).join(", ");
      const item = el("li", {}, el("p", { className: "qui" }, who), el("p", { className: "dit" }, one.texte));
      if (one.reponse) item.append(el("p", { className: "qui" }, "Réponse"), el("p", { className: "dit" }, one.reponse));
      else item.firstChild.append(el("span", { className: "etat" }, one.etat));
      list.append(item);
    }
    return list;
  };

  // --- at the bottom of the page ---

  const written = () => [...rows.values()].filter(block => block.text);

  const bar = (() => {
    const host = el("div", { className: "livret-remarques" });
    const box = shadow(host, "barre");
    const count = el("span", { className: "compte" });
    const toggle = el("button", { type: "button", className: "deplier", "aria-expanded": "false" }, count, icon(CHEVRON));
    toggle.setAttribute("aria-controls", "liste");
    const name = el("input", { id: "nom", type: "text", maxLength: LONGEST_NAME, autocomplete: "name" });
    const naming = el("div", { className: "nom" }, el("label", { htmlFor: "nom" }, "Votre nom"), name);
    const status = el("p", { className: "message", role: "status" });
    const file = el("input", { type: "file", accept: ".livret-retour,.json", className: "lu", tabIndex: -1 });
    file.setAttribute("aria-hidden", "true");
    const resume = el("button", { type: "button", className: "second" }, "Reprendre un fichier");
    const save = el("button", { type: "button", className: "premier" }, "Enregistrer mes remarques");
    const list = el("div", { className: "liste", id: "liste", hidden: true });
    const line = el("div", { className: "rampe" }, toggle, naming, status, resume, file, save);
    box.append(el("section", { "aria-label": "Vos remarques" }, list, line));
    const unfold = open => {
      box.classList.toggle("ouverte", open);
      list.hidden = !open;
      toggle.setAttribute("aria-expanded", String(open));
    };
    toggle.addEventListener("click", () => unfold(list.hidden));
    box.addEventListener("keydown", event => {
      if (event.key === "Escape" && !list.hidden) {
        unfold(false);
        toggle.focus();
      }
    });
    return { host, count, name, status, file, resume, save, list, unfold };
  })();

  const say = (text, kind = "") => {
    bar.status.textContent = text;
    bar.status.dataset.kind = kind;
  };

  const changed = () => {
    unsaved = true;
    tell();
    const total = written().length + absent.length;
    say(total ? `Pas encore enregistré${NB}: ${plural(total, "remarque")}.` : "Aucune remarque à enregistrer.", "attente");
  };

  // How many there are, and the list that leads to each.
  const tell = () => {
    const found = written();
    bar.count.textContent = plural(found.length, "remarque");
    const whole = el("button", { type: "button", className: "lien" }, "Écrire sur l’ensemble du portfolio");
    whole.addEventListener("click", () => { bar.unfold(false); rows.get("").show(); });
    const list = el("ul");
    for (const block of found) {
      const go = el("button", { type: "button" }, el("strong", {}, block.title), el("span", {}, block.text.slice(0, 120)));
      go.addEventListener("click", () => { bar.unfold(false); block.show(); });
      list.append(el("li", {}, go));
    }
    const how = "Écrivez à côté de chaque ligne, puis enregistrez vos remarques dans un fichier et remettez-le à la "
      + `personne qui vous a confié ce portfolio. Cette page n’envoie rien et ne garde rien${NB}: fermée sans `
      + "enregistrer, elle oublie tout.";
    bar.list.replaceChildren(el("p", {}, how), ...(found.length ? [list] : []), whole);
  };

  // --- the file ---

  const content = () => ({
    format: FORMAT,
    version: VERSION,
    publication: given.publication,
    date: today(),
    auteur: bar.name.value.trim(),
    remarques: [
      ...written().map(block => ({ ligne: block.row, texte: block.text, date: block.date })),
      ...absent,
    ],
  });

  const save = () => {
    const made = content();
    if (!made.remarques.length) return say("Il n’y a encore aucune remarque à enregistrer.", "attente");
    if (!made.auteur && !nameAsked) {
      nameAsked = true;
      bar.unfold(true);
      bar.name.focus();
      return say("Indiquez votre nom, ou enregistrez de nouveau pour rester sans nom.", "attente");
    }
    const blob = new Blob([`${JSON.stringify(made, null, 1)}\n`], { type: "application/octet-stream" });
    if (blob.size > HEAVIEST) {
      return say(`Ces remarques pèsent plus de 1${NB}Mo et ne pourraient pas être relues${NB}: raccourcissez-les.`, "faute");
    }
    const address = URL.createObjectURL(blob);
    const link = el("a", { href: address, download: `remarques-${made.date}.livret-retour` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
    unsaved = false;
    bar.unfold(false);
    say(`Fichier «${NB}${link.download}${NB}» enregistré dans vos téléchargements. Remettez-le à la personne concernée.`, "fait");
  };

  const read = text => {
    let found;
    try {
      found = JSON.parse(text.replace(/^\ufeff/, ""));
    } catch {
      return "Ce fichier n’est pas un fichier de remarques.";
    }
    if (typeof found !== "object" || found === null || found.format !== FORMAT || !Array.isArray(found.remarques)) {
      return "Ce fichier n’est pas un fichier de remarques.";
    }
    if (found.version !== VERSION) return "Ce fichier vient d’une version plus récente de Livret.";
    if (found.publication !== given.publication) return "Ces remarques ont été écrites sur un autre portfolio.";
    const sound = one => typeof one === "object" && one !== null && typeof one.ligne === "string"
      && typeof one.texte === "string" && one.texte.length <= LONGEST && typeof (one.date ?? "") === "string";
    if (found.remarques.length > MOST || !found.remarques.every(sound)) return "Ce fichier de remarques est abîmé.";
    return found;
  };

  // What is written here already stays; a remark of the file on the same row goes under it.
  const take = found => {
    let taken = 0, left = 0;
    if (!bar.name.value.trim() && typeof found.auteur === "string") bar.name.value = found.auteur.slice(0, LONGEST_NAME);
    for (const one of found.remarques) {
      const block = rows.get(one.ligne);
      const date = one.date ?? "";
      const text = one.texte.trim();
      if (!text) continue;
      if (!block) {
        if (!absent.some(known => known.ligne === one.ligne && known.texte === text)) {
          absent.push({ ligne: one.ligne, texte: text, date });
        }
        left += 1;
      } else if (!block.text.includes(text)) {
        const joined = block.text ? `${block.text}\n\n${text}` : text;
        if (joined.length > LONGEST) return `La remarque sur ${quoted(block.title)} serait trop longue${NB}: raccourcissez-la.`;
        block.set(joined, date);
        taken += 1;
      }
    }
    tell();
    const more = left ? ` ${plural(left, "remarque")} sur des lignes absentes de cette page${NB}: gardées dans le fichier.` : "";
    return `${taken ? `${plural(taken, "remarque")} reprise${taken > 1 ? "s" : ""}.` : "Rien de nouveau dans ce fichier."}${more}`;
  };

  const resume = async () => {
    const [file] = bar.file.files;
    if (!file) return;
    const was = unsaved || written().length > 0;
    const found = file.size > HEAVIEST ? "Ce fichier est trop gros pour être un fichier de remarques." : read(await file.text());
    bar.file.value = "";
    if (typeof found === "string") return say(found, "faute");
    say(take(found), "fait");
    unsaved = was;
  };

  // --- all of it put in place ---

  const before = new Map();
  for (const one of given.echanges) before.set(one.ligne, [...(before.get(one.ligne) ?? []), one]);
  for (const [row, title] of given.lignes) {
    const shown = document.getElementById(row);
    if (!shown || rows.has(row)) continue;
    const block = new Block(row, title, before.get(row) ?? [], Boolean(shown.closest("table")));
    place(shown, block.host)();
    rows.set(row, block);
  }
  const whole = new Block("", "l’ensemble du portfolio", before.get("") ?? [], false);
  whole.host.classList.add("ensemble");
  rows.set("", whole);
  (document.querySelector("main") ?? document.body).append(whole.host);
  const room = el("div", { className: "livret-remarques-place" });
  shadow(room, "place");
  document.body.append(room, bar.host);
  document.documentElement.style.scrollPaddingBottom = "5.5rem";

  bar.save.addEventListener("click", save);
  bar.resume.addEventListener("click", () => bar.file.click());
  bar.file.addEventListener("change", resume);
  window.addEventListener("beforeunload", event => {
    if (unsaved && written().length + absent.length) event.preventDefault();
  });
  tell();
  say("Écrivez à côté de chaque ligne, puis enregistrez. Rien n’est envoyé.");
})();
