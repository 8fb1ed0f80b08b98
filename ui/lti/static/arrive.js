// Back from the platform, and no cookie came along: show that this is the tab that was sent there.
"use strict";

const PATIENCE = 1000; // milliseconds

function keptByTab({ state }) {
  try {
    const secret = sessionStorage.getItem(`coursecite-${state}`);
    sessionStorage.removeItem(`coursecite-${state}`);
    return secret;
  } catch {
    return null; // storage is blocked in frames
  }
}

function frameOfPlatform(name) {
  if (!name || parent === window) return null;
  try {
    return name === "_parent" ? parent : parent.frames[name];
  } catch {
    return null; // there is no frame of that name, and another site's page does not say so
  }
}

function keptByPlatform({ storage, origin, state }) {
  return new Promise((resolve) => {
    const target = frameOfPlatform(storage);
    if (!target) return resolve(null);
    addEventListener("message", (event) => {
      const { subject, message_id, value } = event.data ?? {};
      if (event.origin === origin && subject === "lti.get_data.response" && message_id === state) resolve(value ?? null);
    });
    setTimeout(() => resolve(null), PATIENCE);
    target.postMessage({ subject: "lti.get_data", message_id: state, key: `coursecite-${state}` }, origin);
  });
}

async function arrive(launch) {
  const secret = keptByTab(launch.dataset) ?? (await keptByPlatform(launch.dataset));
  let why = "kept-out";
  if (secret) {
    const body = new URLSearchParams({ state: launch.dataset.state, secret });
    try {
      const response = await fetch("finish", { method: "POST", body });
      if (response.ok) {
        location.replace((await response.json()).address);
        return;
      }
    } catch {
      why = "cut-off"; // the connection was lost
    }
  }
  launch.hidden = true;
  document.getElementById(why).hidden = false;
}

arrive(document.getElementById("launch"));
