// The queue by keyboard: j and k move, o opens, m claims or gives back, x marks, ? shows the list. They act while the focus is in a row alone, so
// that who dictates claims nothing by a word. Without it the same links and buttons are there.
const rows = [...document.querySelectorAll('[data-row]')];
const help = document.querySelector('[data-keys]');
let at = -1;

function go(step) {
  at = Math.min(Math.max(at + step, 0), rows.length - 1);
  const link = rows[at]?.querySelector('th a');
  link?.focus();
  link?.scrollIntoView({ block: 'nearest' });
}
const acts = {
  j: () => go(1),
  k: () => go(-1),
  o: () => rows[at]?.querySelector('th a')?.click(),
  m: () => rows[at]?.querySelector('button')?.click(),
  x: () => rows[at]?.querySelector('input[type=checkbox]')?.click(),
  '?': () => { help.open = !help.open; },
};
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches('input:not([type=checkbox]), textarea, select')) return;
  if (acts[event.key] && event.target.closest('[data-row]')) { acts[event.key](); event.preventDefault(); }
});
// the row that a key has just claimed may be in this list no more
if (location.hash.startsWith('#r') && rows.length) (document.getElementById(location.hash.slice(1)) ?? rows[0].querySelector('th a')).focus();
// a row that got the focus in another way is the one the keys go on from
document.addEventListener('focusin', (event) => {
  const row = event.target.closest('[data-row]');
  if (row) at = rows.indexOf(row);
});
