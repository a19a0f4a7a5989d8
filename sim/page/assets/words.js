// Catalogues in three languages -> every word and number on the page, and the invented names of people.
export const LANGUAGES = ["zh", "en", "es"];

export class Words {
  // language: as the address names it; else that of the file, else that of the browser.
  constructor(catalogues, language) { this.catalogues = catalogues; this.use(language ?? catalogues.language ?? navigator.language.slice(0, 2)); }
  use(language) {
    this.language = LANGUAGES.includes(language) ? language : "en";
    this.all = this.catalogues[this.language];
    this.whole = new Intl.NumberFormat(this.all.locale, { maximumFractionDigits: 0, useGrouping: "always" });
    this.tenth = new Intl.NumberFormat(this.all.locale, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
  }
  t(key, values = {}) {
    const text = this.all.page[key] ?? this.all.lesson[key];
    if (text === undefined) throw new Error(`${key}: not in the catalogue ${this.language}`);
    return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }
  // Whole sentences; Chinese ones take no space between them.
  sentences(...texts) { return texts.join(this.language === "zh" ? "" : " "); }
  number(value) { return (value < 0 && Math.round(value) ? "−" : "") + this.whole.format(Math.abs(Math.round(value))); }
  plain(value) { return value.toLocaleString(this.all.locale, { maximumFractionDigits: 2, useGrouping: "always" }); }
  fine(value) { return value.toLocaleString(this.all.locale, { maximumSignificantDigits: 3 }); }
  hours(value) { return this.tenth.format(value); }
  person(number) {
    const { first, last, order } = this.all.people;
    const place = (number * 37) % (first.length * last.length);
    return order.replace("first", first[place % first.length]).replace("last", last[Math.floor(place / first.length)]);
  }
  initial(number) { return Array.from(this.person(number))[0]; }
  clock(time) {
    const minutes = Math.floor(time / 60e6) % 1440;
    return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  }
  weekday(time) { return this.all.weekdays[Math.floor(time / 86400e6) % 7]; }
}
