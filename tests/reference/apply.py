"""What an event does at once."""

from __future__ import annotations

from sim.events import kinds
from sim.vocabulary.tables import Stimulus
from tests.reference.tables import FEED, GROUP, NAME, PRIVATE, TALK, Incident, Message


class Apply:
    """What an event does at once."""

    def _happen(
        self, row: int, time: int, kind: int, group: int, actor: int, target: int, x: float, y: float
    ) -> Message | None:
        """What the event does at once; gives the message it put on the screen."""
        r = self.rules
        place = r.groups[group] if 0 <= group < len(r.groups) else None
        if kind == kinds.GROUP_CHECKED:
            r.check(r.member(actor, place), time)
        elif kind == kinds.MESSAGE_POSTED:
            return r.write(r.member(actor, place), row, time, TALK, x, r.messages[target] if target >= 0 else None)
        elif kind in (kinds.QUESTION_ASKED, kinds.COMPLAINT_POSTED, kinds.ADVERT_POSTED):
            return r.write(r.member(actor, place), row, time, NAME[kind], x, None, r.incidents.get(target))
        elif kind == kinds.STIMULUS_POSTED:
            return r.post(row, time, place, r.stimuli[target], x, y)
        elif kind == kinds.MEMBER_ANSWERED:
            return r.answer(row, time, r.messages[target], x, y)
        elif kind == kinds.PLAN_ANNOUNCED:
            return r.announce(row, time, place, r.incidents[target], x)
        elif kind == kinds.STIMULUS_ANSWERED:
            r.take_part(r.member(actor, place), time, r.messages[target], x)
        elif kind == kinds.ORDER_PLACED:
            r.buy(r.member(actor, place), time, x, y)
        elif kind == kinds.MESSAGE_REMOVED:
            r.remove_message(time, r.messages[target], x)
        elif kind == kinds.MEMBER_JOINED:
            r.join(r.persons[actor], time, y, place)
        elif kind == kinds.MEMBER_LEFT:
            r.leave(r.member(actor, place), noticed=x == 0.0, time=time)
        elif kind == kinds.MEMBER_REMOVED:
            r.leave(r.member(target, place), noticed=False, time=time)
        elif kind == kinds.GROUP_MUTED:
            r.mute(r.member(actor, place))
        elif kind == kinds.GROUP_UNMUTED:
            r.unmute(r.member(actor, place))
        elif kind == kinds.ENTRY_DECLINED:
            r.member(actor, place).screened_out = True
        elif kind == kinds.MEMBER_WELCOMED:
            r.welcome(r.member(target, place), time, x, y)
        elif kind == kinds.MEMBER_CARED_FOR:
            r.care_for(r.member(target, place), time, x, y)
        elif kind == kinds.MEMBER_PRESSED:
            r.press(r.member(target, place), time, x)
            if x > 0.0:
                r.hear_seller(r.persons[target], actor)
        elif kind == kinds.MEMBER_ASKED:
            r.ask_favour(r.member(target, place), time, x)
        elif kind == kinds.REQUEST_MET:
            r.oblige(r.member(actor, place), time, x)
        elif kind == kinds.MEMBER_SOOTHED:
            r.soothe(r.member(target, place), time, x)
        elif kind == kinds.GRIEVANCE_FELT:
            r.hurt(r.member(actor, place), time, r.incidents[target], x)
        elif kind == kinds.INCIDENT_OPENED:
            r.incidents[target] = Incident(target, time, x, place)
        elif kind == kinds.INCIDENT_SETTLED:
            r.incidents[target].closed_at = time
        elif kind == kinds.STIMULUS_DEFINED:
            nothing = Stimulus(*[0.0] * len(Stimulus._fields))
            r.stimuli[actor] = r.stimuli.get(actor, nothing)._replace(**{Stimulus._fields[target]: x})
        elif kind == kinds.ROLE_TAKEN:
            self.rules.pass_time(r.member(actor, place), time)
            r.persons[actor].role, r.persons[actor].commission = int(x), y
        elif kind == kinds.BRAND_SHOWN:
            r.messages[target].reward = x
        elif kind == kinds.OFFER_PASSED:
            r.hear_offer(r.member(target, place), time, x)
        elif kind == kinds.HONOUR_GIVEN:
            r.be_honoured(r.member(target, place), time, y)
        elif kind == kinds.BOND_GROWN:
            r.calm_down(r.persons[target], time)
            r.attach(r.persons[target], x)
        elif kind == kinds.TIER_SET and r.p.tier_bond > 0.0:
            r.pass_time(r.member(target, place), time)
            r.attach(r.persons[target], r.p.tier_bond)
        elif kind == kinds.POSING_SEEN:
            r.find_out(r.member(actor, place), time)
        elif kind == kinds.TROUBLE_TOLD:
            r.hear_of_it(r.member(target, place), time, x, r.persons[actor].incident)
        elif kind == kinds.GROUP_FOLDED:
            r.member(actor, place).folded = int(x)
        elif kind == kinds.PRICE_SET:
            r.price = x
        elif kind == kinds.TASK_DONE:
            r.hours, r.wages = r.hours + x, r.wages + y
        elif kind == kinds.COST_PAID:
            r.benefits += x
        elif kind == kinds.OUTSIDE_HAPPENED:
            r.odds, r.talk = x, y
        elif kind == kinds.REFUND_PAID:
            r.refunds += x
            if r.p.claim_habit > 0.0:
                r.pass_time(r.member(actor, place), time)
                r.learn_claiming(r.persons[actor])
        elif kind == kinds.ENTRY_RULE_SET:
            place.least_tag = x
        elif kind == kinds.LISTING_SET:
            place.listing = x
        elif kind == kinds.STAKE_PAID:
            r.revenue, r.margin = r.revenue + x, r.margin + x
        elif kind == kinds.RULES_POSTED:
            place.rules = True
        elif kind == kinds.GROUP_FOUNDED:
            r.found(group, time, GROUP, x, target)
        elif kind == kinds.CHANNEL_OPENED:
            r.found(group, time, PRIVATE if x == 1.0 else FEED, float(target), target)
            r.groups[group].reach = y
        elif kind == kinds.CLOSING_ANNOUNCED:
            return r.announce_closing(row, time, place, x)
        elif kind == kinds.GROUP_CLOSED:
            place.closed = True
        elif kind == kinds.COUPON_GRANTED:
            r.grant(r.persons[actor], row, time, r.stimuli[target], int(x), y)
        elif kind == kinds.COUPON_REDEEMED:
            r.redeem(r.persons[actor], target, x, y)
        elif kind == kinds.COUPON_GIVEN:
            r.give(r.persons[actor], r.persons[target], row, int(x), int(y))
        elif kind == kinds.COUPON_LAPSED:
            r.persons[actor].wallet.pop(target, None)
        return None
