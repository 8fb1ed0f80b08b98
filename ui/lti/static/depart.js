// On the way to the platform: what will show, afterwards, that this is the tab that was sent there.
"use strict";

const PATIENCE = 1000; // milliseconds

function frameOfPlatform(name) {
  if (!name || parent === window) return null;
  try {
    return name === "_parent" ? parent : parent.frames[name];
  } catch {
    return null; // there is no frame of that name, and another site's page does not say so
  }
}

// A platform that offers it keeps the secret for us, in its own page.
function keptByPlatform({ storage, origin, state, secret }) {
  return new Promise((resolve) => {
    const target = frameOfPlatform(storage);
    if (!target) return resolve(false);
    addEventListener("message", (event) => {
      const { subject, message_id, error } = event.data ?? {};
      if (event.origin === origin && subject === "lti.put_data.response" && message_id === state) resolve(!error);
    });
    setTimeout(() => resolve(false), PATIENCE);
    target.postMessage({ subject: "lti.put_data", message_id: state, key: `coursecite-${state}`, value: secret }, origin);
  });
}

function keptByTab({ state, secret }) {
  try {
    sessionStorage.setItem(`coursecite-${state}`, secret);
    return true;
  } catch {
    return false; // storage is blocked in frames
  }
}

// The cookie that came with this page cannot be read by a script; one like it shows whether it was kept.
function keepsCookies() {
  try {
    const attributes = `path=${new URL(".", location.href).pathname}; SameSite=None; Secure; Partitioned`;
    document.cookie = `coursecite_try=1; ${attributes}`;
    const kept = document.cookie.includes("coursecite_try=1");
    document.cookie = `coursecite_try=; ${attributes}; Max-Age=0`;
    return kept;
  } catch {
    return false;
  }
}

async function depart(launch) {
  const kept = [keptByTab(launch.dataset), keepsCookies(), await keptByPlatform(launch.dataset)];
  // Asked before the platform is: what it gave us for this launch may be used once alone.
  if (kept.includes(true)) {
    location.replace(launch.dataset.address);
  } else {
    launch.hidden = true;
    document.getElementById("kept-out").hidden = false;
  }
}

depart(document.getElementById("launch"));
