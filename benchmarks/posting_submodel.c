/* The frozen posting submodel of posting_submodel.py in C11: same draws, same arithmetic, same log.
 *
 * The world comes as the array of f8 that Python builds; people, messages and dues live in typed structs here. Without
 * -ffast-math and with -ffp-contract=off the log equals the one of the other kernel bit for bit. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define MINUTE INT64_C(60000000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define DAY_US ((double)DAY)

enum { NONE = -1 };
enum { JOINED = 10, LEFT = 11, HUSHED = 13, CHECKED = 20, POSTED = 21, STIMULUS = 41 };
enum { CHECK_DUE = 0, PULL_DUE = 1, REPLY_DUE = 2, ARRIVAL_DUE = 4 };
enum { ABSENT, ATTENTIVE, MUTED, GONE };
enum { DRAW_CHECK = 101, DRAW_ACCEPT = 102, DRAW_VISIT = 103, DRAW_POST = 104, DRAW_PULL = 110 };
enum { DRAW_MESSAGE = 201, DRAW_REPLIES, DRAW_REPLY_DELAY, DRAW_REPLY_MODE, DRAW_MORNING, DRAW_PROPOSE, DRAW_CONSENT };
enum { DRAW_SPEAK = 211, DRAW_TURN, DRAW_TONE };
enum { STEP_ROWS = 64, DRAWS = 64, PROPOSALS = 8, MORNING = 7 };
enum { W_HOURS = 64, W_HOURS_BEFORE = 88, W_ROSTER_AT = 114, W_WEIGHT_AT = 115, W_TRAITS = 116 };

static const double LOGISTIC = 0x1.1a47c7ee5a514p-1; /* sqrt(3) / pi */

/* The head of the world, in its order. */
typedef struct {
    double value_reference, check_floor, muted_checks, read_cap, fresh_days, value_start, value_days, read_scale;
    double open_cost, read_cost, overload_cost, promotion_cost, operator_cost, content_satiation, satiation_days;
    double warmth_start, warmth_days, reply_warmth, ignored_hours, ignored_warmth, post_scale, post_floor;
    double novelty_weight, novelty_days, novelty_exponent, loafing, replies_mean, operator_replies, turn_share;
    double turn_minutes, fast_share, fast_minutes, slow_minutes, delay_spread, morning_share, consent_floor;
    double leave_rate, mute_rate, muted_leave, tenure_days, tenure_gain, hazard_value, hazard_warmth;
    double operator_load, mood_minutes, mood_gain, tone_spread;
} Parameters;

typedef struct {
    double arrival, shift, sociability, check_rate, match_talk, match_content, match_promotion, susceptibility;
    double leave_threshold, mute_threshold, warmth_base, group;
} Trait;

typedef struct {
    int64_t at, joined_at, checked_at;
    double value, warmth, mood, satiation, leave_clock, mute_clock;
    int64_t read_to;
    int32_t waiting, last_day, days_seen, checks, posts;
    int8_t mode;
} Member;

typedef struct {
    uint64_t key;
    double tau;
    int64_t checks;
} Stream;

typedef struct {
    int64_t ordinal;
    int32_t head, members, muted;
} Group;

typedef struct {
    int64_t time, row, ordinal;
    double sentiment;
    int32_t author, before, stimulus, group, kind;
    bool answered;
} Message;

typedef struct {
    double content, promotion, talk;
} Stimulus;

typedef struct {
    int64_t time, ordinal;
    int32_t person, what, message;
} Due;

/* One row of the log; the layout of EVENT_DTYPE. */
typedef struct {
    int64_t time, cause;
    double x, y;
    int32_t kind, group, actor, target;
} Event;
_Static_assert(sizeof(Event) == 48, "rows of the log are packed");

typedef struct {
    const Parameters *p;
    const double *hours, *hours_before, *weight;
    const Trait *traits;
    const Stimulus *stimuli;
    int32_t *roster;
    int32_t persons;
    uint64_t key;
    Member *members;
    Stream *streams;
    Group group[1];
    Message *messages;
    int32_t message_count, message_room;
    Due *queue;
    int64_t queued, queue_room;
    Event *log;
    int64_t log_room, *counts; /* rows in the log, rows handed over before */
    int64_t decided;
} Posting;

