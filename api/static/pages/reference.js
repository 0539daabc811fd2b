/** Starts ReDoc in the colours of the other pages. */
import { followTheme } from "./theme.js";

const FONT = 'system-ui, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif';
const CODE = 'ui-monospace, "Cascadia Mono", "Noto Sans Mono", "Liberation Mono", monospace';

const LIGHT = {
  text: "#16211f", soft: "#4d5b58", accent: "#0b6b63", raised: "#f2f6f5", line: "#c9d5d2", good: "#15724a", bad: "#b3261e",
};
const DARK = {
  text: "#e6efed", soft: "#a9bab6", accent: "#6fd3c6", raised: "#1a2624", line: "#38504b", good: "#7fd8a4", bad: "#ffaaa3",
};
const PANEL = { ground: "#0f2523", text: "#ffffff", code: "#0a1918" };

const LABELS = {
  download: "Tải về",
  downloadSpecification: "Đặc tả OpenAPI",
  noResultsFound: "Không tìm thấy",
  requestSamples: "Ví dụ yêu cầu",
  responseSamples: "Ví dụ trả lời",
  responses: "Các câu trả lời",
};

function themeOf(colour) {
  return {
    colors: {
      primary: { main: colour.accent },
      success: { main: colour.good },
      error: { main: colour.bad },
      responses: { success: { tabTextColor: DARK.good }, error: { tabTextColor: DARK.bad } },
      text: { primary: colour.text, secondary: colour.soft },
      border: { dark: colour.line, light: colour.line },
    },
    typography: {
      fontFamily: FONT,
      headings: { fontFamily: FONT },
      code: { fontFamily: CODE, color: colour.accent, backgroundColor: colour.raised },
      links: { color: colour.accent, visited: colour.accent, hover: colour.text },
    },
    sidebar: { backgroundColor: colour.raised, textColor: colour.text, activeTextColor: colour.accent },
    schema: { nestedBackground: colour.raised, linesColor: colour.line, typeNameColor: colour.soft, typeTitleColor: colour.soft, requireLabelColor: colour.bad },
    rightPanel: { backgroundColor: PANEL.ground, textColor: PANEL.text },
    codeBlock: { backgroundColor: PANEL.code },
  };
}

function draw(dark) {
  // ReDoc keeps what it once drew in an element, so a change of colours needs a new one.
  const old = document.getElementById("reference");
  const fresh = old.cloneNode(false);
  old.replaceWith(fresh);
  const options = { theme: themeOf(dark ? DARK : LIGHT), labels: LABELS, scrollYOffset: ".bar", nativeScrollbars: true };
  window.Redoc.init(document.body.dataset.openapi, options, fresh);
}

followTheme(draw);
