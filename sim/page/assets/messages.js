// A row of the log and its topic -> an invented message. Who says it and when chooses the words: the same act has the same words in
// every branch and in every way of running the same group.
const POSTS = { column: "column", promotion: "promotion", packet: "packet", game: "game", notice: "notice", session: "session", roll: "roll", orders: "orders", posing: "posing", honours: "honours" };
// Accounts of staff that pass for members: so many at most speak in a scene. Their names are those of nobody in the group.
const ACCOUNTS = 4;

// What a post of staff is, told from the attributes of its stimulus.
export function stimuli(story) {
  const { kind, actor, target, x, kinds: k, attributes } = story;
  const found = new Map();
  for (let i = 0; i < kind.length; i++) {
    if (kind[i] !== k.STIMULUS_DEFINED) continue;
    if (!found.has(actor[i])) found.set(actor[i], {});
    found.get(actor[i])[attributes[target[i]]] = x[i];
  }
  return found;
}

export function form(attributes = {}, reward = 0) {
  if (attributes.guise > 0) return POSTS.posing;
  if (attributes.honour > 0) return POSTS.honours;
  if (attributes.coupon_hours > 0) return "coupon";
  if (attributes.session > 0) return POSTS.session;
  if (attributes.herd > 0) return POSTS.orders;
  if (attributes.ask > 0 && attributes.roll > 0 && !(reward > 0 || attributes.discount > 0)) return POSTS.roll;
  if (attributes.promotion > 0 || attributes.discount > 0) return POSTS.promotion;
  if (reward > 0 && attributes.ask > 0) return POSTS.packet;
  if (attributes.ask > 0) return POSTS.game;
  return attributes.content > 0 ? POSTS.column : POSTS.notice;
}

export class Messages {
  constructor(story, fold, words) {
    Object.assign(this, { story, fold, words, defined: stimuli(story) });
    this.number = new Map(fold.row.map((row, message) => [row, message]));
    this.slanderers = slanderers(story);
    this.praising = new Set(); // rows of messages that show the brand
    for (let i = 0; i < story.kind.length; i++) if (story.kind[i] === story.kinds.BRAND_SHOWN && story.target[i] >= 0) this.praising.add(fold.row[story.target[i]]);
    this.places = new Map(); // language -> which text of its list each row has
  }

  // Who a row of staff pretends to be, "" where it does not.
  account(row) {
    const { kind, actor, time, kinds: k, graph } = this.story;
    return kind[row] === k.STIMULUS_POSTED && this.form(row) === POSTS.posing ? this.words.person(graph.numbers + (mixed(actor[row], time[row]) % ACCOUNTS)) : "";
  }

  form(row) { const { target, x } = this.story; return form(this.defined.get(target[row]), x[row]); }

  // The lists of texts from which a row takes one, best first.
  lists(row) {
    const { kind, actor, target, x, kinds: k, topic } = this.story, says = this.words.all.says, own = says[topic];
    const tone = x[row] < -0.15 ? "cross" : x[row] > 0.25 ? "glad" : "plain";
    switch (kind[row]) {
      case k.MESSAGE_POSTED:
        if (this.praising.has(row)) return says.praise;
        if (target[row] < 0) return tone === "cross" ? says.cross : own.talk;
        if (this.fold.own(row)) return says.more;
        return this.afterQuestion(target[row]) ? own.help : says.reply[tone];
      case k.QUESTION_ASKED: return target[row] >= 0 ? says.doubt : own.ask;
      case k.COMPLAINT_POSTED: return target[row] < 0 ? says.cross : this.slanderers.get(target[row]) === actor[row] ? says.slander : says.grievance;
      case k.ADVERT_POSTED: return says.advert;
      case k.MEMBER_ANSWERED: return x[row] < 0.5 ? says.staff.cool : says.staff[{ [k.QUESTION_ASKED]: "asked", [k.COMPLAINT_POSTED]: "sorry" }[kind[this.fold.row[target[row]]]] ?? "warm"];
      case k.PLAN_ANNOUNCED: return says.plan;
      case k.CLOSING_ANNOUNCED: return says.closing;
      case k.STIMULUS_POSTED: {
        const form = this.form(row);
        return form === "coupon" ? [this.coupon(row)] : form === POSTS.posing ? this.posed(row) : (own[form] ?? says[form]);
      }
    }
    return [""];
  }

  // What an account of staff that passes for a member says: it praises, it talks, or it applauds what was said before.
  posed(row) {
    const { content, recall, herd } = this.defined.get(this.story.target[row]), says = this.words.all.says;
    return recall > 0 || herd > 0 ? says.praise : content > 0 ? says[this.story.topic].talk : says.reply.glad;
  }

  // What a coupon is worth, from the log: that is not invented.
  coupon(row) {
    // The log holds what is set: the rest is nothing.
    const { words } = this, { coupon_yuan: yuan = 0, coupon_share: share = 0, coupon_over: over = 0, coupon_hours: hours } = this.defined.get(this.story.target[row]);
    const worth = yuan > 0 ? words.t("coupon_yuan", { yuan: words.plain(yuan) }) : words.t("coupon_share", { share: words.plain(100 * share) });
    return words.t(over > 0 ? "coupon_over" : "coupon_any", { worth, over: words.plain(over), days: words.plain(hours / 24) });
  }

  afterQuestion(message) { return this.story.kind[this.fold.row[message]] === this.story.kinds.QUESTION_ASKED; }

  text(row) { return this.lists(row)[this.chosen().get(row) ?? 0]; }

  // The text of each row, in order: none says what the message before it said, nor what it answers.
  chosen() {
    const known = this.places.get(this.words.language);
    if (known) return known;
    const { story, fold } = this, { kind, actor, target, time, kinds: k } = story, found = new Map(), last = new Map();
    for (const row of fold.row) {
      const list = this.lists(row), answers = (kind[row] === k.MESSAGE_POSTED || kind[row] === k.MEMBER_ANSWERED) && target[row] >= 0 ? fold.row[target[row]] : -1;
      const said = [last.get(list), ...(answers >= 0 && this.lists(answers) === list ? [found.get(answers)] : [])];
      let at = mixed(actor[row], time[row]) % list.length;
      for (let tried = 0; said.includes(at) && tried < list.length; tried++) at = (at + 1) % list.length;
      found.set(row, at);
      last.set(list, at);
    }
    this.places.set(this.words.language, found);
    return found;
  }
}

// Who made the false claim of an incident that is a slander: the first who spoke of it.
function slanderers({ kind, actor, target, y, kinds: k, slanders }) {
  const found = new Map();
  for (let i = 0; i < kind.length; i++) {
    if (kind[i] === k.INCIDENT_OPENED && slanders.includes(y[i])) found.set(target[i], null);
    if (kind[i] === k.COMPLAINT_POSTED && found.get(target[i]) === null) found.set(target[i], actor[i]);
  }
  return found;
}

// A person and a time in us -> a whole number, evenly spread.
function mixed(person, time) {
  let found = Math.imul(person + 1, 0x9e3779b1) ^ Math.imul(Math.floor(time / 2 ** 32) + 1, 0x85ebca6b) ^ (time % 2 ** 32);
  for (const factor of [0x85ebca6b, 0xc2b2ae35]) found = Math.imul(found ^ (found >>> 16), factor);
  return (found ^ (found >>> 15)) >>> 0;
}