static inline uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static inline uint64_t key(uint64_t parent, int64_t purpose, int64_t ordinal)
{
    uint64_t inner = mix(parent + (uint64_t)purpose * UINT64_C(0x9E3779B97F4A7C15));
    return mix(inner + (uint64_t)ordinal * UINT64_C(0xD1B54A32D192ED03));
}

static inline double uniform(uint64_t parent, int64_t purpose, int64_t ordinal)
{
    return ((double)(key(parent, purpose, ordinal) >> 11) + 0.5) * 0x1p-53;
}

static inline double least(double a, double b) { return a < b ? a : b; }
static inline double most(double a, double b) { return a > b ? a : b; }
static inline double clip(double x, double low, double high) { return least(most(x, low), high); }

/* ---- what is due ---- */

static inline bool before(const Due *a, const Due *b)
{
    if (a->time != b->time)
        return a->time < b->time;
    if (a->person != b->person)
        return a->person < b->person;
    return a->ordinal < b->ordinal;
}

static void push(Posting *s, Due due)
{
    if (s->queued == s->queue_room) {
        s->queue_room *= 2;
        s->queue = realloc(s->queue, (size_t)s->queue_room * sizeof(Due));
        if (!s->queue)
            abort();
    }
    int64_t hole = s->queued++;
    while (hole > 0) {
        int64_t parent = (hole - 1) >> 1;
        if (before(&s->queue[parent], &due))
            break;
        s->queue[hole] = s->queue[parent];
        hole = parent;
    }
    s->queue[hole] = due;
}

static void replace_first(Posting *s, Due due)
{
    Due *queue = s->queue;
    int64_t size = s->queued, hole = 0, child = 1;
    while (child < size) {
        if (child + 1 < size && before(&queue[child + 1], &queue[child]))
            child++;
        if (!before(&queue[child], &due))
            break;
        queue[hole] = queue[child];
        hole = child;
        child = 2 * hole + 1;
    }
    queue[hole] = due;
}

static void drop_first(Posting *s)
{
    if (--s->queued > 0)
        replace_first(s, s->queue[s->queued]);
}

/* ---- the state: a fold over the log ---- */

static inline double warmth_at(const Posting *s, const Member *member, const Trait *trait, int64_t time)
{
    double days = (double)(time - member->at) / DAY_US;
    return trait->warmth_base + (member->warmth - trait->warmth_base) * exp(-days / s->p->warmth_days);
}

static inline void settle(const Posting *s, Member *member, const Trait *trait, int64_t time)
{
    if (time <= member->at)
        return;
    double days = (double)(time - member->at) / DAY_US;
    member->mood *= exp(-days * 1440.0 / s->p->mood_minutes);
    member->satiation *= exp(-days / s->p->satiation_days);
    member->warmth = warmth_at(s, member, trait, time);
    member->at = time;
}

static int32_t add_message(Posting *s, int64_t row, int64_t time, int32_t kind, int32_t author, int32_t group,
                           double sentiment, int32_t stimulus)
{
    if (s->message_count == s->message_room) {
        s->message_room *= 2;
        s->messages = realloc(s->messages, (size_t)s->message_room * sizeof(Message));
        if (!s->messages)
            abort();
    }
    Group *g = &s->group[group];
    int32_t number = s->message_count++;
    s->messages[number] = (Message){.time = time, .row = row, .ordinal = ++g->ordinal, .sentiment = sentiment,
                                    .author = author, .before = g->head, .stimulus = stimulus, .group = group,
                                    .kind = kind};
    g->head = number;
    return number;
}

