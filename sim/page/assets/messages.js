// A row of the log and its topic -> an invented message. The number of the message chooses the words, so it stays the same.
const POSTS = { column: "column", promotion: "promotion", packet: "packet", game: "game", notice: "notice" };

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
  if (attributes.promotion > 0 || attributes.discount > 0) return POSTS.promotion;
  if (reward > 0 && attributes.ask > 0) return POSTS.packet;
  if (attributes.ask > 0) return POSTS.game;
  return attributes.content > 0 ? POSTS.column : POSTS.notice;
}

export class Messages {
  constructor(story, fold, words) {
    Object.assign(this, { story, fold, words, defined: stimuli(story) });
    this.number = new Map(fold.row.map((row, message) => [row, message]));
    this.incidents = [];
    for (let i = 0; i < story.kind.length; i++) if (story.kind[i] === story.kinds.INCIDENT_OPENED) this.incidents[story.target[i]] = story.y[i];
  }

  form(row) { const { target, x } = this.story; return form(this.defined.get(target[row]), x[row]); }

  // The lists of texts from which a row takes one, best first.
  lists(row) {
    const { kind, target, x, kinds: k, topic } = this.story, says = this.words.all.says, own = says[topic];
    const tone = x[row] < -0.15 ? "cross" : x[row] > 0.25 ? "glad" : "plain";
    switch (kind[row]) {
      case k.MESSAGE_POSTED:
        if (target[row] < 0) return tone === "cross" ? says.cross : own.talk;
        return this.afterQuestion(target[row]) ? own.help : says.reply[tone];
      case k.QUESTION_ASKED: return target[row] >= 0 ? says.doubt : own.ask;
      case k.COMPLAINT_POSTED: return target[row] >= 0 ? says.grievance : says.cross;
      case k.ADVERT_POSTED: return says.advert;
      case k.MEMBER_ANSWERED: return x[row] >= 0.5 ? says.staff.warm : says.staff.cool;
      case k.PLAN_ANNOUNCED: return says.plan;
      case k.CLOSING_ANNOUNCED: return says.closing;
      case k.STIMULUS_POSTED: return own[this.form(row)] ?? says[this.form(row)];
    }
    return [""];
  }

  afterQuestion(message) { return this.story.kind[this.fold.row[message]] === this.story.kinds.QUESTION_ASKED; }

  text(row) {
    const list = this.lists(row), message = this.number.get(row) ?? row;
    return list[(message * 7 + (message >> 3)) % list.length];
  }
}
