"use strict";
// Asks for the passphrase, decrypts the page below with what the browser itself provides, and shows it in a frame that
// can run nothing but a script that the policy names. Keeps nothing: no storage, no history, no address. What it reads
// is told in protected_page.py.
(() => {
  const MOST_ROUNDS = 10_000_000; // a hostile file may not freeze the browser for an hour
  const BASE = '<base href="about:srcdoc">';
  const at = (id) => document.getElementById(id);
  const encoded = (text) => new TextEncoder().encode(text);
  const word = (key) => at("words").content.querySelector(`[data-${key}]`);
  const said = (key) => word(key).textContent;
  let sealed = null; // what is encrypted, as it was read
  let frame = null; // the page, once open

  document.addEventListener("DOMContentLoaded", async () => {
    let fault;
    try {
      fault = unable() || (await read());
    } catch {
      fault = "damaged";
    }
    at("loading").remove();
    if (fault) return explain(fault);
    at("size").textContent = ` · ${megabytes(sealed.size)}`;
    at("form").hidden = false;
    at("form").addEventListener("submit", submitted);
    at("reveal").addEventListener("click", () => reveal(at("phrase").type === "password"));
    at("close").addEventListener("click", leave);
    at("print").addEventListener("click", () => print());
    addEventListener("pagehide", close); // or « Back » would show it again
    addEventListener("beforeprint", layOut);
    addEventListener("afterprint", takeAway);
    at("phrase").focus();
  });

  // --- what is in the file --------------------------------------------------------------------------------------------

  function bytes(base64) {
    const signs = atob(base64);
    const found = new Uint8Array(signs.length);
    for (let place = 0; place < signs.length; place += 1) found[place] = signs.charCodeAt(place);
    return found;
  }

  function unable() {
    if (!globalThis.isSecureContext) return "insecure";
    return globalThis.crypto?.subtle && globalThis.DecompressionStream ? "" : "outdated";
  }

  async function read() {
    const [header, keys, content, digest] = ["header", "keys", "content", "digest"].map((id) => at(id)?.textContent);
    if (!digest || digest.length < 64) return "truncated";
    const found = await crypto.subtle.digest("SHA-256", encoded([header, keys, content].join("\n")));
    const hexadecimal = Array.from(new Uint8Array(found), (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (hexadecimal !== digest) return "damaged";
    const { iter, salt, iv, size } = JSON.parse(header);
    const data = bytes(content);
    if (data.length !== size || !(iter >= 1 && iter <= MOST_ROUNDS)) return "damaged";
    sealed = {
      data, iter, salt: bytes(salt), iv: bytes(iv), size: content.length,
      slots: JSON.parse(keys).map((slot) => slot.map(bytes)),
      boundToKeys: encoded(header), boundToContent: encoded(`${header}\n${keys}`),
    };
    at("content").textContent = ""; // megabytes that are held twice
  }

  // --- opening it -----------------------------------------------------------------------------------------------------

  function normal(typed) {
    const visible = typed.normalize("NFC").replace(/[\xad\u200b\u2060\ufeff]/g, "");
    return visible.replace(/[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g, " ").replace(/^ | $/g, "");
  }

  async function submitted(event) {
    event.preventDefault();
    if (at("form").getAttribute("aria-busy") === "true") return;
    for (const id of ["wrong", "empty"]) at(id).hidden = true;
    at("phrase").removeAttribute("aria-invalid");
    const phrase = normal(at("phrase").value);
    if (!phrase) return refuse("empty");
    const began = performance.now();
    at("form").setAttribute("aria-busy", "true");
    at("status").textContent = said("opening");
    try {
      const key = await contentKey(phrase);
      if (!key) return refuse("wrong");
      const packed = await decrypted(key);
      if (!packed) return explain("damaged");
      await show(await unpacked(packed));
      at("status").textContent = said("opened").replace("{s}", ((performance.now() - began) / 1000).toFixed(1).replace(".", ","));
    } catch {
      close();
      explain("failed");
    } finally {
      at("form").setAttribute("aria-busy", "false");
    }
  }

  // The keys stay inside the browser's own cryptography: no script can read them, this one included.
  async function contentKey(phrase) {
    const typed = await crypto.subtle.importKey("raw", encoded(phrase), "PBKDF2", false, ["deriveKey"]);
    const wrapping = await crypto.subtle.deriveKey(
      { name: "PBKDF2", hash: "SHA-256", salt: sealed.salt, iterations: sealed.iter },
      typed, { name: "AES-GCM", length: 256 }, false, ["unwrapKey"],
    );
    for (const [iv, wrapped] of sealed.slots) {
      const bound = { name: "AES-GCM", iv, additionalData: sealed.boundToKeys };
      try {
        return await crypto.subtle.unwrapKey("raw", wrapped, wrapping, bound, "AES-GCM", false, ["decrypt"]);
      } catch {
        // another recipient's
      }
    }
    return null;
  }

  async function decrypted(key) {
    const bound = { name: "AES-GCM", iv: sealed.iv, additionalData: sealed.boundToContent };
    return crypto.subtle.decrypt(bound, key, sealed.data).catch(() => null);
  }

  function unpacked(packed) {
    return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  }

  function show(html) {
    frame = document.createElement("iframe");
    frame.title = said("frame");
    frame.setAttribute("sandbox", at("words").dataset.sandbox);
    frame.referrerPolicy = "no-referrer";
    frame.dataset.shell = "";
    frame.srcdoc = framed(html);
    return new Promise((resolve) => {
      frame.addEventListener("load", () => resolve(enter()), { once: true });
      document.body.append(frame);
    });
  }

  function enter() {
    at("phrase").value = "";
    reveal(false);
    at("threshold").hidden = true;
    at("bar").hidden = false;
    frame.className = "open";
    frame.focus();
  }

  // In a frame, « #place » is by default a place of this page, not of its own; and a link to elsewhere would open inside
  // it, where nothing from elsewhere may be shown.
  function framed(html) {
    return html
      .replace(/<head[^>]*>/i, `$&${BASE}`)
      .replace("base-uri 'none'", "base-uri about:")
      .replace(/<a (?=[^>]*\bhref="https?:)/gi, '<a target="_blank" rel="noopener noreferrer" ');
  }

  // A page that runs a script may hold a text that is not saved yet: it is left as a link would leave it, so that the
  // browser asks first.
  function leave() {
    if (!frame.sandbox.contains("allow-scripts")) return close();
    frame.addEventListener("load", close);
    frame.contentWindow.location.replace("about:blank");
  }

  function close() {
    takeAway();
    frame?.remove();
    if (frame) at("status").textContent = said("closed");
    frame = null;
    at("phrase").value = "";
    reveal(false);
    at("bar").hidden = true;
    at("threshold").hidden = false;
    at("phrase").focus();
  }

  // --- what is said ---------------------------------------------------------------------------------------------------

  function refuse(id) {
    at(id).hidden = false;
    at("status").textContent = "";
    at("phrase").setAttribute("aria-invalid", "true");
    at("phrase").setAttribute("aria-describedby", `${id} hint`);
    at("phrase").focus();
    at("phrase").select();
  }

  function explain(id) {
    at("form").hidden = true;
    at("status").textContent = "";
    at(id).hidden = false;
    at("faults").focus();
  }

  function reveal(shown) {
    at("phrase").type = shown ? "text" : "password";
    const next = shown ? "hide" : "show";
    at("reveal").textContent = said(next);
    at("reveal").setAttribute("aria-label", word(next).dataset[next]);
  }

  function megabytes(size) {
    return `${(size / 1e6).toFixed(1).replace(".", ",")}\u00a0Mo`;
  }

  // --- on paper -------------------------------------------------------------------------------------------------------

  // A frame is cut at its own height on paper: whatever the way of printing, the page itself is laid out, for the
  // printer only, in place of this one, without anything that could act.
  function layOut() {
    if (!frame) return;
    takeAway();
    const page = new DOMParser().parseFromString(frame.srcdoc.replace(BASE, ""), "text/html");
    for (const node of page.querySelectorAll("script, meta, base, link, iframe, object, embed, title")) node.remove();
    for (const style of page.querySelectorAll("style")) {
      if (style.media && !/\b(print|all)\b/.test(style.media)) style.remove();
      style.media = "print";
      style.dataset.paper = "";
      document.head.append(style);
    }
    for (const element of page.body.children) element.dataset.paper = "";
    document.documentElement.className = page.documentElement.className;
    document.body.className = page.body.className;
    document.body.prepend(...page.body.childNodes);
  }

  function takeAway() {
    document.documentElement.className = document.body.className = "";
    for (const node of document.querySelectorAll("[data-paper]")) node.remove();
  }
})();
