// Where votes are counted: on this page alone, or by the server that the phones of a class have joined.

// Without phones: the trainer counts hands. Kept for this window, so that a reload in the middle loses none.
export class Desk {
  constructor(name) { this.key = `groupalive.${name}`; this.hands = this.read(); this.joined = 0; }
  read() { try { return JSON.parse(sessionStorage.getItem(this.key)) ?? {}; } catch { return {}; } }
  async turn() {}
  async poll() { return false; }
  left() { return null; }
  tally() { return {}; }
  hand(step) { return this.hands[step] ?? []; }
  async raise(step, option, by) {
    const hands = [0, 0, 0, 0].map((_, at) => this.hand(step)[at] ?? 0);
    hands[option] = Math.max(0, hands[option] + by);
    this.hands[step] = hands;
    try { sessionStorage.setItem(this.key, JSON.stringify(this.hands)); } catch { /* a window that keeps nothing still counts */ }
  }
}

// With phones: the server counts, this page asks it once a second. What it does not hear of stays as it was.
export class Room {
  constructor(name) { this.name = name; this.state = { joined: 0, tallies: {}, hands: {}, left: null }; }
  get joined() { return this.state.joined; }
  get lost() { return this.state.lost ?? false; }
  async send(path, body) {
    try {
      const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ lesson: this.name, ...body }) });
      if (answer.ok) this.take(await answer.json());
    } catch { this.state.lost = true; }
  }
  take(state) { this.state = state; this.heard = performance.now(); }
  async turn(step, phase) { await this.send("/class/turn", { step, phase }); }
  async raise(step, option, by) { await this.send("/class/hand", { step, option, by }); }
  async poll() {
    const before = this.state.version, lost = this.lost;
    try {
      const answer = await fetch("/class");
      if (answer.ok) this.take(await answer.json());
    } catch { this.state.lost = true; }
    return before !== this.state.version || lost !== this.lost;
  }
  // Seconds until the vote closes, null where none is open.
  left() { return this.state.left === null ? null : Math.max(0, this.state.left - (performance.now() - this.heard) / 1000); }
  tally(step) { return this.state.tallies[step] ?? {}; }
  hand(step) { return this.state.hands[step] ?? []; }
}
