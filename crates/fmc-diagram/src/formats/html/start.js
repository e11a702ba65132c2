// The page comes to life: keys, buttons, the order of reading, light and dark.

// --- the order of reading: from row to row, and in a row from the left to the right

function inReadingOrder(list) {
  const rows = [];
  for (const it of [...list].sort((one, two) => one.area[1] - two.area[1])) {
    const middle = it.area[1] + it.area[3] / 2;
    const row = rows.find((other) => Math.abs(other.middle - middle) < 8);
    if (row) row.list.push(it);
    else rows.push({ middle, list: [it] });
  }
  return rows.flatMap((row) => row.list.sort((one, two) => one.area[0] - two.area[0]));
}

const reading = inReadingOrder(data.nodes);
for (const node of reading) {
  lid.before(node.group);
  const lines = [named(node), ...node.texts.slice(1)];
  const attributes = { role: 'button', tabindex: 0, 'aria-label': lines.join(', ') };
  for (const [name, value] of Object.entries(attributes)) node.group.setAttribute(name, value);
}
for (const edge of data.edges) {
  edge.group.setAttribute('tabindex', -1);
  edge.group.setAttribute('role', 'img');
  edge.group.setAttribute('aria-label', edgeName(edge));
}
// What holds buttons is not one image.
svg.setAttribute('role', 'group');
for (const link of svg.querySelectorAll('a')) link.setAttribute('tabindex', -1);

// --- choosing

svg.addEventListener('click', (event) => {
  if (moved >= 4) {
    event.preventDefault();
    return;
  }
  const handle = event.target.closest('.fold');
  const thing = things.get(event.target.closest('svg.fmc > g'));
  // A link is followed with the keys that open a new window; a plain click tells of it first.
  if (!event.ctrlKey && !event.metaKey && !event.shiftKey) event.preventDefault();
  if (handle) refocus(owner(handle));
  else if (thing && thing.kind !== 'cluster') pin(thing === pinned ? null : under(event)?.[0] ?? thing);
  else pin(null);
});
svg.addEventListener('focusin', (event) => {
  const thing = things.get(event.target.closest('svg.fmc > g'));
  if (!thing || thing.kind === 'cluster' || !event.target.matches(':focus-visible')) return;
  hover([thing]);
  if (thing.area) reveal(thing);
});
svg.addEventListener('focusout', () => hover(null));
document.getElementById('close').addEventListener('click', () => pin(null));

// --- buttons

const press = (id, action) => document.getElementById(id).addEventListener('click', action);
press('nearer', () => zoom(1.25));
press('farther', () => zoom(0.8));
press('fit', () => {
  glide();
  fit();
});
press('previous', () => step(-1));
press('next', () => step(1));
press('fold', foldAll);
press('theme', () => scheme(!isDark()));

// --- keys

const keys = {
  '+': () => zoom(1.25),
  '=': () => zoom(1.25),
  '-': () => zoom(0.8),
  0: () => {
    glide();
    fit();
  },
  '/': () => field.focus(),
  ArrowLeft: () => move(60, 0),
  ArrowRight: () => move(-60, 0),
  ArrowUp: () => move(0, 60),
  ArrowDown: () => move(0, -60),
};

document.addEventListener('keydown', (event) => {
  const { key, target } = event;
  if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === 'f') {
    event.preventDefault();
    field.focus();
    field.select();
    return;
  }
  if (key === 'Escape') {
    if (field.value) clearSearch();
    else pin(null);
    if (target === field) field.blur();
    return;
  }
  if (target === field || event.ctrlKey || event.metaKey || event.altKey) return;
  const group = target.closest?.('svg.fmc g[role=button]');
  if (group && (key === 'Enter' || key === ' ')) {
    event.preventDefault();
    if (group.matches('.fold')) refocus(owner(group));
    else pin(things.get(group) === pinned ? null : things.get(group));
    return;
  }
  const action = keys[key];
  if (action && !target.closest('button, a')) {
    event.preventDefault();
    action();
  }
});

// A folded cluster has another handle than an open one; the focus goes along.
function refocus(cluster) {
  hovered = null;
  fold(cluster);
  const handles = [...svg.querySelectorAll('.fold')].filter((it) => owner(it) === cluster);
  handles.pop()?.focus();
}

// --- light and dark: what the system wants, until somebody says otherwise

const dark = matchMedia('(prefers-color-scheme: dark)');
const rules = [...document.styleSheets]
  .flatMap((sheet) => [...sheet.cssRules])
  .filter((rule) => rule instanceof CSSMediaRule && rule.conditionText.includes('prefers-color-scheme'));
let wish = null;
const isDark = () => wish ?? dark.matches;

function scheme(isWanted) {
  wish = isWanted;
  for (const rule of rules) rule.media.mediaText = isWanted ? 'screen' : 'not all';
  relabel();
}

function relabel() {
  document.documentElement.style.colorScheme = isDark() ? 'dark' : 'light';
  document.getElementById('theme').setAttribute('aria-pressed', isDark());
}

dark.addEventListener('change', relabel);
addEventListener('resize', fit);
document.documentElement.classList.add('alive');
document.getElementById('fold').hidden = !svg.querySelector('.fold');
relabel();
refold();
mark();
fit();
