"""What a person does when something is due."""

from __future__ import annotations

import math
from bisect import bisect_left
from itertools import accumulate

from sim.events import kinds
from sim.events.kinds import DAY, HOUR, MINUTE
from tests.reference.draws import child_key, draw
from tests.reference.tables import ABSENT, ATTENTIVE, FEED, GROUP, NO_ONE, Group, Member, Message

DRAWS, PROPOSALS, TURNS = 64, 8, 16


class Steps:
    """What a person does when something is due."""

    def _arrive(self, time: int, member: Member) -> None:
        group = member.group
        self._begin_needs(member, time)
        if member.mode is not ABSENT or member.screened_out or group.closed or group.founded_at is None:
            return
        if self.rules.refuses(member, group):
            row = self._write_down(time, NO_ONE, kinds.ENTRY_DECLINED, group.number, member.number, NO_ONE, 4.0)
            if (feed := self.rules.feed()) is not None:
                self._write_down(time, row, kinds.MEMBER_JOINED, feed.number, member.number, NO_ONE, member.type, member.source)
        elif group.closing_at is not None:
            self._write_down(time, NO_ONE, kinds.ENTRY_DECLINED, group.number, member.number, NO_ONE, 3.0)
        elif group.members >= group.capacity:
            self._write_down(time, NO_ONE, kinds.ENTRY_DECLINED, group.number, member.number, NO_ONE, 2.0)
        elif member.tag < group.least_tag:
            self._write_down(time, NO_ONE, kinds.ENTRY_DECLINED, group.number, member.number, NO_ONE, 1.0)
        else:
            self._write_down(time, NO_ONE, kinds.MEMBER_JOINED, group.number, member.number, NO_ONE, member.type, member.source)

    def _requested(self, time: int, person: Member, row: int, group: int, request: int) -> None:
        """A member answers what staff ask for."""
        rules = self.rules
        member = rules.member(person.number, rules.groups[group])
        if not member.present or rules.groups[group].closed:
            return
        chance = rules.interest(member) * min(rules.p.invite_floor + rules.warmth_at(member, time), 1.0)
        chance *= rules.obedience(member, time)
        yes = draw(child_key(self._keys[person.number], "request", request), "request", time) < chance
        kind = kinds.REQUEST_MET if yes else kinds.REQUEST_DECLINED
        answer = self._write_down(time, row, kind, group, person.number, NO_ONE, request)
        if yes and request == 3 and member.group.kind is GROUP:
            self._show(time, member, answer)

    def _show(self, time: int, member: Member, cause: int) -> None:
        """A member writes something that shows the brand."""
        number, tone = member.group.number, self.rules.tone_of(member)
        said = self._write_down(time, cause, kinds.MESSAGE_POSTED, number, member.number, NO_ONE, tone)
        message = self.rules.messages[-1]
        self._write_down(time, said, kinds.BRAND_SHOWN, number, member.number, message.number, self.rules.p.shown_recall)

    def _offered(self, time: int, person: Member, row: int, seller: Member, group: int) -> None:
        """What somebody one knows has offered is considered."""
        rules = self.rules
        visit = child_key(child_key(self._keys[person.number], "offer", time), "visit", 0)
        member = rules.strongest(person) or person
        if draw(visit, "impulse", 0) < rules.p.impulse * person.price_weight:
            if draw(visit, "impulse", 1) < rules.chance_to_buy(member, time):
                order, paid = self._order(time, member, row)
                self._write_down(time, order, kinds.COST_PAID, group, x=seller.commission * paid)

    def _lapse(self, time: int, member: Member, row: int, group: int) -> None:
        for place in [place for place, (_, came, _) in member.wallet.items() if came == row]:
            self._write_down(time, row, kinds.COUPON_LAPSED, group, member.number, place)

    def _pass_on(self, time: int, member: Member, row: int, group: int) -> None:
        """A coupon is given to an acquaintance who comes to mind."""
        held = [place for place, (_, came, _) in member.wallet.items() if came == row]
        if not held or not member.acquaintances:
            return
        key = self._keys[member.number]
        unused = 1.0 - self.rules.chance_to_buy(member, time)
        unused *= self.rules.habit_of_helping(member, time)
        if draw(child_key(key, "pass_on", 1), "pass_on", time) >= self.rules.p.coupon_passed * unused:
            return
        lot = draw(child_key(key, "pass_on", 2), "pass_on", time)
        other = member.acquaintances[int(lot * len(member.acquaintances))]
        if (there := self.rules.free_place(other)) is not None:
            self._write_down(time, row, kinds.COUPON_GIVEN, group, member.number, other.number, held[0], there)

    def _occasion(self, time: int, member: Member, ordinal: int) -> None:
        self._plan_need(member, time)
        if draw(self._keys[member.number], "choice", ordinal) < self.rules.chance_to_buy(member, time):
            self._order(time, member, NO_ONE)

    def _order(self, time: int, member: Member, cause: int) -> tuple[int, float]:
        paid = self.rules.price_for(member, time)
        prompt = NO_ONE if member.prompt is None else member.prompt.number
        place, size = self.rules.coupon_for(member, time), 1.0
        if place is not None:
            _, size, off = self.rules.unit_with(member.wallet[place][2])
            paid = size * self.rules.price - off
        margin = paid - size * self.rules.unit_cost
        row = self._write_down(time, cause, kinds.ORDER_PLACED, member.group.number, member.number, prompt, paid, margin)
        if place is not None:
            self._write_down(time, row, kinds.COUPON_REDEEMED, member.group.number, member.number, place, off, size)
        return row, paid

    def _habit(self, time: int, member: Member, ordinal: int) -> None:
        p = self.rules.p
        open_ones = [one for one in member.memberships if one.present and not one.group.closed]
        if not open_ones:
            self._diaries[member.number].looks = False
            return
        self._plan_check(member, time)
        others, key = self.rules.chats_of_others(member), self._keys[member.number]
        best = max(*(self.rules.pull_of(one) for one in open_ones), *others, 0.0)
        for one in open_ones if p.fold_below > 0.0 else ():
            folded = self.rules.pull_of(one) < p.fold_below * best
            if folded != bool(one.folded):
                self._write_down(time, NO_ONE, kinds.GROUP_FOLDED, one.group.number, one.number, NO_ONE, float(folded))
        chances = [self.rules.left_of(one) for one in open_ones]
        if draw(key, "accept", ordinal) < best * self.rules.factor_of_looks(member, time):
            member = open_ones[-1]
            if len(open_ones) > 1 or others:
                lot = draw(key, "choose", ordinal) * (sum(chances) + sum(others))
                if lot > sum(chances):
                    return
                member = next((one for one, upto in zip(open_ones, accumulate(chances)) if lot <= upto), open_ones[-1])
            visit, days = child_key(key, "visit", ordinal), (time - member.checked_at) / DAY
            check = self._visit(time, member, NO_ONE, visit, speaks=True)
            if check is not None and member.group.kind is GROUP:
                self._refer(time, member, days, visit, check)
                if self.rules.offers(member, days, visit) and (other := self.rules.contact_of(member, visit)) is not None:
                    self._write_down(
                        time, check, kinds.OFFER_PASSED, member.group.number, member.number, other.number, p.role_recall
                    )
                if (friend := self.rules.tells(member, days, visit)) is not None:
                    told = min(member.anger, 1.0)
                    self._write_down(time, check, kinds.TROUBLE_TOLD, member.group.number, member.number, friend.number, told)

    def _look(self, time: int, person: Member, group: Group, cause: int, message: Message | None) -> None:
        member = self.rules.member(person.number, group)
        if not member.present or group.closed:
            return
        key = self._keys[person.number]
        root = key if member is person else child_key(key, "channel", group.number)
        pulled = child_key(root, "pull", time if message is None else message.time)
        self._visit(time, member, cause, child_key(pulled, "visit", 1 if message is None else 0), speaks=True)

    def _visit(self, time: int, member: Member, cause: int, visit: int, speaks: bool) -> int | None:
        """One look at the group and what comes of it; None if the member leaves."""
        rules, group, number = self.rules, member.group.number, member.number
        unread = member.read_to < len(member.group.messages)
        check = self._write_down(time, cause, kinds.GROUP_CHECKED, group, number)
        if member.leave_clock >= member.leave_threshold:
            self._write_down(time, check, kinds.MEMBER_LEFT, group, number, NO_ONE, 0.0, rules.why(member, time))
            return None
        if member.mode is ATTENTIVE and member.mute_clock >= member.mute_threshold:
            self._write_down(time, check, kinds.GROUP_MUTED, group, number, NO_ONE, rules.why(member, time))
        if member.posed and draw(visit, "see_through", 0) < 1.0 - math.exp(-rules.p.seen_through * member.posed):
            self._write_down(time, check, kinds.POSING_SEEN, group, number)
        self._answer_asks(time, member, visit, check)
        tempted = member.offer is not None and draw(visit, "impulse", 0) < rules.p.impulse * member.price_weight
        if tempted and draw(visit, "impulse", 1) < rules.chance_to_buy(member, time):
            self._order(time, member, check)
        if member.group.kind is not GROUP:
            if member.group.kind is FEED and unread:
                self._tell_of_it(time, member, visit)
            return check
        if not speaks:
            return check
        open_about_it = rules.p.vent_chance * (1.0 - member.discretion)
        if member.anger >= member.vent_threshold * (1.0 - member.claiming) and draw(visit, "vent", 0) < open_about_it:
            incident = NO_ONE if member.incident is None else member.incident.number
            self._write_down(time, check, kinds.COMPLAINT_POSTED, group, number, incident, -min(member.anger, 1.0))
            return check
        if member.advert_rate > 0.0 and draw(visit, "advert", 0) < 1.0 - math.exp(-rules.expected_adverts(member, time)):
            self._write_down(time, check, kinds.ADVERT_POSTED, group, number)
        if draw(visit, "post", 0) < 1.0 - math.exp(-rules.expected_posts(member, time)):
            if draw(visit, "question", 0) < rules.question_share(member):
                self._write_down(time, check, kinds.QUESTION_ASKED, group, number)
            elif draw(visit, "show", 0) < rules.share_shown(member):
                self._show(time, member, check)
            else:
                self._write_down(time, check, kinds.MESSAGE_POSTED, group, number, NO_ONE, rules.tone_of(member))
        return check

    def _tell_of_it(self, time: int, reader: Member, visit: int) -> None:
        """What was just read in a feed may come back into the reader's group."""
        message, here = reader.group.messages[-1], self.rules.strongest(reader.home)
        if here is None or message.removed or message.author is reader.home or reader.tag < message.audience:
            return
        if draw(visit, "carry", 0) < self.rules.p.carry_share * self.rules.interest(here):
            self._write_down(time, message.row, kinds.MESSAGE_POSTED, here.group.number, here.number)

    def _invited(self, time: int, person: Member, group: Group, row: int, leaving: int) -> None:
        """An invitation has been read; it is accepted by what the person has in the channel to be left or likes best."""
        rules, key = self.rules, self._keys[person.number]
        if rules.inside(person, group) or group.closed or group.closing_at is not None or group.founded_at is None:
            return
        if group.members >= group.capacity:
            self._write_down(time, row, kinds.INVITATION_DECLINED, group.number, person.number, NO_ONE, 2.0)
            return
        if rules.refuses(person, group):
            self._write_down(time, row, kinds.INVITATION_DECLINED, group.number, person.number, NO_ONE, 1.0)
            return
        if leaving >= 0:
            here = [one for one in person.memberships if one.group.number == leaving]
            old = here[-1] if here else None
        else:
            old = rules.strongest(person)
        goes = leaving >= 0 and old is not None and old.present
        old = old or rules.last_left(person) or person
        chance = rules.interest(old) * min(rules.p.invite_floor + rules.warmth_at(old, time), 1.0)
        if draw(child_key(key, "channel", group.number), "invite", time) >= chance:
            self._write_down(time, row, kinds.INVITATION_DECLINED, group.number, person.number, NO_ONE, 1.0)
            return
        if goes:
            row = self._write_down(time, row, kinds.MEMBER_LEFT, leaving, person.number, group.number, 1.0)
        source = 4.0 if goes else 5.0
        self._write_down(time, row, kinds.MEMBER_JOINED, group.number, person.number, NO_ONE, person.type, source)

    def _answer_asks(self, time: int, member: Member, visit: int, check: int) -> None:
        fresh = member.group.asks[member.asked_before : member.asked]
        for turn, message in enumerate(fresh[: -TURNS - 1 : -1]):
            open_now = not message.removed and time <= message.deadline and message.takers > 0
            chance = message.stimulus.ask * max(self.rules.interest(member), self.rules.p.check_floor)
            if message.stimulus.topic:
                chance = min(chance * self.rules.liking(member, message.stimulus.topic), 1.0)
            better = 1.0 + (self.rules.p.uncertain_odds - 1.0) * (1.0 - message.stimulus.certainty)
            chance = chance * better / (1.0 - chance + chance * better)
            chance *= self.rules.freshness(member, message.stimulus, time)
            busy = message.stimulus.session and self.rules.is_busy(member, message.time)
            wanted = self.rules.has_use(member, message.stimulus)
            if open_now and wanted and draw(visit, "take", turn) < chance and not busy:
                if self.rules.is_puzzled(message.stimulus, visit, turn):
                    if draw(visit, "ask_how", turn) < 1.0 - math.exp(-member.sociability):
                        self._write_down(time, check, kinds.QUESTION_ASKED, member.group.number, member.number)
                    continue
                row = self._write_down(
                    time, check, kinds.STIMULUS_ANSWERED, member.group.number, member.number, message.number, message.reward
                )
                self._take_coupon(time, member, message, row)

    def _take_coupon(self, time: int, member: Member, message: Message, row: int) -> None:
        stimulus = message.stimulus
        hours = stimulus.coupon_hours - ((time - message.time) / HOUR if stimulus.coupon_dated else 0.0)
        place = self.rules.free_place(member)
        if stimulus.coupon_hours > 0.0 and hours > 0.0 and place is not None:
            what = next(number for number, one in self.rules.stimuli.items() if one is stimulus)
            self._write_down(time, row, kinds.COUPON_GRANTED, message.group.number, member.number, what, place, hours)

    def _refer(self, time: int, member: Member, days: float, visit: int, check: int) -> None:
        group = member.group
        if group.members >= group.capacity or group.closing_at is not None:
            return
        rate = self.rules.p.referral_rate * self.rules.interest(member) * member.warmth * self.rules.word_of_mouth(member)
        newcomer = next((one for one in group.reservoir if one.mode is ABSENT and not one.screened_out), None)
        rate *= 1.0 - member.discretion
        if newcomer is not None and draw(visit, "referral", 0) < 1.0 - math.exp(-rate * days):
            if self.rules.refuses(newcomer, group):
                self._write_down(time, check, kinds.ENTRY_DECLINED, group.number, newcomer.number, NO_ONE, 4.0)
                return
            self._write_down(time, check, kinds.MEMBER_JOINED, group.number, newcomer.number, member.number, newcomer.type, 2.0)

    def _go_on(self, time: int, message: Message) -> None:
        """The author of a message adds something."""
        inside = self.rules.inside(message.author, message.group)
        if not message.removed and not message.group.closed and inside is not None:
            self._write_down(
                time, message.row, kinds.MESSAGE_POSTED, message.group.number, message.author.number, message.number
            )

    def _begin_again(self, time: int, message: Message) -> None:
        """The author of a message has something else to say."""
        member = self.rules.inside(message.author, message.group)
        if member is not None and not message.group.closed:
            tone = self.rules.tone_of(member)
            self._write_down(time, message.row, kinds.MESSAGE_POSTED, message.group.number, member.number, NO_ONE, tone)

    def _in_session(self, group: Group, time: int) -> list[tuple[Member, float]]:
        """Who has written one of the last 16 messages and is there, newest first, and how much readier that makes them."""
        p, found = self.rules.p, {}
        for message in reversed(group.messages[-16:]):
            if p.session_gain > 0.0 and message.author is not None and message.author.number not in found:
                since = (time - message.time) / MINUTE / p.session_minutes
                found[message.author.number] = message.author, message.author.sociability * p.session_gain * math.exp(-since)
        inside = [(self.rules.inside(one, group), weight) for one, weight in found.values()]
        return [(seat, weight) for seat, weight in inside if seat is not None]

    def _reply(self, time: int, message: Message, child: int) -> None:
        group: Group = message.group
        if message.removed or group.closed or group.members <= 0:
            return
        root, asked = self._root_of(message), 0
        there = self._in_session(group, time)
        extra = sum(weight for _, weight in there)
        for turn in range(child * DRAWS, child * DRAWS + DRAWS):
            lot = draw(root, "propose", turn) * (group.cumulative[-1] + extra)
            if lot < extra:
                upto = accumulate(weight for _, weight in there)
                member = next(one for (one, _), sum_ in zip(there, upto) if sum_ >= lot)
            else:
                lot -= extra
                member = group.persons[min(bisect_left(group.cumulative, lot), len(group.persons) - 1)]
            if member.home is message.author or not member.present:
                continue
            fooled = message.stimulus is not None and self.rules.is_taken_in(member, message.stimulus)
            ready = self.rules.consent(member, time, to_operator=message.author is None and not fooled)
            ready *= self.rules.readiness_to_help(member, message, time) * (1.0 - member.discretion)
            if message.stimulus is not None:
                ready *= self.rules.liking(member, message.stimulus.topic)
            if draw(root, "consent", turn) < ready:
                visit = child_key(child_key(root, "speak", child), "visit", 0)
                if self._visit(time, member, message.row, visit, speaks=False) is not None:
                    mood = self.rules.tone_of(member)
                    self._write_down(time, message.row, kinds.MESSAGE_POSTED, group.number, member.number, message.number, mood)
                return
            asked += 1
            if asked == PROPOSALS:
                return
