// The source pane: a link to "#source-…" shows that passage of its own answer beside the chat.
// Gradio draws everything else. It strips data-* and aria-* from messages, so parts get their names here.
// eslint-disable-next-line no-unused-vars
function startSourcePane(names) {
  "use strict";
  const links = 'a[href^="#source-"]';
  const pane = document.createElement("aside");
  const closing = document.createElement("button");
  const content = document.createElement("div");
  let opener, focused;

  pane.id = "source-pane";
  pane.setAttribute("aria-label", names.source);
  closing.type = "button";
  closing.textContent = names.close;
  pane.append(closing, content);
  document.body.append(pane);

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

  function setAttribute(element, name, value) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }

  // One status line speaks; the log must not repeat an answer with every sentence that is added to it.
  function nameParts() {
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
    const status = document.getElementById("status");
    if (status) setAttribute(status, "role", "status");
  }

  // A message that grows is drawn anew; a link in it that had the focus gets it back.
  function keepFocus() {
    if (focused && document.activeElement === document.body) linkTo(focused)?.focus({ preventScroll: true });
  }

  closing.addEventListener("click", close);
  document.addEventListener("click", (event) => {
    const link = event.target.closest(links);
    if (!link) return;
    event.preventDefault();
    open(link);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.body.classList.contains("source-open")) close();
  });
  document.addEventListener("focusin", (event) => {
    focused = event.target.closest(links)?.hash;
  });
  new MutationObserver(() => {
    nameParts();
    keepFocus();
  }).observe(document.body, { childList: true, subtree: true, attributeFilter: ["aria-label", "aria-live"] });
  nameParts();
}
