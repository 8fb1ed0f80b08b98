// The platform closes this page when it is told to.
"use strict";

document.getElementById("close").addEventListener("click", () => {
  (window.opener ?? window.parent).postMessage({ subject: "org.imsglobal.lti.close" }, "*");
});
