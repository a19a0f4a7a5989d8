// Columns of a story and a moment -> the state of the group then. The same rules as the projections of the log.
export const DAY = 86400e6;
export const HOUR = 3600e6;
const EVERY = 4096;
const NEVER = -1e18;
const COUNTS = ["members", "muted", "joins", "exits", "removed", "messages", "organic", "adverts", "complaints", "questions", "answered", "orders", "checks"];
const SUMS = ["revenue", "margin", "benefits", "wages", "hours"];
const TODAY = ["day", "messages_today", "organic_today", "posters_today", "openers_today", "orders_today", "hours_today"];
const TABLES = ["present", "mute", "checked", "talked", "bought", "answers", "replied", "taken", "gone"];

export class Fold {
  constructor(story) {
    this.story = story;
    const k = story.kinds, people = story.graph.numbers;
    this.is = new Uint8Array(256);
    for (const name of ["MESSAGE_POSTED", "QUESTION_ASKED", "COMPLAINT_POSTED"]) this.is[k[name]] = 2;
    for (const name of ["ADVERT_POSTED", "STIMULUS_POSTED", "MEMBER_ANSWERED", "PLAN_ANNOUNCED", "CLOSING_ANNOUNCED"]) this.is[k[name]] = 1;
    this.row = [];
    for (let i = 0; i < story.kind.length; i++) if (this.is[story.kind[i]]) this.row.push(i);
    const m = this.row.length;
    const now = (this.now = { next: 0 });
    for (const name of [...COUNTS, ...SUMS, ...TODAY]) now[name] = 0;
    Object.assign(now, {
      present: new Uint8Array(people), mute: new Uint8Array(people), gone: new Uint8Array(people),
      checked: new Float64Array(people).fill(NEVER), talked: new Float64Array(people).fill(NEVER), bought: new Float64Array(people).fill(NEVER),
      answers: new Int32Array(m), replied: new Uint8Array(m), taken: new Int32Array(m),
    });
    this.kept = [this.copy()];
  }

  copy() {
    const copied = { ...this.now };
    for (const name of TABLES) copied[name] = this.now[name].slice();
    return copied;
  }

  // The state after every row up to and including this time (us). Going back starts from the nearest kept state.
  seek(time) {
    const all = this.story.time;
    const end = place(all, time);
    const known = Math.min(Math.floor(end / EVERY), this.kept.length - 1);
    if (end < this.now.next || known * EVERY > this.now.next) {
      const kept = this.kept[known];
      for (const name in kept) TABLES.includes(name) ? this.now[name].set(kept[name]) : (this.now[name] = kept[name]);
    }
    while (this.now.next < end) {
      this.step(this.now.next++);
      if (this.now.next === this.kept.length * EVERY) this.kept.push(this.copy());
    }
    this.turn(Math.floor(time / DAY));
    return this.now;
  }

  turn(day) {
    const s = this.now;
    if (day === s.day) return;
    s.day = day;
    s.messages_today = s.organic_today = s.posters_today = s.openers_today = s.orders_today = s.hours_today = 0;
  }

  step(i) {
    const { time, kind, actor, target, x, y, kinds: k } = this.story, s = this.now;
    const t = time[i], what = kind[i], who = actor[i], to = target[i], start = Math.floor(t / DAY) * DAY;
    this.turn(Math.floor(t / DAY));
    if (this.is[what]) {
      s.messages++; s.messages_today++;
      if (this.is[what] === 2) {
        s.organic++; s.organic_today++;
        if (s.talked[who] < start) s.posters_today++;
        s.talked[who] = t;
      }
    }
    switch (what) {
      case k.MEMBER_JOINED: if (!s.present[who]) { s.present[who] = 1; s.gone[who] = 0; s.members++; s.joins++; } break;
      case k.MEMBER_LEFT: if (this.leave(who)) s.exits++; break;
      case k.MEMBER_REMOVED: if (this.leave(to)) s.removed++; break;
      case k.GROUP_MUTED: if (s.present[who] && !s.mute[who]) { s.mute[who] = 1; s.muted++; } break;
      case k.GROUP_UNMUTED: if (s.mute[who]) { s.mute[who] = 0; s.muted--; } break;
      case k.GROUP_CHECKED: s.checks++; if (s.checked[who] < start) s.openers_today++; s.checked[who] = t; break;
      case k.MESSAGE_POSTED: if (to >= 0 && !this.own(i)) s.answers[to]++; break;
      case k.QUESTION_ASKED: s.questions++; break;
      case k.COMPLAINT_POSTED: s.complaints++; break;
      case k.ADVERT_POSTED: s.adverts++; break;
      case k.MEMBER_ANSWERED:
        if (to < 0) break;
        s.answers[to]++;
        if (!s.replied[to]) { s.replied[to] = 1; if (kind[this.row[to]] === k.QUESTION_ASKED) s.answered++; }
        break;
      case k.STIMULUS_ANSWERED: s.benefits += x[i]; if (to >= 0) s.taken[to]++; break;
      case k.ORDER_PLACED: s.orders++; s.orders_today++; s.revenue += x[i]; s.margin += y[i]; s.bought[who] = t; break;
      case k.STAKE_PAID: s.revenue += x[i]; s.margin += x[i]; break;
      case k.REFUND_PAID: s.revenue -= x[i]; s.margin -= x[i]; break;
      case k.COST_PAID: case k.MEMBER_CARED_FOR: s.benefits += x[i]; break;
      case k.TASK_DONE: s.hours += x[i]; s.hours_today += x[i]; s.wages += y[i]; break;
    }
  }

  // Whether a row answers a message of the same member: that goes on talking, it is no answer.
  own(i) {
    const { kind, actor, target, kinds: k } = this.story, first = this.row[target[i]];
    return kind[i] === k.MESSAGE_POSTED && first !== undefined && actor[first] === actor[i] && (this.is[kind[first]] === 2 || kind[first] === k.ADVERT_POSTED);
  }

  leave(who) {
    const s = this.now;
    if (!s.present[who]) return false;
    s.present[who] = 0; s.gone[who] = 1; s.members--;
    if (s.mute[who]) { s.mute[who] = 0; s.muted--; }
    return true;
  }

  // Questions that wait for staff, and since when the oldest does (us), NaN where none does.
  queue() {
    const { kind, time, kinds: k } = this.story;
    for (const [message, row] of this.row.entries()) {
      if (row >= this.now.next) break;
      if (kind[row] === k.QUESTION_ASKED && !this.now.replied[message]) return { waiting: this.now.questions - this.now.answered, since: time[row] };
    }
    return { waiting: 0, since: NaN };
  }

  // How many people opened the group after this time.
  seen(time, author) {
    const { checked } = this.now;
    let count = 0;
    for (let p = 0; p < checked.length; p++) if (checked[p] > time && p !== author) count++;
    return count;
  }
}

// How many of these ascending times are at or before one.
export function place(times, time) {
  let low = 0, high = times.length;
  while (low < high) { const mid = (low + high) >> 1; if (times[mid] <= time) low = mid + 1; else high = mid; }
  return low;
}