static void read_group(Posting *s, int32_t person, int64_t time)
{
    const Parameters *p = s->p;
    const Trait *trait = &s->traits[person];
    Member *member = &s->members[person];
    const Group *group = &s->group[(int)trait->group];
    settle(s, member, trait, time);
    double days = (double)(time - member->checked_at) / DAY_US;
    int cap = (int)p->read_cap;
    double fresh = p->fresh_days * DAY_US;
    int reads = 0, talk = 0, operator = 0;
    double content = 0.0, promotion = 0.0, sentiment = 0.0;
    for (int32_t number = group->head; number != NONE && reads < cap;) {
        const Message *message = &s->messages[number];
        if (message->ordinal <= member->read_to || (double)(time - message->time) > fresh)
            break;
        if (message->author != person) {
            reads++;
            sentiment += message->sentiment;
            if (message->stimulus != NONE) {
                operator++;
                content += s->stimuli[message->stimulus].content;
                promotion += s->stimuli[message->stimulus].promotion;
            } else {
                talk++;
            }
        }
        number = message->before;
    }
    double unread = (double)(group->ordinal - member->read_to);
    double satiated = 1.0 / (1.0 + member->satiation / p->content_satiation);
    double benefit = trait->match_talk * talk + trait->match_content * satiated * content + trait->match_promotion * promotion;
    double worth = 1.0 - exp(-benefit / p->read_scale) - p->open_cost - p->read_cost * reads / cap
                   - p->overload_cost * least(most(unread - cap, 0.0) / cap, 2.0) - p->promotion_cost * promotion
                   - p->operator_cost * operator;
    member->value += (1.0 - exp(-least(days, 1.0) / p->value_days)) * (worth - member->value);
    member->value = clip(member->value, -0.3, 1.0);
    member->satiation += operator;
    if (reads > 0)
        member->mood = clip(member->mood + p->mood_gain * trait->susceptibility * sentiment / reads, -1.0, 1.0);
    if (member->waiting != NONE && (double)(time - s->messages[member->waiting].time) > p->ignored_hours * (double)HOUR) {
        member->warmth *= p->ignored_warmth;
        member->waiting = NONE;
    }
    int32_t day = (int32_t)(time / DAY);
    if (day != member->last_day) {
        member->last_day = day;
        member->days_seen++;
    }
    double young = 1.0 + p->tenure_gain * exp(-((double)(time - member->joined_at) / DAY_US) / p->tenure_days);
    double mind = exp(-p->hazard_value * (member->value - 0.4) - p->hazard_warmth * (member->warmth - 0.1));
    double load = (reads + (p->operator_load - 1.0) * operator) / cap;
    member->leave_clock += p->leave_rate * young * mind * (member->mode == MUTED ? p->muted_leave : 1.0) * days;
    if (member->mode == ATTENTIVE)
        member->mute_clock += p->mute_rate * young * mind * most(load, 0.5) * days;
    member->read_to = group->ordinal;
    member->checked_at = time;
    member->checks++;
}

static void enter(Posting *s, int32_t person, int64_t time)
{
    const Trait *trait = &s->traits[person];
    Member *member = &s->members[person];
    Group *group = &s->group[(int)trait->group];
    member->at = member->joined_at = member->checked_at = time;
    member->last_day = -1;
    member->value = s->p->value_start;
    member->warmth = most(s->p->warmth_start, trait->warmth_base);
    member->mode = ATTENTIVE;
    member->read_to = group->ordinal;
    group->members++;
}

static void answer_author(Posting *s, int64_t time, int32_t number)
{
    Message *message = &s->messages[number];
    if (message->author < 0)
        return;
    Member *member = &s->members[message->author];
    settle(s, member, &s->traits[message->author], time);
    member->warmth += s->p->reply_warmth * (1.0 - member->warmth);
    message->answered = true;
    if (member->waiting == number)
        member->waiting = NONE;
}

static int32_t write_message(Posting *s, int64_t row, int64_t time, int32_t group, int32_t person, int32_t target,
                             double sentiment)
{
    Member *member = &s->members[person];
    settle(s, member, &s->traits[person], time);
    int32_t number = add_message(s, row, time, POSTED, person, group, sentiment, NONE);
    member->posts++;
    member->mood *= 0.5;
    if (target != NONE) {
        if (s->messages[target].author == person)
            return number;
        answer_author(s, time, target);
    }
    member->waiting = number;
    return number;
}

static int32_t apply(Posting *s, int64_t row, int64_t time, int32_t kind, int32_t group, int32_t actor, int32_t target,
                     double x)
{
    switch (kind) {
    case CHECKED:
        read_group(s, actor, time);
        return NONE;
    case POSTED:
        return write_message(s, row, time, group, actor, target, x);
    case STIMULUS:
        return add_message(s, row, time, kind, NONE, group, 0.0, target);
    case JOINED:
        enter(s, actor, time);
        return NONE;
    case LEFT:
        s->group[group].muted -= s->members[actor].mode == MUTED;
        s->group[group].members--;
        s->members[actor].mode = GONE;
        return NONE;
    case HUSHED:
        s->members[actor].mode = MUTED;
        s->group[group].muted++;
        return NONE;
    default:
        return NONE;
    }
}

/* ---- the loop ---- */

static inline double clock_to_tau(const Posting *s, int64_t time)
{
    int64_t day = time / DAY, within = time % DAY, hour = within / HOUR;
    return (double)day + s->hours_before[hour] + s->hours[hour] * ((double)(within - hour * HOUR) / DAY_US);
}

