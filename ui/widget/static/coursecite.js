// Puts a button on the page that opens the course's questions and answers in a frame:
//   <script src="https://learn.example/widget/coursecite.js" data-course="biology" async></script>
(() => {
  "use strict";
  const own = document.currentScript;
  const { course, label = /^de\b/.test(document.documentElement.lang) ? "Den Kurs fragen" : "Ask the course" } = own.dataset;
  const address = new URL(encodeURIComponent(course), own.src).href;

  // In a tree and a style sheet of its own, so that the page's rules do not reach it, nor ours the page.
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const style = new CSSStyleSheet();
  style.replaceSync(`
    button {
      position: fixed; right: 1rem; bottom: 1rem; z-index: 2147483000; padding: 0.7rem 1.1rem; border: 0; border-radius: 2rem;
      background: #0f766e; color: #fff; font: 600 1rem/1.2 system-ui, sans-serif; cursor: pointer; box-shadow: 0 2px 10px #0005;
    }
    button:focus-visible { outline: 3px solid #0f766e; outline-offset: 3px; }
    iframe {
      position: fixed; right: 1rem; bottom: 4.5rem; z-index: 2147483000; width: min(26rem, calc(100vw - 2rem));
      height: min(36rem, calc(100vh - 6rem)); border: 1px solid #64748b; border-radius: 0.8rem; background: Canvas;
    }
    [hidden] { display: none; }
    @media print { :host { display: none; } }
  `);
  root.adoptedStyleSheets = [style];

  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.setAttribute("aria-expanded", "false");
  root.append(button);

  let frame;
  function open() {
    if (!frame) {
      frame = document.createElement("iframe");
      frame.title = label;
      frame.src = address;
      root.append(frame);
    }
    frame.hidden = false;
    button.setAttribute("aria-expanded", "true");
    frame.focus();
  }

  function close() {
    frame.hidden = true;
    button.setAttribute("aria-expanded", "false");
    button.focus();
  }

  button.addEventListener("click", () => (frame && !frame.hidden ? close() : open()));
  window.addEventListener("message", (event) => {
    if (frame && event.source === frame.contentWindow && event.data?.coursecite === "close") close();
  });
  const put = () => document.body.append(host);
  if (document.body) put();
  else document.addEventListener("DOMContentLoaded", put);
})();
