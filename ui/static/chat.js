// What Gradio's page lacks: the source pane, the quote behind a marker, the names of its parts, and
// the one way by which the page tells the server what was clicked.
// Gradio strips data-* and aria-* from messages, so parts get their names here.
// eslint-disable-next-line no-unused-vars
function startChat(textsByLanguage) {
  "use strict";
  const links = 'a[href^="#source-"]';
  const texts = () => textsByLanguage[document.querySelector(".masthead")?.lang] ?? textsByLanguage.en;

  function make(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  function setAttribute(element, name, value) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }

  // ---- Commands: a hidden text box carries them to the server.

  let sent = 0;
  let editing = false;

  function send(command) {
    const box = document.querySelector("#command textarea, #command input");
    if (!box) return false;
    box.value = `${++sent} ${command}`; // counted, because a box that does not change says nothing
    box.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  }

  // The address says which course, and which conversation, is meant. The page is ready when the server has said its language.
  function arrive() {
    if (document.querySelector(".masthead[lang]")) return;
    send(`arrive ${location.search}`);
    setTimeout(arrive, 5000);
  }

  function go(link) {
    history.pushState(null, "", link.search);
    closeShelf();
    send(`open ${link.search}`);
    questionBox()?.focus();
  }

  function questionBox() {
    return document.querySelector("#question textarea");
  }

  // A conversation has an address from its first question on: so it survives a reload.
  function keepAddress() {
    const current = document.querySelector("#shelf .conversations .current a.go");
    if (current && current.search !== location.search) history.replaceState(null, "", current.search);
  }

  function act(button) {
    const { name, value } = button;
    if (name === "copy") return copyAnswer(button);
    if (name === "delete" && !button.classList.contains("asked")) {
      button.classList.add("asked"); // one click asks, the second one deletes
      button.textContent = texts().deleteSure;
      return;
    }
    if (name === "rename") {
      send(`rename ${value} ${document.querySelector(`#shelf input.rename[name="${value}"]`).value}`);
      return;
    }
    if (name === "delete" && button.closest(".current")) history.replaceState(null, "", location.pathname);
    send(`${name} ${value}`);
    if (["edit", "quiz", "leave"].includes(name)) questionBox()?.focus();
    editing = name === "edit";
  }

  function enter(input) {
    if (input.classList.contains("search")) send(`search ${input.value}`);
    if (input.classList.contains("rename")) send(`rename ${input.name} ${input.value}`);
    if (input.classList.contains("reason") && input.value.trim()) send(`reason ${input.name} ${input.value}`);
  }

  // ---- Copying: what an answer says, and what proves it. Within frames it may not be permitted.

  async function copyAnswer(button) {
    const message = button.closest("[data-testid=bot]");
    const lines = [...message.querySelectorAll(".lead, .text, .sources:not(.found) li")].map((part) =>
      part.textContent.replace(/\s+/g, " ").trim(),
    );
    const text = lines.join("\n");
    const done = (await copyByClipboard(text)) || copyBySelection(text);
    button.textContent = done ? texts().copied : texts().copyYourself;
    if (!done) getSelection().selectAllChildren(message.querySelector(".text"));
  }

  async function copyByClipboard(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false;
    }
  }

  function copyBySelection(text) {
    const box = make("textarea", { value: text, className: "copying" });
    const before = document.activeElement;
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    before?.focus();
    return done;
  }

  // ---- The shelf: beside the chat where there is room, else behind a button.

  const shelfButton = make("button", { id: "shelf-button", type: "button" });
  shelfButton.setAttribute("aria-expanded", "false");
  shelfButton.setAttribute("aria-controls", "shelf");

  function toggleShelf() {
    const isOpen = document.body.classList.toggle("shelf-open");
    setAttribute(shelfButton, "aria-expanded", String(isOpen));
    if (isOpen) document.querySelector("#shelf a, #shelf input")?.focus();
  }

  function closeShelf() {
    document.body.classList.remove("shelf-open");
    setAttribute(shelfButton, "aria-expanded", "false");
  }

  // ---- The source pane: a link to "#source-…" shows that passage of its own answer beside the chat.

  const closing = make("button", { type: "button" });
  const content = make("div");
  const pane = make("aside", { id: "source-pane" }, closing, content);
  let opener, focused;

  function open(link) {
    const passage = document.getElementById(link.hash.slice(1));
    if (!passage) return;
    opener = link.hash;
    const copy = passage.cloneNode(true);
    copy.removeAttribute("id");
    content.replaceChildren(copy);
    document.body.classList.add("source-open");
    copy.querySelector("mark")?.scrollIntoView({ block: "center" });
    copy.querySelector("h2").focus({ preventScroll: true });
    markOpener();
  }

  function close() {
    document.body.classList.remove("source-open");
    markOpener();
    linkTo(opener)?.focus();
  }

  function linkTo(hash) {
    return document.querySelector(`#messages a[href="${hash}"]`);
  }

  function markOpener() {
    const isOpen = document.body.classList.contains("source-open");
    for (const link of document.querySelectorAll(`#messages ${links}`)) {
      link.classList.toggle("open", isOpen && link.hash === opener);
    }
  }

  // ---- The quote behind a marker, while the pointer or the focus is on it.

  const tip = make("div", { id: "quote-tip", hidden: true });
  tip.setAttribute("role", "tooltip");

  function showQuote(marker) {
    const quote = document.getElementById(marker.hash.slice(1))?.querySelector("mark");
    if (!quote) return;
    tip.textContent = quote.textContent.replace(/\s+/g, " ");
    tip.hidden = false;
    marker.setAttribute("aria-describedby", tip.id);
    const at = marker.getBoundingClientRect();
    const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
    tip.style.left = `${Math.max(8, Math.min(at.left, room))}px`;
    const above = at.top - tip.offsetHeight;
    tip.style.top = `${above > 8 ? above : at.bottom}px`;
  }

  function hideQuote() {
    tip.hidden = true;
    document.querySelector("[aria-describedby=quote-tip]")?.removeAttribute("aria-describedby");
  }

  // ---- Names, roles and the focus, which Gradio's drawing leaves out or loses.

  // One status line speaks; the log must not repeat an answer with every sentence that is added to it.
  function nameParts() {
    const names = texts();
    setAttribute(document.documentElement, "lang", document.querySelector(".masthead")?.lang || "en");
    setAttribute(pane, "aria-label", names.source);
    if (closing.textContent !== names.close) closing.textContent = names.close;
    if (shelfButton.textContent !== names.shelf) shelfButton.textContent = names.shelf;
    for (const nav of document.querySelectorAll("#shelf nav")) setAttribute(nav, "aria-label", names.shelf);
    for (const link of document.querySelectorAll("#shelf .current > a.go")) setAttribute(link, "aria-current", "page");
    // Gradio has every link open another tab; ours lead on in this one.
    for (const link of document.querySelectorAll("#shelf a[target]")) link.removeAttribute("target");
    for (const input of document.querySelectorAll("#shelf input, #messages input[title]")) {
      setAttribute(input, "aria-label", input.title);
    }
    for (const summary of document.querySelectorAll("#shelf summary")) setAttribute(summary, "aria-label", summary.title);
    for (const thumb of document.querySelectorAll("#messages .act.thumb")) {
      setAttribute(thumb, "aria-pressed", String(thumb.classList.contains("pressed")));
    }
    for (const log of document.querySelectorAll("#messages [role=log]")) {
      setAttribute(log, "aria-live", "off");
      setAttribute(log, "aria-label", names.log);
    }
    for (const [role, name] of [["user", names.question], ["bot", names.answer]]) {
      for (const message of document.querySelectorAll(`#messages [data-testid=${role}]`)) {
        setAttribute(message, "role", "group");
        setAttribute(message, "aria-label", name);
      }
    }
    // Gradio calls these lists, though no item of a list is in them.
    for (const buttons of document.querySelectorAll("#messages [role=list]")) {
      setAttribute(buttons, "role", "group");
      setAttribute(buttons, "aria-label", names.suggestions);
    }
    const status = document.getElementById("status");
    if (status) setAttribute(status, "role", "status");
    const heading = document.querySelector(".masthead h1")?.textContent;
    const title = heading ? `${heading} – Coursecite` : "Coursecite";
    if (document.title !== title) document.title = title;
  }

  // What grows or changes is drawn anew; a part of it that had the focus gets it back.
  function keepFocus() {
    if (focused && document.activeElement === document.body) {
      document.querySelector(focused)?.focus({ preventScroll: true });
    }
  }

  function selectorOf(element) {
    if (element.matches(`#messages ${links}`)) return `#messages a[href="${element.hash}"]`;
    if (element.matches("button.act")) return `button.act[name="${element.name}"][value="${CSS.escape(element.value)}"]`;
    return element.matches("#shelf input.search") ? "#shelf input.search" : undefined;
  }

  closing.addEventListener("click", close);
  document.addEventListener("click", (event) => {
    const link = event.target.closest(links);
    const going = event.target.closest("#shelf a.go");
    const button = event.target.closest("button.act");
    if (link) {
      event.preventDefault();
      hideQuote();
      open(link);
    } else if (going && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      go(going);
    } else if (button) {
      act(button);
    }
  });
  shelfButton.addEventListener("click", toggleShelf);
  window.addEventListener("popstate", () => send(`open ${location.search}`));
  document.addEventListener("keydown", (event) => {
    const input = event.target.closest?.("input.search, input.rename, input.reason");
    if (event.key === "Enter" && input) {
      event.preventDefault();
      enter(input);
    }
    if (event.key !== "Escape") return;
    if (!tip.hidden) {
      hideQuote();
    } else if (document.body.classList.contains("source-open")) {
      close();
    } else if (document.body.classList.contains("shelf-open")) {
      closeShelf();
      shelfButton.focus();
    } else if (editing) {
      editing = false;
      send("edit 0");
    }
  });
  document.addEventListener("focusin", (event) => {
    focused = selectorOf(event.target);
    const marker = event.target.closest("#messages a.marker");
    if (marker) showQuote(marker);
    else hideQuote();
  });
  document.addEventListener("mouseover", (event) => {
    const marker = event.target.closest("#messages a.marker");
    if (marker) showQuote(marker);
    else if (!tip.contains(event.target)) hideQuote();
  });
  document.body.prepend(shelfButton);
  document.body.append(pane, tip);
  new MutationObserver(() => {
    nameParts();
    keepFocus();
    keepAddress();
    if (!sent && document.querySelector("#command textarea, #command input")) arrive();
  }).observe(document.body, { childList: true, subtree: true, attributeFilter: ["aria-label", "aria-live", "role"] });
  nameParts();
}