static inline int64_t tau_to_clock(const Posting *s, double tau)
{
    int64_t day = (int64_t)floor(tau);
    double left = tau - (double)day;
    int64_t hour = (int64_t)(24.0 * left);
    while (s->hours_before[hour] > left)
        hour--;
    while (hour < 23 && s->hours_before[hour + 1] <= left)
        hour++;
    int64_t within = (int64_t)((left - s->hours_before[hour]) / s->hours[hour] * DAY_US);
    return day * DAY + hour * HOUR + (within < HOUR - 1 ? within : HOUR - 1);
}

static Due next_check(Posting *s, int32_t person, int64_t now)
{
    const Trait *trait = &s->traits[person];
    Stream *stream = &s->streams[person];
    stream->checks++;
    stream->tau -= log(uniform(stream->key, DRAW_CHECK, stream->checks)) / trait->check_rate;
    int64_t time = tau_to_clock(s, stream->tau) + (int64_t)trait->shift;
    return (Due){time > now ? time : now + 1, stream->checks, person, CHECK_DUE, NONE};
}

static inline uint64_t message_key(const Posting *s, const Message *message)
{
    if (message->author >= 0)
        return key(s->streams[message->author].key, DRAW_MESSAGE, message->time);
    return key(key(s->key, DRAW_MESSAGE, message->group), message->kind, message->time);
}

static inline double log_delay(double u, double median, double spread)
{
    return median * exp(spread * LOGISTIC * log(u / (1.0 - u)));
}

static void schedule_replies(Posting *s, int32_t number, double mean)
{
    if (mean <= 0.0)
        return;
    const Parameters *p = s->p;
    const Message *message = &s->messages[number];
    uint64_t root = message_key(s, message);
    int count = (int)least(log(uniform(root, DRAW_REPLIES, 0)) / log(mean / (1.0 + mean)), 60.0);
    for (int child = 0; child < count; child++) {
        double median = uniform(root, DRAW_REPLY_MODE, child) < p->fast_share ? p->fast_minutes : p->slow_minutes;
        double delay = log_delay(uniform(root, DRAW_REPLY_DELAY, child), median, p->delay_spread);
        int64_t due = message->time + (int64_t)(least(delay, 14400.0) * (double)MINUTE) + 1;
        int64_t within = due % DAY;
        if (within < MORNING * HOUR && uniform(root, DRAW_MORNING, 2 * child) < p->morning_share)
            due += MORNING * HOUR - within + (int64_t)(2.0 * (double)HOUR * uniform(root, DRAW_MORNING, 2 * child + 1));
        push(s, (Due){due, message->row * 64 + child, NONE, REPLY_DUE, number});
    }
}

static void schedule_turn(Posting *s, int32_t number)
{
    const Message *message = &s->messages[number];
    uint64_t root = message_key(s, message);
    int count = (int)least(log(uniform(root, DRAW_TURN, 0)) / log(s->p->turn_share), 8.0);
    int64_t due = message->time;
    for (int part = 0; part < count; part++) {
        double delay = log_delay(uniform(root, DRAW_TURN, part + 1), s->p->turn_minutes, 1.0);
        due += (int64_t)(least(delay, 30.0) * (double)MINUTE) + 1;
        push(s, (Due){due, message->row * 64 + part, message->author, REPLY_DUE, number});
    }
}

static void react(Posting *s, int64_t row, int64_t time, int32_t kind, int32_t actor, int32_t target, int32_t number)
{
    if (kind == POSTED) {
        if (target == NONE)
            schedule_turn(s, number);
        else if (s->messages[target].author == actor)
            return;
        schedule_replies(s, number, s->p->replies_mean);
    } else if (kind == STIMULUS) {
        schedule_replies(s, number, least(s->p->replies_mean * s->p->operator_replies * s->stimuli[target].talk, 0.95));
    } else if (kind == JOINED) {
        int64_t lived = time - (int64_t)s->traits[actor].shift;
        s->streams[actor].tau = clock_to_tau(s, lived > 0 ? lived : 0);
        push(s, (Due){time + MINUTE, row, actor, PULL_DUE, NONE});
        push(s, next_check(s, actor, time));
    }
}

