// What is known of the thing that was chosen, and where its lines lead.

const panel = document.getElementById('panel');
const told = document.getElementById('told');

function outwards(link, text) {
  const external = /^https?:/i.test(link);
  return make('a', external ? { href: link, target: '_blank', rel: 'noopener noreferrer' } : { href: link }, text);
}

function table(details) {
  if (!details.length) return null;
  return make('dl', {}, ...details.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]));
}

function whereabouts(thing) {
  const chain = around(thing).reverse();
  if (!chain.length) return null;
  const names = chain.flatMap((it, at) => [at ? ' › ' : '', it.link ? outwards(it.link, named(it)) : named(it)]);
  return make('p', { class: 'where' }, ...names);
}

// A button for a line of the chosen thing, which lights it, and one for the thing at its other end.
function connection(edge, thing) {
  const outgoing = edge.start === thing;
  const other = outgoing ? edge.end : edge.start;
  const both = edge.heads === '<>' ? '↔' : edge.heads === '' ? '—' : null;
  const forward = edge.heads === '<' ? !outgoing : outgoing;
  const sign = make('span', { class: 'sign', 'aria-hidden': 'true' }, both ?? (forward ? '→' : '←'));
  const label = edge.label.join(' ');
  const button = make('button', { type: 'button', 'aria-label': edgeName(edge) }, sign, make('span', {}, named(other)),
    label ? make('small', {}, label) : null);
  const on = () => hover([edge]);
  const off = () => hover(null);
  button.addEventListener('pointerenter', on);
  button.addEventListener('pointerleave', off);
  button.addEventListener('focus', on);
  button.addEventListener('blur', off);
  button.addEventListener('click', () => choose(edge));
  return make('li', {}, button);
}

function endButton(thing) {
  const button = make('button', { type: 'button' }, make('span', {}, named(thing)));
  button.addEventListener('click', () => choose(thing));
  return make('li', {}, button);
}

function tell(thing) {
  panel.hidden = !thing;
  document.body.classList.toggle('telling', Boolean(thing));
  if (!thing) return;
  const isEdge = thing.kind === 'edge';
  const [, ...lines] = isEdge ? [] : thing.texts;
  const title = isEdge ? thing.label.join(' ') || words.edge : named(thing);
  const edges = isEdge ? [] : thing.edges;
  told.replaceChildren(...[
    make('p', { class: 'kind' }, words[thing.kind]),
    make('h2', {}, title),
    ...lines.map((it) => make('p', { class: 'line' }, it)),
    isEdge ? null : whereabouts(thing),
    table(thing.details),
    thing.link ? make('p', {}, outwards(thing.link, words.follow)) : null,
    isEdge ? make('ul', {}, ...[thing.start, thing.end].filter(Boolean).map(endButton)) : null,
    edges.length ? make('h3', {}, words.connections) : null,
    edges.length ? make('ul', {}, ...edges.map((it) => connection(it, thing))) : null,
  ].filter((it) => it !== null));
  panel.scrollTop = 0;
  announce(isEdge ? edgeName(thing) : [named(thing), ...lines].join(', '));
}

// Pins a thing and shows it.
function choose(thing) {
  hovered = null;
  open(thing);
  pin(thing);
}
