// All exchanges: unpacked and listed when somebody opens the list, and not before.
(() => {
  const list = document.getElementById("exchange-list");
  if (!list) return;
  const AT_ONCE = 100;
  const LONGEST = 20000;
  const ANY = "";

  // What a server sent is text and never markup; what can't be seen, or acts, is spelled out.
  const inert = (text) => text.replace(/(?![\n ])[\p{C}\p{Z}]/gu, (each) =>
    `\\u${each.codePointAt(0).toString(16).padStart(4, "0")}`);
  const make = (name, text, members = {}) => {
    const element = document.createElement(name);
    element.textContent = inert(text);
    return Object.assign(element, members);
  };
  const read = (id) => JSON.parse(document.getElementById(id).textContent);

  const inflate = (packed) => {
    const bytes = Uint8Array.from(atob(packed), (each) => each.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream);
  };
  const unpack = async (packed) => JSON.parse(await inflate(packed).text());

  // Large parts of messages are packed by themselves, behind their size (see exchanges.py).
  const [PACKED, JOINED] = ["\u0100", "\u0101"];
  const unpacked = async (part) => {
    const bytes = new Uint8Array(await inflate(part.split(" ")[1]).arrayBuffer());
    return Array.from(bytes, (each) => String.fromCharCode(each)).join("");
  };
  const message = async (parts, place) => {
    const part = parts[place];
    if (part[0] !== PACKED && part[0] !== JOINED) return written(part, part.length);
    const own = part[0] === PACKED ? [part] : part.slice(1).split(" ").map((each) => parts[each]);
    const size = own.reduce((sum, each) => sum + parseInt(each.slice(1), 10), 0);
    let octets = "";
    for (const each of own) if (octets.length < LONGEST) octets += await unpacked(each);
    return written(octets, size);
  };

  // A part of a message: a character for each octet, which is UTF-8 where it can be.
  const written = (octets, size) => {
    const bytes = Uint8Array.from(octets.slice(0, LONGEST), (each) => each.charCodeAt(0));
    let text;
    try {
      text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true });
    } catch {
      text = octets.slice(0, LONGEST);
    }
    const more = size - LONGEST;
    return text.replaceAll("\r\n", "\n") + (more > 0 ? `\n… ${more} octets more` : "");
  };

  const load = async () => {
    const index = read("exchange-index");
    const { probes, parts, exchanges } = await unpack(read("contract-record").exchanges);
    const named = (set) => index.sets[set].map((each) => index.requirements[each]);
    return exchanges.map((row, at) => {
      const [number, probe, sentHead, sent, head, body, , , seconds, , attempt, fault, cut, , marked] = row;
      const [status, tested, broken] = index.rows[at];
      return {
        number, seconds, attempt, fault, cut, marked,
        status: index.statuses[status],
        family: probes[probe].family,
        probe: probes[probe].name,
        tested: named(tested),
        broken: named(broken),
        request: async () => await message(parts, sentHead) + await message(parts, sent),
        answer: async () => await message(parts, head) + await message(parts, body),
      };
    });
  };

  const entry = (each) => {
    const attempt = each.attempt > 1 ? `, attempt ${each.attempt}` : "";
    const took = `${(each.seconds * 1000).toFixed(each.seconds < 0.01 ? 2 : 0)} ms`;
    const title = make("summary", "");
    title.append(make("b", `#${each.number}`), make("span",
      ` ${each.status} in ${took}${attempt} · ${each.family}: ${each.probe} `));
    for (const name of each.broken) title.append(make("span", name, { className: "badge fail" }), " ");
    const item = make("details", "", { className: "sample" });
    item.append(title);
    item.addEventListener("toggle", async () => {
      if (item.children.length > 1) return;
      const messages = make("div", "", { className: "pair" });
      const fault = each.fault ? `(${each.fault.join(": ")})` : "";
      const [request, received] = await Promise.all([each.request(), each.answer()]);
      messages.append(make("pre", request, { tabIndex: 0 }));
      const answer = received || fault || "(nothing)";
      messages.append(make("pre", answer, { tabIndex: 0, className: "answer" }));
      item.append(messages);
      if (each.cut) item.append(make("p", "Cut, so that the page stays small."));
      if (each.marked) item.append(make("p", "Judged by what the masks cover."));
    }, { once: true });
    return item;
  };

  const select = (label, groups) => {
    const box = make("select", "");
    box.append(make("option", "any", { value: ANY }));
    for (const [group, kind, values] of groups) {
      const holder = group ? make("optgroup", "", { label: group }) : box;
      for (const [value, times] of values) {
        holder.append(make("option", `${value} (${times})`, { value: kind + value }));
      }
      if (group && values.length) box.append(holder);
    }
    const name = make("label", `${label} `);
    name.append(box);
    return [name, box];
  };

  const tally = (values) => {
    const times = new Map();
    for (const each of values) times.set(each, (times.get(each) || 0) + 1);
    return [...times];
  };

  const build = (all) => {
    const filters = make("div", "", { className: "filters" });
    const status = select("Status", [["", "", tally(all.map((each) => each.status))]]);
    const family = select("Family", [["", "", tally(all.map((each) => each.family))]]);
    const requirement = select("Requirement", [
      ["broken", "broken ", tally(all.flatMap((each) => each.broken))],
      ["put to the test", "", tally(all.flatMap((each) => each.tested))],
    ]);
    const told = make("output", "");
    const found = make("div", "");
    const more = make("button", "Show more", { type: "button" });
    let matching = [];
    let shown = 0;

    const extend = () => {
      const next = matching.slice(shown, shown + AT_ONCE);
      found.append(...next.map(entry));
      shown += next.length;
      told.textContent = `${shown} of ${matching.length} shown`;
      more.hidden = shown >= matching.length;
    };
    const show = (wanted) => {
      matching = wanted;
      shown = 0;
      found.replaceChildren();
      extend();
    };
    const boxes = [status[1], family[1], requirement[1]];
    const filter = () => {
      const [code, name, promise] = boxes.map((box) => box.value);
      show(all.filter((each) =>
        (code === ANY || each.status === code) && (name === ANY || each.family === name) &&
        (promise === ANY || each.tested.includes(promise) ||
          each.broken.some((broken) => promise === `broken ${broken}`))));
    };
    for (const box of boxes) box.addEventListener("change", filter);
    more.addEventListener("click", extend);
    filters.append(status[0], family[0], requirement[0], told);
    list.querySelector(".listing").replaceChildren(filters, found, more);
    filter();
    return {
      one: (number) => {
        for (const box of boxes) box.value = ANY;
        show(all.filter((each) => each.number === number));
        found.firstChild.open = true;
      },
      of: (promise) => {
        for (const box of boxes) box.value = ANY;
        requirement[1].value = promise;
        filter();
      },
    };
  };

  let opened;
  const open = () => {
    opened = opened || load().then(build);
    list.open = true;
    return opened;
  };
  list.addEventListener("toggle", open, { once: true });
  document.getElementById("contract").addEventListener("click", (event) => {
    const { exchange, tested, broken } = event.target.closest("a")?.dataset ?? {};
    if (exchange) open().then((view) => view.one(Number(exchange)));
    if (tested) open().then((view) => view.of(tested));
    if (broken) open().then((view) => view.of(`broken ${broken}`));
  });
})();