static int64_t emit(Posting *s, int64_t time, int64_t cause, int32_t kind, int32_t group, int32_t actor, int32_t target,
                    double x, double y)
{
    int64_t place = s->counts[0]++;
    s->log[place] = (Event){time, cause, x, y, kind, group, actor, target};
    int64_t row = s->counts[1] + place;
    int32_t number = apply(s, row, time, kind, group, actor, target, x);
    react(s, row, time, kind, actor, target, number);
    return row;
}

static inline double interest(const Posting *s, const Member *member)
{
    return clip(member->value / s->p->value_reference, 0.0, 1.0);
}

static double drive_to_post(const Posting *s, const Member *member, const Trait *trait)
{
    const Parameters *p = s->p;
    double novelty = exp(-p->novelty_exponent * log(1.0 + most(member->days_seen - 1.0, 0.0) / p->novelty_days));
    double crowd = exp(p->loafing * log(100.0 / most(s->group[(int)trait->group].members, 1.0)));
    double urge = p->post_floor + member->warmth + p->novelty_weight * novelty;
    return p->post_scale * trait->sociability * urge * (1.0 + most(member->mood, 0.0)) * crowd;
}

static inline double tone(const Posting *s, const Member *member, uint64_t visit)
{
    return clip(0.5 * member->mood + s->p->tone_spread * (2.0 * uniform(visit, DRAW_TONE, 0) - 1.0), -1.0, 1.0);
}

static int64_t visit_group(Posting *s, int64_t time, int32_t person, int64_t cause, uint64_t visit, bool speaks)
{
    const Trait *trait = &s->traits[person];
    const Member *member = &s->members[person];
    int32_t group = (int32_t)trait->group;
    int64_t check = emit(s, time, cause, CHECKED, group, person, NONE, 0.0, 0.0);
    if (member->leave_clock >= trait->leave_threshold) {
        emit(s, time, check, LEFT, group, person, NONE, 0.0, 0.0);
        return NONE;
    }
    if (member->mode == ATTENTIVE && member->mute_clock >= trait->mute_threshold)
        emit(s, time, check, HUSHED, group, person, NONE, 0.0, 0.0);
    if (speaks && uniform(visit, DRAW_POST, 0) < 1.0 - exp(-drive_to_post(s, member, trait)))
        emit(s, time, check, POSTED, group, person, NONE, tone(s, member, visit), 0.0);
    return check;
}

static void check_due(Posting *s, int64_t time, int32_t person, int64_t ordinal)
{
    const Member *member = &s->members[person];
    if (member->mode == GONE) {
        drop_first(s);
        return;
    }
    replace_first(s, next_check(s, person, time));
    double chance = most(interest(s, member), s->p->check_floor);
    if (member->mode == MUTED)
        chance *= s->p->muted_checks;
    uint64_t root = s->streams[person].key;
    if (uniform(root, DRAW_ACCEPT, ordinal) < chance)
        visit_group(s, time, person, NONE, key(root, DRAW_VISIT, ordinal), true);
}

static inline bool present(const Member *member) { return member->mode == ATTENTIVE || member->mode == MUTED; }

static void pull_due(Posting *s, int64_t time, int32_t person, int64_t cause)
{
    if (present(&s->members[person]))
        visit_group(s, time, person, cause, key(key(s->streams[person].key, DRAW_PULL, time), DRAW_VISIT, 1), true);
}

static void reply_due(Posting *s, int64_t time, int32_t speaker, int32_t number, int64_t child)
{
    const Message message = s->messages[number]; /* a copy: the list may move while others write */
    if (s->group[message.group].members <= 0)
        return;
    if (speaker != NONE) {
        if (present(&s->members[speaker]))
            emit(s, time, message.row, POSTED, message.group, speaker, number, 0.0, 0.0);
        return;
    }
    const Parameters *p = s->p;
    uint64_t root = message_key(s, &message);
    int32_t last = s->persons - 1;
    double total = s->weight[last];
    int tries = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
        double goal = uniform(root, DRAW_PROPOSE, child * DRAWS + draw) * total;
        int32_t low = 0, high = last;
        while (low < high) {
            int32_t middle = (low + high) >> 1;
            if (s->weight[middle] < goal)
                low = middle + 1;
            else
                high = middle;
        }
        int32_t person = s->roster[low];
        const Member *member = &s->members[person];
        if (person == message.author || !present(member))
            continue;
        double consent = interest(s, member) * (p->consent_floor + warmth_at(s, member, &s->traits[person], time));
        if (member->mode == MUTED)
            consent *= p->muted_checks;
        if (message.author == NONE) {
            double fade = exp(-((double)(time - member->at) / DAY_US) / p->satiation_days);
            consent /= 1.0 + member->satiation * fade / p->content_satiation;
        }
        if (uniform(root, DRAW_CONSENT, child * DRAWS + draw) < consent) {
            uint64_t visit = key(key(root, DRAW_SPEAK, child), DRAW_VISIT, 0);
            if (visit_group(s, time, person, message.row, visit, false) != NONE)
                emit(s, time, message.row, POSTED, message.group, person, number, tone(s, member, visit), 0.0);
            return;
        }
        if (++tries >= PROPOSALS)
            return;
    }
}

