/** Follows the light or dark wish of the officer's device. */
const wish = matchMedia("(prefers-color-scheme: dark)");

export const isDark = () => wish.matches;

/** Calls `apply` now and whenever the wish changes. */
export function followTheme(apply) {
  apply(wish.matches);
  wish.addEventListener("change", () => apply(wish.matches));
}
