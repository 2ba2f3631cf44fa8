// A Markdown text area: sends its text when typing pauses, keeps the browser's own undo, takes a text from elsewhere
// only under a new key, so that a late echo never overwrites what is being typed.
const PAUSE = 600;
const known = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  const area = parentElement.querySelector("textarea"), told = parentElement.querySelector(".state");
  let memory = known.get(parentElement);
  if (!memory) known.set(parentElement, (memory = { timer: 0, sent: data.text, key: null }));
  if (memory.key !== data.key) {
    memory.key = data.key;
    memory.sent = data.text;
    area.value = data.text;
  }
  area.setAttribute("aria-label", data.label);

  const send = () => {
    clearTimeout(memory.timer);
    memory.timer = 0;
    told.textContent = "";
    if (area.value === memory.sent) return;
    memory.sent = area.value;
    setStateValue("text", area.value);
  };
  const later = () => {
    told.textContent = "…";
    clearTimeout(memory.timer);
    memory.timer = setTimeout(send, PAUSE);
  };
  const replace = (from, to, text, start, end) => {
    area.focus();
    area.setSelectionRange(from, to);
    document.execCommand("insertText", false, text);
    area.setSelectionRange(start, end);
    later();
  };
  const around = (mark) => {
    const from = area.selectionStart, to = area.selectionEnd;
    replace(from, to, mark + area.value.slice(from, to) + mark, from + mark.length, to + mark.length);
  };
  const before = (mark) => {
    const from = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1, to = area.selectionEnd;
    const text = area.value.slice(from, to).split("\n").map((line) => mark + line).join("\n");
    replace(from, to, text, from + text.length, from + text.length);
  };
  const link = () => {
    const from = area.selectionStart, to = area.selectionEnd, words = area.value.slice(from, to) || "texte du lien";
    const text = `[${words}](https://)`;
    replace(from, to, text, from + text.length - 1, from + text.length - 1);
  };
  for (const button of parentElement.querySelectorAll("button")) {
    button.onclick = () => ("link" in button.dataset ? link()
      : button.dataset.around ? around(button.dataset.around) : before(button.dataset.before));
  }
  area.oninput = later;
  area.onblur = send;
  area.onkeydown = (event) => {
    if (!(event.ctrlKey || event.metaKey)) return;
    if (event.key === "b") { event.preventDefault(); around("**"); }
    if (event.key === "i") { event.preventDefault(); around("_"); }
    event.stopPropagation(); // Ctrl+Z stays with the text being typed
  };
  return () => { if (memory.timer) send(); };
}