/* ---- what Python calls ---- */

void posting_free(Posting *s)
{
    if (!s)
        return;
    free(s->roster);
    free(s->members);
    free(s->streams);
    free(s->messages);
    free(s->queue);
    free(s);
}

Posting *posting_new(const double *world, const uint64_t *keys, int64_t persons, const double *stimuli,
                     Event *log_rows, int64_t log_room, int64_t *counts)
{
    Posting *s = calloc(1, sizeof(Posting));
    if (!s)
        return NULL;
    s->p = (const Parameters *)world;
    s->hours = world + W_HOURS;
    s->hours_before = world + W_HOURS_BEFORE;
    s->weight = world + (int64_t)world[W_WEIGHT_AT];
    s->traits = (const Trait *)(world + W_TRAITS);
    s->stimuli = (const Stimulus *)stimuli;
    s->persons = (int32_t)persons;
    s->key = keys[persons];
    s->group[0].head = NONE;
    s->log = log_rows;
    s->log_room = log_room;
    s->counts = counts;
    s->message_room = 2048;
    s->queue_room = 4096 + 2 * persons;
    s->roster = calloc((size_t)persons, sizeof(int32_t));
    s->members = calloc((size_t)persons, sizeof(Member));
    s->streams = calloc((size_t)persons, sizeof(Stream));
    s->messages = malloc((size_t)s->message_room * sizeof(Message));
    s->queue = malloc((size_t)s->queue_room * sizeof(Due));
    if (!s->roster || !s->members || !s->streams || !s->messages || !s->queue) {
        posting_free(s);
        return NULL;
    }
    const double *roster = world + (int64_t)world[W_ROSTER_AT];
    for (int32_t person = 0; person < persons; person++) {
        s->roster[person] = (int32_t)roster[person];
        s->members[person].waiting = NONE;
        s->streams[person].key = keys[person];
        push(s, (Due){(int64_t)s->traits[person].arrival, 0, person, ARRIVAL_DUE, NONE});
    }
    return s;
}

/* Lives up to and including `until`; 1 if the log is full, 0 if done. */
int posting_advance(Posting *s, int64_t until)
{
    while (s->queued > 0 && s->queue[0].time <= until) {
        if (s->counts[0] + STEP_ROWS > s->log_room)
            return 1;
        const Due due = s->queue[0];
        if (due.what == CHECK_DUE) {
            check_due(s, due.time, due.person, due.ordinal);
            continue;
        }
        drop_first(s);
        if (due.what == REPLY_DUE)
            reply_due(s, due.time, due.person, due.message, due.ordinal % 64);
        else if (due.what == PULL_DUE)
            pull_due(s, due.time, due.person, due.ordinal);
        else if (due.what == ARRIVAL_DUE)
            emit(s, due.time, NONE, JOINED, (int32_t)s->traits[due.person].group, due.person, NONE, 0.0, 0.0);
    }
    return 0;
}

void posting_emit(Posting *s, int64_t time, int64_t kind, int64_t actor, int64_t target, double x, double y)
{
    emit(s, time, NONE, (int32_t)kind, 0, (int32_t)actor, (int32_t)target, x, y);
}

/* The same beside an operator whose decisions are known. */
int posting_live(Posting *s, const Event *decisions, int64_t count, int64_t until)
{
    for (;;) {
        bool known = s->decided < count;
        if (posting_advance(s, known ? decisions[s->decided].time : until))
            return 1;
        if (!known)
            return 0;
        if (s->counts[0] + STEP_ROWS > s->log_room)
            return 1;
        const Event *d = &decisions[s->decided++];
        emit(s, d->time, NONE, d->kind, d->group, d->actor, d->target, d->x, d->y);
    }
}
